namespace Journey.Host.Import;

/// <summary>What became of the rows so far: true at every moment, so that an interrupted import can say how far it came.</summary>
public sealed class ImportTally
{
    /// <summary>Events that are new in the log.</summary>
    public long Imported { get; set; }

    /// <summary>Rows whose event was in the log already.</summary>
    public long Duplicates { get; set; }

    /// <summary>Rows that the mapping's <c>only</c> and <c>skip</c> leave out.</summary>
    public long Skipped { get; set; }

    /// <summary>Rows that became no event; the log of rejects has them.</summary>
    public long Rejected { get; set; }
}

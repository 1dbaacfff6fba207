namespace Journey.Host.Import;

/// <summary>A file of somebody else's history, opened and understood: events come out, or the reason why not.</summary>
internal interface IHistorySource : IDisposable
{
    /// <summary>The recorded source of events that bring none of their own.</summary>
    string Name { get; }

    long BytesRead { get; }

    long Bytes { get; }

    /// <summary>The next row's line and event; or no event and the reason; or neither, for a row that is to be left out. Null: the end.</summary>
    /// <exception cref="InvalidDataException">The file is damaged from here on.</exception>
    (long Line, ImportRow? Row, string? Reason)? Read();
}

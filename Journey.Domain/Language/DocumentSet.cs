using System.Collections.Immutable;

namespace Journey.Domain.Language;

/// <summary>One document after parsing.</summary>
/// <param name="Kind">journey, rule, segment, funnel, test or workspace; empty where that could not be told.</param>
/// <param name="Text">As written, without the <c>---</c> line, with line feeds between lines: what publishing records.</param>
/// <param name="Hash">Lower-case hex SHA-256 of the text's UTF-8.</param>
/// <param name="Definition">Absent where the document has an error.</param>
/// <param name="Compiled">The journey or rule, ready to run; absent for other kinds and where there is an error.</param>
/// <param name="Faults">In the order of the text.</param>
public sealed record Document(
    string Kind,
    string Name,
    string File,
    SourcePlace At,
    string Text,
    string Hash,
    Definition? Definition,
    CompiledJourney? Compiled,
    ImmutableArray<Fault> Faults)
{
    public bool HasErrors => Faults.Any(fault => fault.Severity == FaultSeverity.Error);
}

/// <summary>Documents that were checked together, and everything that is wrong with them.</summary>
/// <param name="Faults">Those of the documents and those of the files, by file, line and column.</param>
public sealed record DocumentSet(ImmutableArray<Document> Documents, ImmutableArray<Fault> Faults)
{
    public bool HasErrors => Faults.Any(fault => fault.Severity == FaultSeverity.Error);

    public IEnumerable<CompiledJourney> Journeys => Documents.Select(document => document.Compiled).OfType<CompiledJourney>();

    public IEnumerable<T> Of<T>() where T : Definition => Documents.Select(document => document.Definition).OfType<T>();
}

/// <summary>How documents are parsed.</summary>
public sealed class DocumentParserOptions
{
    public static DocumentParserOptions Default { get; } = new();

    /// <summary>Gets or sets how large a file may be, in bytes.</summary>
    /// <value>The default value is 1 MiB.</value>
    public int FileBytesMax
    {
        get;
        set => field = value is >= 1 and <= 64 * 1024 * 1024 ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "FileBytesMax must be between 1 and 67,108,864.");
    } = LanguageLimits.FileBytesMax;

    /// <summary>Gets or sets what is published already: documents may refer to it, and its workspace holds where none is given.</summary>
    public DefinitionSet? Published { get; set; }
}

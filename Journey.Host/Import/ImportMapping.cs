using System.Collections.Frozen;
using System.Collections.Immutable;
using Journey.Domain.Identity;
using Journey.Domain.Language;

namespace Journey.Host.Import;

/// <summary>How the rows of somebody else's file become interactions. Documented in docs/reference/import-mapping.md.</summary>
/// <param name="Source">The recorded source of every event. With the row's id it makes a second import of the same rows harmless.</param>
/// <param name="Format">Null: by the file's extension.</param>
/// <param name="Customer">Null only where <paramref name="Identifiers"/> says who it was.</param>
/// <param name="Names">What the file calls an event, to the name to record; others keep their name.</param>
/// <param name="Channels">What the file calls a channel, to ours; others keep their name.</param>
/// <param name="Id">Null: the id follows from the row's content.</param>
/// <param name="Rest">Every column that is used nowhere else becomes a property, too.</param>
/// <param name="Only">A row is taken where all of these match.</param>
/// <param name="Skip">A row is left out where one of these matches.</param>
public sealed record ImportMapping(
    string Name,
    string Source,
    RowFormat? Format,
    char Delimiter,
    CustomerMapping? Customer,
    TextSource EventName,
    FrozenDictionary<string, string> Names,
    TextSource Channel,
    FrozenDictionary<string, string> Channels,
    TimeMapping Time,
    ColumnName? Id,
    ColumnName? Session,
    ImmutableArray<ValueMapping> Properties,
    bool Rest,
    ImmutableArray<ValueMapping> Traits,
    ImmutableArray<CustomerMapping> Identifiers,
    ImmutableArray<RowFilter> Only,
    ImmutableArray<RowFilter> Skip);

public enum RowFormat { Csv, JsonLines, Xes }

/// <summary>A column of a CSV file by its header, or a field of a JSON line by its dotted path.</summary>
public readonly record struct ColumnName(string Name, SourcePlace At);

public sealed record CustomerMapping(ColumnName Column, IdentifierKind Kind);

/// <summary>Where a text comes from.</summary>
public abstract record TextSource
{
    private TextSource() { }

    /// <param name="Otherwise">What stands where the column is empty; null: the row is rejected.</param>
    public sealed record Column(ColumnName From, string? Otherwise = null) : TextSource;

    public sealed record Constant(string Text) : TextSource;

    /// <param name="Parts">Literal texts and columns, in order.</param>
    public sealed record Template(ImmutableArray<TemplatePart> Parts) : TextSource;
}

/// <param name="Column">Null: <paramref name="Literal"/> stands as it is.</param>
public readonly record struct TemplatePart(string Literal, ColumnName? Column);

/// <param name="Formats">.NET custom formats, or "unix" or "unix-ms"; empty: ISO 8601.</param>
/// <param name="Zone">IANA zone of times that carry no offset.</param>
public sealed record TimeMapping(ColumnName Column, ImmutableArray<string> Formats, string Zone);

public enum ValueKind
{
    /// <summary>A CSV field as text; a JSON field as it is.</summary>
    AsIs,
    Text,
    Number,
    Integer,
    Boolean,
    Json,
}

/// <param name="As">The property's (or trait's) name.</param>
public sealed record ValueMapping(ColumnName Column, string As, ValueKind Kind);

public sealed record RowFilter(ColumnName Column, FrozenSet<string> Values);

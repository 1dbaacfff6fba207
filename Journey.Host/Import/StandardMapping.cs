using System.Collections.Frozen;
using Journey.Domain.Identity;
using Journey.Domain.Language;

namespace Journey.Host.Import;

/// <summary>What may be told of a file that brings no mapping.</summary>
/// <param name="Case">What kind of identifier a case's name is.</param>
/// <param name="Channel">The channel of events that name none.</param>
/// <param name="Source">The recorded source; null: "import:" and the file's name without its endings.</param>
internal sealed record StandardOptions(IdentifierKind Case = IdentifierKind.UserId, string Channel = "unknown", string? Source = null)
{
    public string SourceOf(string path)
    {
        var name = Path.GetFileName(path);
        name = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        return Source ?? $"import:{Path.GetFileNameWithoutExtension(name)}";
    }
}

/// <summary>The mappings of files whose columns have a standard's names: XES, and CSV as process-mining tools write it.</summary>
internal static class StandardMapping
{
    private static readonly string[] _caseColumns = ["case:concept:name", "case_id"];
    private static readonly string[] _nameColumns = ["concept:name", "activity"];
    private static readonly string[] _timeColumns = ["time:timestamp", "timestamp"];
    private const string ChannelColumn = "channel";
    private const string SessionColumn = "session";

    public static ImportMapping OfXes(string path, StandardOptions options) =>
        Of(path, options, RowFormat.Xes, _caseColumns[0], _nameColumns[0], _timeColumns[0], hasChannel: true, session: SessionColumn);

    /// <returns>Null: the columns are not those of an event log, and need a mapping that says what they mean.</returns>
    public static ImportMapping? OfCsv(string path, IReadOnlyList<string> columns, StandardOptions options) =>
        _caseColumns.FirstOrDefault(columns.Contains) is { } @case
        && _nameColumns.FirstOrDefault(columns.Contains) is { } name
        && _timeColumns.FirstOrDefault(columns.Contains) is { } time
            ? Of(path, options, RowFormat.Csv, @case, name, time, columns.Contains(ChannelColumn), columns.Contains(SessionColumn) ? SessionColumn : null)
            : null;

    private static ImportMapping Of(
        string path, StandardOptions options, RowFormat format, string @case, string name, string time, bool hasChannel, string? session)
    {
        var at = new SourcePlace(path, 1, 1);
        return new ImportMapping(
            path,
            options.SourceOf(path),
            format,
            ',',
            new CustomerMapping(new ColumnName(@case, at), options.Case),
            new TextSource.Column(new ColumnName(name, at)),
            FrozenDictionary<string, string>.Empty,
            hasChannel ? new TextSource.Column(new ColumnName(ChannelColumn, at), options.Channel) : new TextSource.Constant(options.Channel),
            FrozenDictionary<string, string>.Empty,
            new TimeMapping(new ColumnName(time, at), [], "UTC"),
            null,
            session is null ? null : new ColumnName(session, at),
            [],
            true,
            [],
            [],
            [],
            []);
    }
}

using Journey.Domain.Language;

namespace Journey.Host.Import;

/// <summary>Everything that can be wrong with a mapping, in one place. Codes are stable: add, never renumber. Documented in docs/reference/import-mapping.md.</summary>
internal static class MappingFaults
{
    public static Fault Syntax(SourcePlace at, string what) =>
        Error("M001", at, $"This is not YAML: {what}");

    public static Fault UnknownKey(SourcePlace at, string key, IEnumerable<string> known, string? meant) =>
        Error("M002", at, $"A mapping has no key `{key}` here.", $"one of {string.Join(", ", known)}", meant);

    public static Fault MissingKey(SourcePlace at, string key, string expected) =>
        Error("M003", at, $"The key `{key}` is missing.", expected);

    public static Fault WrongShape(SourcePlace at, string key, string expected) =>
        Error("M004", at, $"`{key}` cannot be this.", expected);

    public static Fault UnknownWord(SourcePlace at, string key, string word, IEnumerable<string> known, string? meant) =>
        Error("M005", at, $"`{key}` cannot be `{word}`.", $"one of {string.Join(", ", known)}", meant);

    public static Fault UnknownColumn(SourcePlace at, string column, IReadOnlyList<string> columns, string? meant) =>
        Error("M006", at, $"The file has no column `{column}`.", $"one of {string.Join(", ", columns.Take(40))}", meant);

    public static Fault UnknownZone(SourcePlace at, string zone, string? meant) =>
        Error("M007", at, $"`{zone}` is not a time zone.", "an IANA zone such as UTC or Europe/Rome", meant);

    public static Fault BadTimeFormat(SourcePlace at, string format) =>
        Error("M008", at, $"`{format}` is not a time format.", "unix, unix-ms, or a .NET custom format such as dd/MM/yyyy HH:mm");

    public static Fault BadTemplate(SourcePlace at, string why) =>
        Error("M009", at, $"The template cannot be read: {why}.", "text with columns in braces, such as \"{event} {type}\"");

    public static Fault Twice(SourcePlace at, string what, string name) =>
        Error("M010", at, $"{what} `{name}` is given twice.", "each once; `as` gives another name");

    private static Fault Error(string code, SourcePlace at, string message, string? expected = null, string? meant = null) =>
        new(code, FaultSeverity.Error, at, message, expected, meant);
}

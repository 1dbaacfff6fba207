using System.Diagnostics.CodeAnalysis;
using Journey.Domain.Language;

namespace Journey.Domain.Templates;

/// <summary>Codes and texts of what can be wrong with a file of settings. Codes are stable: add, never renumber.</summary>
public static class SettingFaults
{
    public static Fault NotYaml(SourcePlace at, string why) => Error("S101", at, $"This is not YAML: {why.TrimEnd('.')}.");

    public static Fault OneDocument(SourcePlace at) => Error("S102", at, "Only one document may stand in this file.");

    public static Fault NoAliases(SourcePlace at) => Error("S103", at, "Anchors and aliases cannot be used here.", "the value itself");

    public static Fault TooMuch(SourcePlace at, int depth, int values) =>
        Error("S104", at, "The file holds too much.", $"at most {values:N0} values, {depth} deep");

    public static Fault RepeatedKey(SourcePlace at, string key) => Error("S105", at, $"The key `{key}` stands here for the second time.");

    public static Fault UnknownKey(SourcePlace at, string key, IReadOnlyCollection<string> known) =>
        Error("S106", at, $"The key `{key}` means nothing here.", $"one of {string.Join(", ", known)}", NearMiss.Of(key, known));

    public static Fault WrongShape(SourcePlace at, string key, string expected) => Error("S107", at, $"`{key}` has the wrong shape.", expected);

    public static Fault BadValue(SourcePlace at, string key, string why) => Error("S108", at, $"`{key}` cannot be used: {why}");

    public static Fault Missing(SourcePlace at, string key, string expected) => Error("S109", at, $"`{key}` is missing.", expected);

    private static Fault Error(string code, SourcePlace at, string message, string? expected = null, string? suggestion = null) =>
        new(code, FaultSeverity.Error, at, message, expected, suggestion);
}

/// <summary>Ends the reading of a file at a fault after which nothing can be made sense of. Never leaves <see cref="PlainYaml"/>.</summary>
[SuppressMessage("Design", "CA1032", Justification = "Thrown and caught within this folder.")]
[SuppressMessage("Design", "CA1064", Justification = "Thrown and caught within this folder.")]
internal sealed class SettingFaultException(Fault fault) : Exception(fault.Message)
{
    public Fault Fault => fault;
}

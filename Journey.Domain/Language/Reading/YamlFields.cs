using System.Collections.Immutable;
using System.Globalization;
using Journey.Domain.Events;
using Journey.Domain.Language.Formats;
using Journey.Domain.Language.Yaml;
using Journey.Domain.Time;

namespace Journey.Domain.Language.Reading;

/// <summary>Takes typed values out of a tree whose shape was checked. What is absent, or was reported as a fault, is null.</summary>
internal static class YamlFields
{
    public static YamlScalar? Scalar(this YamlMapping mapping, string key) => mapping[key] is YamlScalar { IsNull: false } scalar ? scalar : null;

    public static string? Text(this YamlMapping mapping, string key) => mapping.Scalar(key)?.Text;

    public static YamlMapping? Mapping(this YamlMapping mapping, string key) => mapping[key] as YamlMapping;

    public static long? Duration(this YamlMapping mapping, string key) =>
        mapping.Scalar(key) is { } scalar && Durations.TryParse(scalar.Text, out var milliseconds) ? milliseconds : null;

    public static long? Instant(this YamlMapping mapping, string key) =>
        mapping.Scalar(key) is { } scalar && Instants.TryParse(scalar.Text, out var milliseconds) ? milliseconds : null;

    public static double? Share(this YamlMapping mapping, string key) =>
        mapping.Scalar(key) is { } scalar && Shares.TryParse(scalar.Text, out var share) ? share : null;

    public static int? Count(this YamlMapping mapping, string key) =>
        mapping.Scalar(key) is { } scalar && int.TryParse(scalar.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;

    public static bool? Flag(this YamlMapping mapping, string key) => mapping.Scalar(key)?.Text switch { "true" => true, "false" => false, _ => null };

    public static ContactChannel? Channel(this YamlMapping mapping, string key) => mapping.Scalar(key) is { } scalar ? ContactChannel.From(scalar.Text) : null;

    /// <summary>JSON text of whatever stands there.</summary>
    public static string? Json(this YamlMapping mapping, string key) => mapping[key] is { } value ? JsonText.Of(value) : null;

    /// <summary>The items of a list, or the one value that stands without a list around it.</summary>
    public static IEnumerable<YamlValue> Items(this YamlMapping mapping, string key) =>
        mapping[key] switch { null => [], YamlSequence sequence => sequence.Items, var value => [value] };

    public static IEnumerable<YamlScalar> Scalars(this YamlMapping mapping, string key) => mapping.Items(key).OfType<YamlScalar>().Where(scalar => !scalar.IsNull);

    public static IEnumerable<YamlMapping> Mappings(this YamlMapping mapping, string key) => mapping.Items(key).OfType<YamlMapping>();

    public static ImmutableArray<string> Texts(this YamlMapping mapping, string key) => [.. mapping.Scalars(key).Select(scalar => scalar.Text)];
}

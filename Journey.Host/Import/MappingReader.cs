using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Journey.Domain.Identity;
using Journey.Domain.Language;
using NodaTime;
using YamlDotNet.RepresentationModel;

namespace Journey.Host.Import;

/// <summary>Reads a mapping, and lists everything that is wrong with it at once.</summary>
public sealed class MappingReader : MappingNodes
{
    private static readonly string[] _keys =
    [
        "mapping", "description", "source", "format", "delimiter", "customer", "name", "names", "channel", "channels",
        "time", "id", "session", "properties", "traits", "identifiers", "only", "skip",
    ];

    private static readonly (string Word, ValueKind Kind)[] _types =
    [
        ("string", ValueKind.Text), ("number", ValueKind.Number), ("integer", ValueKind.Integer), ("boolean", ValueKind.Boolean), ("json", ValueKind.Json),
    ];

    private static readonly string[] _identifierNames = [.. Enum.GetValues<IdentifierKind>().Select(IdentifierNames.Of)];

    private MappingReader(string file)
        : base(file)
    {
    }

    /// <summary>Whether a YAML text is a mapping: its first key says so.</summary>
    public static bool IsMapping(string text)
    {
        foreach (var line in text.AsSpan().TrimStart('\ufeff').EnumerateLines())
        {
            if (!line.IsWhiteSpace() && line[0] != '#' && line is not "---")
            {
                return line.StartsWith("mapping:");
            }
        }

        return false;
    }

    /// <param name="file">The path that faults carry.</param>
    /// <returns>The mapping, or null and at least one fault.</returns>
    public static (ImportMapping? Mapping, IReadOnlyList<Fault> Faults) Read(string file, string text)
    {
        var reader = new MappingReader(file);
        var mapping = reader.Mapping(text);
        return (reader.Faults.Count == 0 ? mapping : null, reader.Faults);
    }

    private ImportMapping? Mapping(string text)
    {
        if (Root(text) is not { } root)
        {
            return null;
        }

        var keys = Keys(root, _keys);
        var name = Text(keys, "mapping") ?? Path.GetFileNameWithoutExtension(File);
        var identifiers = Identifiers(keys);
        var customer = keys.TryGetValue("customer", out var node) ? Customer(node) : null;
        if (node is null && identifiers.IsEmpty)
        {
            Missing(root, "customer", "the column that says whose event it is, or `identifiers`");
        }

        var (properties, rest) = Values(keys, "properties", allowRest: true);
        return new ImportMapping(
            name,
            Text(keys, "source") ?? $"import:{name}",
            Word(keys, "format", ["csv", "jsonl", "xes"]) switch { "csv" => RowFormat.Csv, "jsonl" => RowFormat.JsonLines, "xes" => RowFormat.Xes, _ => null },
            Delimiter(keys),
            customer,
            Source(root, keys, "name", "the column that says what happened"),
            Translations(keys, "names"),
            Source(root, keys, "channel", "the column that says where, or { constant: web }"),
            Translations(keys, "channels"),
            Time(root, keys),
            Column(keys, "id"),
            Column(keys, "session"),
            properties,
            rest,
            Values(keys, "traits", allowRest: false).Values,
            identifiers,
            Filters(keys, "only"),
            Filters(keys, "skip"));
    }

    private CustomerMapping? Customer(YamlNode node)
    {
        if (node is YamlMappingNode mapping)
        {
            var keys = Keys(mapping, ["column", "kind"]);
            var column = Column(keys, "column");
            if (column is null && !keys.ContainsKey("column"))
            {
                Missing(mapping, "column", "the column that says whose event it is");
            }

            var word = Word(keys, "kind", _identifierNames) ?? "userId";
            return column is { } from ? new CustomerMapping(from, IdentifierNames.KindOf(word)!.Value) : null;
        }

        return ColumnOf(node, "customer", "a column, or { column: …, kind: userId|loyaltyCard|email|phone|deviceId|anonymousId }") is { } plain
            ? new CustomerMapping(plain, IdentifierKind.UserId)
            : null;
    }

    private ImmutableArray<CustomerMapping> Identifiers(Dictionary<string, YamlNode> keys)
    {
        if (!keys.TryGetValue("identifiers", out var node))
        {
            return [];
        }

        if (node is not YamlMappingNode mapping)
        {
            Faults.Add(MappingFaults.WrongShape(PlaceOf(node), "identifiers", "kinds and their columns, such as { email: mail_address }"));
            return [];
        }

        var result = ImmutableArray.CreateBuilder<CustomerMapping>();
        foreach (var (kind, value) in Keys(mapping, _identifierNames))
        {
            if (ColumnOf(value, kind, "a column") is { } column)
            {
                result.Add(new CustomerMapping(column, IdentifierNames.KindOf(kind)!.Value));
            }
        }

        return result.ToImmutable();
    }

    private TextSource Source(YamlMappingNode root, Dictionary<string, YamlNode> keys, string key, string expected)
    {
        if (!keys.TryGetValue(key, out var node))
        {
            Missing(root, key, expected);
            return new TextSource.Constant("");
        }

        if (node is YamlMappingNode mapping)
        {
            var inner = Keys(mapping, ["column", "constant", "template"]);
            if (inner.Count == 1)
            {
                var (word, value) = inner.Single();
                return word switch
                {
                    "constant" => new TextSource.Constant(Text(inner, word) ?? ""),
                    "template" => Template(value, Text(inner, word) ?? ""),
                    _ => Column(inner, word) is { } column ? new TextSource.Column(column) : new TextSource.Constant(""),
                };
            }
        }
        else if (ColumnOf(node, key, $"{expected}; a column, {{ constant: … }} or {{ template: … }}") is { } plain)
        {
            return new TextSource.Column(plain);
        }
        else
        {
            return new TextSource.Constant("");
        }

        Faults.Add(MappingFaults.WrongShape(PlaceOf(node), key, "a column, { constant: … } or { template: … }"));
        return new TextSource.Constant("");
    }

    private TextSource.Template Template(YamlNode node, string text)
    {
        var parts = ImmutableArray.CreateBuilder<TemplatePart>();
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var open = rest.IndexOf('{');
            if (open != 0)
            {
                parts.Add(new TemplatePart((open < 0 ? rest : rest[..open]).ToString(), null));
                rest = open < 0 ? [] : rest[open..];
                continue;
            }

            var close = rest.IndexOf('}');
            if (close < 2)
            {
                Faults.Add(MappingFaults.BadTemplate(PlaceOf(node), close < 0 ? "a brace is never closed" : "a pair of braces names no column"));
                break;
            }

            parts.Add(new TemplatePart("", new ColumnName(rest[1..close].Trim().ToString(), PlaceOf(node))));
            rest = rest[(close + 1)..];
        }

        return new TextSource.Template(parts.ToImmutable());
    }

    private TimeMapping Time(YamlMappingNode root, Dictionary<string, YamlNode> keys)
    {
        if (!keys.TryGetValue("time", out var node))
        {
            Missing(root, "time", "the column that says when it happened");
        }
        else if (node is YamlMappingNode mapping)
        {
            var inner = Keys(mapping, ["column", "format", "formats", "zone"]);
            if (Column(inner, "column") is not { } column)
            {
                column = default;
                if (!inner.ContainsKey("column"))
                {
                    Missing(mapping, "column", "the column that says when it happened");
                }
            }

            return new TimeMapping(column, Formats(inner), Zone(inner));
        }
        else if (ColumnOf(node, "time", "a column, or { column: …, formats: […], zone: … }") is { } plain)
        {
            return new TimeMapping(plain, [], "UTC");
        }

        return new TimeMapping(default, [], "UTC");
    }

    private ImmutableArray<string> Formats(Dictionary<string, YamlNode> keys)
    {
        var formats = ImmutableArray.CreateBuilder<string>();
        foreach (var node in Items(keys, "format").Concat(Items(keys, "formats")))
        {
            var format = (node as YamlScalarNode)?.Value ?? "";
            if (format is "unix" or "unix-ms" || IsTimeFormat(format))
            {
                formats.Add(format);
            }
            else
            {
                Faults.Add(MappingFaults.BadTimeFormat(PlaceOf(node), format));
            }
        }

        return formats.ToImmutable();
    }

    /// <summary>A format is one if it reads back what it writes to the day.</summary>
    private static bool IsTimeFormat(string format)
    {
        var sample = new DateTime(2024, 11, 23, 21, 45, 36, DateTimeKind.Unspecified);
        try
        {
            return format.Length > 1
                && DateTime.TryParseExact(
                    sample.ToString(format, CultureInfo.InvariantCulture), format, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var back)
                && Math.Abs((back - sample).TotalDays) < 2;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private string Zone(Dictionary<string, YamlNode> keys)
    {
        if (Text(keys, "zone") is not { } zone)
        {
            return "UTC";
        }

        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is null)
        {
            Faults.Add(MappingFaults.UnknownZone(PlaceOf(keys["zone"]), zone, NearMiss.Of(zone, DateTimeZoneProviders.Tzdb.Ids)));
        }

        return zone;
    }

    private (ImmutableArray<ValueMapping> Values, bool HasRest) Values(Dictionary<string, YamlNode> keys, string key, bool allowRest)
    {
        var values = ImmutableArray.CreateBuilder<ValueMapping>();
        var rest = false;
        foreach (var node in Items(keys, key))
        {
            if (allowRest && node is YamlScalarNode { Value: "rest" })
            {
                rest = true;
            }
            else if (Value(node, key) is { } value)
            {
                if (values.Any(other => other.As == value.As))
                {
                    Faults.Add(MappingFaults.Twice(PlaceOf(node), key == "traits" ? "The trait" : "The property", value.As));
                }

                values.Add(value);
            }
        }

        return (values.ToImmutable(), rest);
    }

    private ValueMapping? Value(YamlNode node, string key)
    {
        if (node is not YamlMappingNode mapping)
        {
            return ColumnOf(node, key, "columns, or { column: …, type: number, as: … }") is { } plain ? new ValueMapping(plain, plain.Name, ValueKind.AsIs) : null;
        }

        var inner = Keys(mapping, ["column", "type", "as"]);
        if (!inner.ContainsKey("column"))
        {
            Missing(mapping, "column", "the column that holds the value");
        }

        var type = Word(inner, "type", [.. _types.Select(pair => pair.Word)]);
        var kind = type is null ? ValueKind.AsIs : Array.Find(_types, pair => pair.Word == type).Kind;
        return Column(inner, "column") is { } column ? new ValueMapping(column, Text(inner, "as") ?? column.Name, kind) : null;
    }

    private ImmutableArray<RowFilter> Filters(Dictionary<string, YamlNode> keys, string key)
    {
        if (!keys.TryGetValue(key, out var node))
        {
            return [];
        }

        if (node is not YamlMappingNode mapping)
        {
            Faults.Add(MappingFaults.WrongShape(PlaceOf(node), key, "columns and their values, such as { event: [heartbeat, ping] }"));
            return [];
        }

        return
        [
            .. mapping.Children.Select(pair => new RowFilter(
                new ColumnName((pair.Key as YamlScalarNode)?.Value ?? "", PlaceOf(pair.Key)),
                (pair.Value is YamlSequenceNode list ? list.Children : (IEnumerable<YamlNode>)[pair.Value])
                    .Select(value => (value as YamlScalarNode)?.Value ?? "").ToFrozenSet(StringComparer.Ordinal))),
        ];
    }

    private FrozenDictionary<string, string> Translations(Dictionary<string, YamlNode> keys, string key)
    {
        if (!keys.TryGetValue(key, out var node))
        {
            return FrozenDictionary<string, string>.Empty;
        }

        if (node is YamlMappingNode mapping && mapping.Children.All(pair => pair is { Key: YamlScalarNode, Value: YamlScalarNode { Value.Length: > 0 } }))
        {
            return mapping.Children.ToFrozenDictionary(pair => ((YamlScalarNode)pair.Key).Value!, pair => ((YamlScalarNode)pair.Value).Value!, StringComparer.Ordinal);
        }

        Faults.Add(MappingFaults.WrongShape(PlaceOf(node), key, "what the file says and what it means, such as { add_to_cart: Product Added }"));
        return FrozenDictionary<string, string>.Empty;
    }

    private char Delimiter(Dictionary<string, YamlNode> keys)
    {
        if (Text(keys, "delimiter") is not { } text)
        {
            return ',';
        }

        if (text is "tab" or "\t")
        {
            return '\t';
        }

        if (text.Length != 1 || text[0] is '"' or '\r' or '\n' || char.IsAsciiLetterOrDigit(text[0]))
        {
            Faults.Add(MappingFaults.WrongShape(PlaceOf(keys["delimiter"]), "delimiter", "one character such as \",\", \";\" or \"|\", or tab"));
            return ',';
        }

        return text[0];
    }
}

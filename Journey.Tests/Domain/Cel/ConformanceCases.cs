using System.Globalization;
using System.Text.Json;
using Journey.Domain.Cel;

namespace Journey.Tests.Domain.Cel;

/// <summary>One case of the specification: an expression, what is bound, and the value or an error.</summary>
public sealed record ConformanceCase(string Name, string Expression, IReadOnlyDictionary<string, CelValue> Bindings, bool IsUnchecked, CelValue? Value)
{
    public override string ToString() => Name;
}

/// <summary>Reads the cases from the folder that CEL_CASES names, else from shared/conformance/cel beside the repository.</summary>
internal static class ConformanceCases
{
    public static IReadOnlyList<ConformanceCase> Read()
    {
        var folder = Folder();
        return
        [
            .. Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal)
                .SelectMany(file => JsonDocument.Parse(File.ReadAllText(file)).RootElement.EnumerateArray().Select(ReadCase).ToList()),
        ];
    }

    public static string Folder()
    {
        if (Environment.GetEnvironmentVariable("CEL_CASES") is { Length: > 0 } named)
        {
            return Directory.Exists(named) ? named : throw new DirectoryNotFoundException($"CEL_CASES names '{named}', which does not exist.");
        }

        for (var at = new DirectoryInfo(TestContext.CurrentContext.TestDirectory); at is not null; at = at.Parent)
        {
            var candidate = Path.Combine(at.FullName, "shared", "conformance", "cel");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        throw new DirectoryNotFoundException("There is no shared/conformance/cel above the tests. Set CEL_CASES to the folder with the conformance cases.");
    }

    public static CelValue ReadValue(JsonElement tagged)
    {
        var property = tagged.EnumerateObject().Single();
        var value = property.Value;
        return property.Name switch
        {
            "int" => CelValue.From(long.Parse(value.GetString()!, CultureInfo.InvariantCulture)),
            "uint" => CelValue.From(ulong.Parse(value.GetString()!, CultureInfo.InvariantCulture)),
            "double" => CelValue.From(ReadDouble(value.GetString()!)),
            "string" => CelValue.From(value.GetString()),
            "bytes" => CelValue.From(Convert.FromHexString(value.GetString()!)),
            "bool" => CelValue.From(value.GetBoolean()),
            "null" => CelValue.Null,
            "type" => CelValue.Type(value.GetString()!),
            "list" => CelValue.List([.. value.EnumerateArray().Select(ReadValue)]),
            "map" => CelValue.Map(new CelDictionaryMap(value.EnumerateArray().Select(pair => KeyValuePair.Create(ReadValue(pair[0]), ReadValue(pair[1]))))),
            "duration" => CelValue.Duration(Number(value, "seconds"), (int)Number(value, "nanos")),
            "timestamp" => CelValue.Timestamp(Number(value, "seconds"), (int)Number(value, "nanos")),
            _ => throw new InvalidDataException($"No value is tagged '{property.Name}'."),
        };
    }

    private static ConformanceCase ReadCase(JsonElement element)
    {
        var bindings = element.TryGetProperty("bindings", out var bound)
            ? bound.EnumerateObject().ToDictionary(property => property.Name, property => ReadValue(property.Value))
            : [];
        return new(
            element.GetProperty("name").GetString()!,
            element.GetProperty("expr").GetString()!,
            bindings,
            element.TryGetProperty("unchecked", out var unchecked_) && unchecked_.GetBoolean(),
            element.TryGetProperty("value", out var value) ? ReadValue(value) : null);
    }

    private static double ReadDouble(string text) => text.ToLowerInvariant() switch
    {
        "nan" => double.NaN,
        "inf" or "+inf" or "infinity" => double.PositiveInfinity,
        "-inf" or "-infinity" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    private static long Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? long.Parse(value.ToString(), CultureInfo.InvariantCulture) : 0;
}

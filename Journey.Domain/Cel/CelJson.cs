using System.Collections;
using System.Text.Json;

namespace Journey.Domain.Cel;

/// <summary>Reads JSON as values, without copying objects and arrays.</summary>
internal static class CelJson
{
    public static CelValue Read(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.True => CelValue.True,
        JsonValueKind.False => CelValue.False,
        JsonValueKind.String => ReadString(element),
        JsonValueKind.Number => ReadNumber(element),
        JsonValueKind.Object => CelValue.Map(new CelJsonMap(element)),
        JsonValueKind.Array => CelValue.List(new CelJsonList(element)),
        _ => default,
    };

    // Half a surrogate pair, escaped, is valid JSON and no text: reading it throws.
    private static CelValue ReadString(JsonElement element)
    {
        try
        {
            return CelValue.From(element.GetString());
        }
        catch (InvalidOperationException)
        {
            return CelTexts.InvalidText;
        }
    }

    // TryGetInt64 refuses fractions and exponents, which is the rule wanted here: 80 is an int, 80.0 and 8e1 are doubles.
    private static CelValue ReadNumber(JsonElement element) =>
        element.TryGetInt64(out var integer) ? CelValue.From(integer) : CelValue.From(element.GetDouble());
}

/// <summary>A JSON object as a map; a property becomes a value when it is read.</summary>
public sealed class CelJsonMap(JsonElement element) : CelMap
{
    private int _count = -1;

    public override int Count => _count >= 0 ? _count : _count = element.GetPropertyCount();

    public override IEnumerable<KeyValuePair<CelValue, CelValue>> Entries
    {
        get
        {
            foreach (var property in element.EnumerateObject())
            {
                yield return new(CelValue.From(property.Name), CelJson.Read(property.Value));
            }
        }
    }

    public override bool TryGet(in CelValue key, out CelValue value)
    {
        if (key.Kind == CelKind.String && TryGetProperty(key.AsString(), out var property))
        {
            value = CelJson.Read(property);
            return true;
        }

        value = default;
        return false;
    }

    private bool TryGetProperty(string name, out JsonElement property)
    {
        try
        {
            return element.TryGetProperty(name, out property);
        }
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException)
        {
            // Half a surrogate pair, in the name asked for or in one of the object's names.
            property = default;
            return false;
        }
    }
}

/// <summary>A JSON array as a list; its elements become values when the first of them is read.</summary>
public sealed class CelJsonList(JsonElement element) : IReadOnlyList<CelValue>
{
    private CelValue[]? _items;

    public int Count => element.GetArrayLength();

    // Indexing a JsonElement walks it from the start, so the elements are laid out once.
    private CelValue[] Items => _items ??= [.. element.EnumerateArray().Select(CelJson.Read)];

    public CelValue this[int index] => Items[index];

    public IEnumerator<CelValue> GetEnumerator() => ((IEnumerable<CelValue>)Items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

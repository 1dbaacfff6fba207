using System.Collections;

namespace Journey.Domain.Cel;

/// <summary>A map as expressions see it. Hosts derive from it where values are resolved only when they are read.</summary>
/// <remarks>Keys are bool, int, uint or string. A lookup may ask with any value: 1, 1u and 1.0 are the same key.</remarks>
public abstract class CelMap
{
    public abstract int Count { get; }

    public abstract IEnumerable<KeyValuePair<CelValue, CelValue>> Entries { get; }

    public abstract bool TryGet(in CelValue key, out CelValue value);
}

/// <summary>A map held in a dictionary; its entries come in the order in which they were given.</summary>
public sealed class CelDictionaryMap : CelMap, IEnumerable<KeyValuePair<CelValue, CelValue>>
{
    private readonly Dictionary<CelValue, CelValue> _entries;

    public CelDictionaryMap(IEnumerable<KeyValuePair<CelValue, CelValue>> entries) => _entries = new(entries);

    public CelDictionaryMap(IEnumerable<KeyValuePair<string, CelValue>> entries) =>
        _entries = entries.ToDictionary(entry => CelValue.From(entry.Key), entry => entry.Value);

    public CelDictionaryMap(int capacity = 0) => _entries = new(capacity);

    public override int Count => _entries.Count;

    public override IEnumerable<KeyValuePair<CelValue, CelValue>> Entries => _entries;

    public static bool IsKey(CelKind kind) => kind is CelKind.String or CelKind.Int or CelKind.Uint or CelKind.Bool;

    /// <summary>Adds an entry; only while the map is being built. False means the key is there already.</summary>
    public bool Add(in CelValue key, in CelValue value) => _entries.TryAdd(key, value);

    public override bool TryGet(in CelValue key, out CelValue value)
    {
        if (IsKey(key.Kind) || key.Kind == CelKind.Double)
        {
            return _entries.TryGetValue(key, out value);
        }

        value = default;
        return false;
    }

    public IEnumerator<KeyValuePair<CelValue, CelValue>> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

using System.Collections.Frozen;
using Journey.Domain.Cel;

namespace Journey.Projections.Facts;

/// <summary>A variable's fields, each resolved when it is read. One that has no value is absent.</summary>
internal sealed class FactMap<T>(FrozenDictionary<string, Func<T, CelValue?>> fields, Func<T, string, CelValue?>? others = null) : CelMap
    where T : class
{
    private T? _subject;

    /// <summary>Turned from subject to subject, so that a variable costs nothing until it is read.</summary>
    public FactMap<T> Of(T subject)
    {
        _subject = subject;
        return this;
    }

    public override int Count => Entries.Count();

    public override IEnumerable<KeyValuePair<CelValue, CelValue>> Entries
    {
        get
        {
            foreach (var (name, read) in fields.OrderBy(static known => known.Key, StringComparer.Ordinal))
            {
                if (read(_subject!) is { } value)
                {
                    yield return KeyValuePair.Create(CelValue.From(name), value);
                }
            }
        }
    }

    public override bool TryGet(in CelValue key, out CelValue value)
    {
        value = default;
        if (key.Kind != CelKind.String)
        {
            return false;
        }

        var name = key.AsString();
        var found = fields.TryGetValue(name, out var read) ? read(_subject!) : others?.Invoke(_subject!, name);
        value = found.GetValueOrDefault();
        return found is not null;
    }
}

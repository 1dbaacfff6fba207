using System.Collections.Immutable;
using Journey.Domain.Identity;
using Journey.Projections.ReadModels;

namespace Journey.Projections.Customers;

/// <summary>One identifier that a customer's events came with.</summary>
/// <param name="Source">Who used it first, in the order of arrival.</param>
public record struct IdentifierUse(Identifier Identifier, long FirstAt, long LastAt, string Source)
{
    /// <summary>Its row says less than the state does.</summary>
    internal bool IsDirty { get; set; }
}

/// <summary>The customer's part of the identity graph: every identifier its events came with, when first and last, and from whom.</summary>
/// <remarks>
/// Bounded: <see cref="KeptMax"/>; further ones are not kept. Most events of a customer come with the very bytes that the one before came
/// with, and then nothing is parsed. Rows have the day of the last use, not the moment, so that an event does not cost a row.
/// </remarks>
public sealed class IdentifierUses
{
    public const int KeptMax = 64;

    private readonly List<IdentifierUse> _uses = [];
    private readonly List<int> _lastUsed = [];
    private byte[] _lastIds = [];

    public IReadOnlyList<IdentifierUse> Uses => _uses;

    /// <summary>Devices and browsers: device ids and anonymous ids.</summary>
    public int Devices => _uses.Count(static use => use.Identifier.Kind is IdentifierKind.DeviceId or IdentifierKind.AnonymousId);

    internal void See(ReadOnlySpan<byte> payload, long at, string source)
    {
        if (!StartsWithIds(payload, out var from))
        {
            return;
        }

        if (_lastIds.Length == 0 || !payload[from..].StartsWith(_lastIds))
        {
            Learn(payload, from, at, source);
        }

        foreach (var index in _lastUsed)
        {
            Touch(index, at);
        }
    }

    /// <summary>Lets go of every identifier, and takes their rows back.</summary>
    internal void Erase(string customer, ReadModelChanges changes)
    {
        foreach (var use in _uses)
        {
            changes.Delete(ReadModelTables.Identifiers, customer, IdentifierNames.Of(use.Identifier.Kind), use.Identifier.Value);
        }

        _uses.Clear();
        _lastUsed.Clear();
        _lastIds = [];
    }

    internal void Restore(IdentifierUse use) => _uses.Add(use);

    internal void PutChanged(string customer, ReadModelChanges changes)
    {
        for (var i = 0; i < _uses.Count; i++)
        {
            if (_uses[i].IsDirty)
            {
                _uses[i] = _uses[i] with { IsDirty = false };
                var use = _uses[i];
                changes.Put(
                    ReadModelTables.Identifiers, customer, IdentifierNames.Of(use.Identifier.Kind), use.Identifier.Value, use.FirstAt, Days.NameOf(use.LastAt), use.Source);
            }
        }
    }

    /// <summary>Senders' payloads have their ids first; where one has not, it is looked for.</summary>
    private static bool StartsWithIds(ReadOnlySpan<byte> payload, out int from)
    {
        from = payload.StartsWith("{\"ids\":{"u8) ? 7 : payload.IndexOf("\"ids\":{"u8) is >= 0 and var found ? found + 6 : -1;
        return from >= 0;
    }

    private void Learn(ReadOnlySpan<byte> payload, int from, long at, string source)
    {
        var (identifiers, alias) = PayloadIds.Read(payload, withErased: true);
        _lastUsed.Clear();
        Add(identifiers);
        Add(alias);
        var json = new System.Text.Json.Utf8JsonReader(payload[from..]);
        json.Read();
        json.Skip();
        _lastIds = payload.Slice(from, (int)json.BytesConsumed).ToArray();

        void Add(ImmutableArray<Identifier> some)
        {
            foreach (var identifier in some)
            {
                var index = _uses.FindIndex(use => use.Identifier == identifier);
                if (index < 0 && _uses.Count < KeptMax)
                {
                    index = _uses.Count;
                    _uses.Add(new IdentifierUse(identifier, at, at, source) { IsDirty = true });
                }

                if (index >= 0 && !_lastUsed.Contains(index))
                {
                    _lastUsed.Add(index);
                }
            }
        }
    }

    private void Touch(int index, long at)
    {
        var use = _uses[index];
        if (at > use.LastAt)
        {
            _uses[index] = use with { LastAt = at, IsDirty = use.IsDirty || Days.NumberOf(at) != Days.NumberOf(use.LastAt) };
        }
        else if (at < use.FirstAt)
        {
            _uses[index] = use with { FirstAt = at, IsDirty = true };
        }
    }
}

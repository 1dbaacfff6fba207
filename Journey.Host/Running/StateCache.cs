using Journey.Projections.Customers;

namespace Journey.Host.Running;

/// <summary>States of recently active customers, decoded. What a batch touches is never dropped while the batch runs.</summary>
public sealed class StateCache(int max)
{
    private readonly Dictionary<string, Entry> _states = new(StringComparer.Ordinal);
    private long _batch;

    public int Count => _states.Count;

    /// <summary>Begins a batch: older batches' states may make room for it.</summary>
    public void NextBatch()
    {
        _batch++;
        if (_states.Count <= max)
        {
            return;
        }

        // A quarter goes at once, so that the search for the oldest is paid once for many batches.
        var ages = new List<long>(_states.Count);
        foreach (var entry in _states.Values)
        {
            ages.Add(entry.LastBatch);
        }

        ages.Sort();
        // The batch before this one may still be on its way to the store: its states stay, whatever the bound.
        var oldest = Math.Min(ages[Math.Min(ages.Count - 1, ages.Count - (max * 3 / 4))], _batch - 2);
        foreach (var (customer, entry) in _states)
        {
            if (entry.LastBatch <= oldest)
            {
                _states.Remove(customer);
            }
        }
    }

    public bool TryUse(string customer, out CustomerState state)
    {
        if (_states.TryGetValue(customer, out var entry))
        {
            entry.LastBatch = _batch;
            state = entry.State;
            return true;
        }

        state = null!;
        return false;
    }

    public void Keep(CustomerState state) => _states[state.Customer] = new Entry(state) { LastBatch = _batch };

    /// <summary>After a batch that was not committed: what is here runs ahead of the store.</summary>
    public void Clear() => _states.Clear();

    private sealed class Entry(CustomerState state)
    {
        public CustomerState State { get; } = state;

        public long LastBatch { get; set; }
    }
}

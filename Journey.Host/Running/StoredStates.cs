using System.Buffers;
using Journey.Domain.Events;
using Journey.Host.Stores;
using Journey.Projections.Customers;

namespace Journey.Host.Running;

/// <summary>Customers' states as they are stored.</summary>
internal static class StoredStates
{
    private const int BytesExpected = 512;

    /// <summary>Serializes now, all into one piece of memory: the states may be folded on afterwards.</summary>
    public static StoredState[] Of(IReadOnlyCollection<CustomerState> states)
    {
        var bytes = new ArrayBufferWriter<byte>(Math.Max(256, states.Count * BytesExpected));
        var slices = new List<(CustomerState State, int Start)>(states.Count);
        foreach (var state in states)
        {
            slices.Add((state, bytes.WrittenCount));
            state.Write(bytes);
        }

        var all = bytes.WrittenMemory;
        var stored = new StoredState[slices.Count];
        for (var i = 0; i < stored.Length; i++)
        {
            var (state, start) = slices[i];
            var end = i + 1 < slices.Count ? slices[i + 1].Start : all.Length;
            stored[i] = new StoredState(state.Customer, Partitions.Of(state.Customer), state.LastPosition, state.DueAt, all[start..end]);
        }

        return stored;
    }
}

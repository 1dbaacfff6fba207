namespace Journey.Host.Stores;

/// <summary>What a store has to do with personal data: say who belongs together, destroy their keys, and leave no trace in its files.</summary>
/// <remarks>Each step may be repeated, and none depends on another having been interrupted or not.</remarks>
public interface IErasureStore
{
    /// <summary>The customer whom this one is today, and everybody whom that one absorbed, the survivor first; empty: there is no such customer.</summary>
    ValueTask<IReadOnlyList<string>> FamilyAsync(string customer, CancellationToken cancellation = default);

    /// <summary>Makes who holds which identifier what the log says, now that a part of it can no longer be read.</summary>
    /// <returns>How many identifiers and customers were changed.</returns>
    ValueTask<int> AlignIdentitiesAsync(CancellationToken cancellation = default);

    /// <summary>Moves everything out of the write-ahead log into the store's file, and empties it, so that nothing overwritten is left in it.</summary>
    /// <returns>False: somebody is reading; what was overwritten may stay in the file beside the store until it is tried again.</returns>
    ValueTask<bool> EmptyWriteAheadAsync(CancellationToken cancellation = default);
}

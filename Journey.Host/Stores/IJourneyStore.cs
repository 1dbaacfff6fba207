using Journey.Domain.EventLog;

namespace Journey.Host.Stores;

/// <summary>Everything that one place keeps: the log, who is who, customers' states and read models, keys and dead letters.</summary>
/// <remarks>
/// Calls that write return when their commit is durable. Every call may throw a <see cref="StoreException"/>.
/// </remarks>
public interface IJourneyStore : IEventLog, IIngestStore, IIdentityStore, IStateStore, IGenerationStore, IErasureStore, IAsyncDisposable
{
    /// <summary>What messages call the store: its file, or its address without the password.</summary>
    string Place { get; }

    IWriteKeyStore WriteKeys { get; }

    IDeadLetterStore DeadLetters { get; }

    /// <summary>Gets which host works on what; null: a single one works on this store.</summary>
    ILeaseStore? Leases { get; }

    /// <summary>The end of the log as far as this process knows it.</summary>
    Checkpoint Head { get; }

    /// <summary>SHA-256 over who holds which identifier: the same as that of <see cref="Domain.Identity.IdentityFold"/> over the whole log.</summary>
    ValueTask<string> IdentityDigestAsync(CancellationToken cancellation = default);

    /// <summary>How many different names events have.</summary>
    ValueTask<long> EventNamesAsync(CancellationToken cancellation = default);

    /// <summary>Opens a reader of whole streams up to a position.</summary>
    /// <param name="head">The last position that is read.</param>
    /// <param name="wants">Whether interactions of a name can matter. Those that carry identifiers or traits are always read.</param>
    /// <param name="skipsImported">Imported interactions may be left out as well.</param>
    IStreamScan ScanStreams(long head, Func<string, bool> wants, bool skipsImported);
}

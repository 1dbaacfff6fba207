using Journey.Domain.EventLog;
using Journey.Domain.Language;
using Journey.Host.Dispatch;
using Journey.Host.Metrics;
using Journey.Host.Personal;
using Journey.Host.Running;
using Journey.Host.Running.Rebuilding;
using Journey.Host.Stores;

namespace Journey.Host.Http;

/// <summary>What the server stands on. The composition root and the tests build the same server from it.</summary>
public sealed record JourneyServices(IEventLog Log, IIngestStore Ingest, IStateStore State)
{
    /// <summary>The clock that arrivals are stamped with; a demo's runs fast. What the server times of itself goes by the wall's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Null: there are no write keys, and nobody can make any.</summary>
    public IWriteKeyStore? WriteKeys { get; init; }

    /// <summary>Null: merges cannot be undone here.</summary>
    public IIdentityStore? Identities { get; init; }

    /// <summary>Null: nothing is delivered here, so nothing can fail for good.</summary>
    public IDeadLetterStore? DeadLetters { get; init; }

    /// <summary>Takes a dead letter up again, by its decision's id. Null: nothing is delivered here.</summary>
    public Func<string, CancellationToken, Task<RetryAnswer>>? RetryDelivery { get; init; }

    /// <summary>Null: nothing is folded here, so nothing can be rebuilt.</summary>
    public Rebuilder? Rebuilder { get; init; }

    /// <summary>Null: nothing is folded here, so nothing stands still.</summary>
    public PoisonList? Poison { get; init; }

    /// <summary>Null: a single host works on the store.</summary>
    public ILeaseStore? Leases { get; init; }

    /// <summary>Owned by whoever made it: shared with the processor and the dispatcher.</summary>
    public JourneyMetrics Metrics { get; init; } = new();

    /// <summary>Export and erasure of one person's data. Null: not here.</summary>
    public PersonalServices? Personal { get; init; }

    /// <summary>What is in force now.</summary>
    public Func<DefinitionSet> Definitions { get; init; } = static () => DefinitionSet.Empty;

    /// <summary>Runs drafts over the history. Null: this store cannot be read customer by customer.</summary>
    public Func<Host.Backtests.BacktestRequest, IProgress<Cli.WorkProgress>?, CancellationToken, Task<Host.Backtests.BacktestReport>>? Backtest { get; init; }

    /// <summary>How far every consumer of the log has come. Called often: must be cheap.</summary>
    public Func<IReadOnlyList<ConsumerStatus>> Consumers { get; init; } = static () => [];
}

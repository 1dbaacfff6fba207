using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Host.Personal;
using Journey.Host.Stores;
using Journey.Projections.Maps;

namespace Journey.Host.Cli;

/// <summary>What the commands ask of the product. The commands parse arguments and print; everything else stands behind this.</summary>
/// <remarks>
/// Every member may throw <see cref="CommandException"/> or <see cref="StoreException"/> for what a person can mend,
/// and honours cancellation (Ctrl-C).
/// </remarks>
public interface ICommandServices
{
    /// <summary>Opens a store for one command.</summary>
    /// <exception cref="CommandException">It is not there (and must be), is not a store of ours, or another process owns it.</exception>
    Task<IOpenStore> OpenAsync(StoreLocation store, StoreAccess access, CancellationToken cancellation);

    /// <summary>Brings a whole history from one store into another, or goes on with it, and compares both.</summary>
    Task<CopyReport> CopyAsync(StoreLocation from, StoreLocation to, IProgress<WorkProgress>? progress, CancellationToken cancellation);

    /// <summary>Takes the steps that a store's tables lack.</summary>
    /// <param name="isDry">Says which, and takes none.</param>
    Task<MigrationReport> MigrateAsync(StoreLocation store, bool isDry, CancellationToken cancellation);

    /// <summary>Serves until cancelled; returns after a clean stop.</summary>
    Task ServeAsync(ServeOptions options, Terminal terminal, CancellationToken cancellation);

    /// <summary>Runs the simulated shop until cancelled, or until <see cref="DemoOptions.For"/> has passed; draws its own live status.</summary>
    Task DemoAsync(DemoOptions options, Terminal terminal, CancellationToken cancellation);
}

public enum StoreAccess
{
    /// <summary>The store must be there.</summary>
    Existing,

    /// <summary>The store must be there; another process may be writing to it.</summary>
    Read,

    /// <summary>Created where there is none.</summary>
    CreateIfMissing,
}

/// <summary>A store opened for one command.</summary>
public interface IOpenStore : IAsyncDisposable
{
    IEventLog Log { get; }

    IIngestStore Ingest { get; }

    IIdentityStore Identities { get; }

    IWriteKeyStore WriteKeys { get; }

    /// <summary>What can be done with one person's data.</summary>
    PersonalServices Personal { get; }

    /// <summary>Customer states and read models as they were last committed.</summary>
    IStateStore States { get; }

    /// <summary>Folds everything up to the end of the log as it was when called, so that read models are current.</summary>
    /// <param name="progress">Done and total are global positions.</param>
    Task ProcessToEndAsync(IProgress<WorkProgress>? progress, CancellationToken cancellation);

    /// <summary>Where hosts stopped in the middle of their work, each partition may stand at another place: folds them to one and the same.</summary>
    /// <param name="progress">As for <see cref="ProcessToEndAsync"/>.</param>
    Task LevelAsync(IProgress<WorkProgress>? progress, CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Folds the whole log again, beside the live read models, and compares the digest of each.</summary>
    Task<VerifyReport> VerifyAsync(IProgress<WorkProgress>? progress, CancellationToken cancellation);

    /// <param name="withVariants">Compute them too: the log is scanned.</param>
    /// <param name="progress">Hears of a scan of the log, where one is needed.</param>
    Task<MapAnswer> MapAsync(MapQuery query, bool withVariants, IProgress<WorkProgress>? progress, CancellationToken cancellation);

    /// <summary>Null: no such customer.</summary>
    Task<TimelineReport?> TimelineAsync(TimelineQuery query, CancellationToken cancellation);

    /// <summary>Runs drafts over the history. Nothing is written.</summary>
    /// <exception cref="Backtests.BacktestRefusedException">It cannot be made as asked.</exception>
    Task<Backtests.BacktestReport> BacktestAsync(Backtests.BacktestRequest request, IProgress<WorkProgress>? progress, CancellationToken cancellation);

    Task<CartsReport> CartsAsync(CartsQuery query, CancellationToken cancellation);
}

/// <summary>How far long work has come. <paramref name="Total"/> 0: not known yet.</summary>
/// <param name="Stage">What is being done, in one or two words; each stage has its own bar.</param>
/// <param name="Unit">What is counted: "rows", "events", "bytes".</param>
public readonly record struct WorkProgress(string Stage, long Done, long Total, string Unit);

/// <param name="Urls">Addresses to listen on.</param>
/// <param name="Documents">Files and folders of YAML documents to publish at start; empty: serve what is published already.</param>
/// <param name="Channels">The file that says where each channel's deliveries go; null: to the console.</param>
/// <param name="Templates">The folder that says what messages read; null: none are known, and messages go as their data.</param>
public sealed record ServeOptions(
    StoreLocation Store,
    IReadOnlyList<string> Urls,
    IReadOnlyList<string> Documents,
    string? Channels = null,
    string? Templates = null);

/// <param name="Url">Where the status page and the API are served meanwhile.</param>
/// <param name="Customers">How many people the shop has; 10 to 1,000,000.</param>
/// <param name="Speed">Seconds of the shop's time per second of the wall; 1 to 100,000.</param>
/// <param name="Seed">The same seed, the same shop.</param>
/// <param name="For">Wall time after which the demo ends by itself; null: at Ctrl-C.</param>
public sealed record DemoOptions(StoreLocation Store, string Url, int Customers, double Speed, int Seed, TimeSpan? For);

/// <param name="Head">Global position up to which both were compared.</param>
public sealed record VerifyReport(long Head, IReadOnlyList<VerifiedReadModel> ReadModels)
{
    public bool Holds => ReadModels.All(model => model.Agrees);
}

/// <param name="Live">Digest of the rows that are served, lower-case hex.</param>
/// <param name="Refolded">Digest of the rows folded again from position 1.</param>
public sealed record VerifiedReadModel(string Name, long Rows, string Live, string Refolded)
{
    public bool Agrees => Live == Refolded;
}

/// <param name="Variants">Null: none were asked for.</param>
public sealed record MapAnswer(JourneyMap Map, MapVariants? Variants);

/// <param name="Customer">As typed: a customer id, "kind:value", an email address, or else a user id.</param>
/// <param name="Limit">The latest so many; they are answered oldest first.</param>
/// <param name="AsOf">Only what had happened by then, Unix milliseconds, inclusive; null: everything.</param>
/// <param name="Kind">One of <see cref="Http.Queries.TimelineFilter.Kinds"/>; null: all.</param>
/// <param name="Session">A session's id; null: in and out of sessions.</param>
/// <param name="From">Only what happened at this time or later, Unix milliseconds; null: from the first.</param>
/// <param name="To">Only what happened before this time; null: to the last.</param>
public sealed record TimelineQuery(string Customer, int Limit, long? AsOf, ContactChannel? Channel,
    string? Kind = null, string? Session = null, long? From = null, long? To = null);

/// <param name="Rows">Oldest first, by the time at which they happened; same-time events in the order of arrival.</param>
/// <param name="Total">How many there are in all, of which <paramref name="Rows"/> are the latest.</param>
public sealed record TimelineReport(string Customer, IReadOnlyList<Identifier> Identifiers, IReadOnlyList<TimelineRow> Rows, long Total);

/// <param name="Session">The session that the event belongs to, where that is known.</param>
/// <param name="Json">The payload's JSON object, as recorded.</param>
public sealed record TimelineRow(
    long Position,
    long OccurredAt,
    long ReceivedAt,
    string Name,
    EventKind Kind,
    ContactChannel Channel,
    string? Session,
    ReadOnlyMemory<byte> Json);

/// <param name="State">One of <see cref="CartsQuery.States"/>; null: all.</param>
public sealed record CartsQuery(string? State, int Limit)
{
    public static IReadOnlyList<string> States { get; } =
        ["active", "emptied", "abandoned", "checking-out", "converted", "recovered", "expired"];
}

/// <param name="Rows">Latest activity first.</param>
public sealed record CartsReport(IReadOnlyList<CartCount> Counts, IReadOnlyList<CartRow> Rows);

/// <param name="Values">What the carts hold, by currency: exact decimals as text.</param>
public sealed record CartCount(string State, long Carts, IReadOnlyDictionary<string, string> Values);

/// <param name="LastActivityAt">Unix milliseconds.</param>
public sealed record CartRow(string Customer, string CartId, string State, IReadOnlyDictionary<string, string> Totals, long Items, long LastActivityAt);

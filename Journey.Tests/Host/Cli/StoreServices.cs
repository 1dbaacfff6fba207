using Journey.Host.Backtests;
using Journey.Domain.EventLog;
using Journey.Domain.Identity;
using Journey.Host.Cli;
using Journey.Host.Personal;
using Journey.Host.Stores;
using Journey.Host.Stores.Sqlite;
using Journey.Projections.Maps;

namespace Journey.Tests.Host.Cli;

/// <summary>The services behind the commands, with a real store and, in place of the read models, whatever a test sets.</summary>
public sealed class StoreServices : ICommandServices
{
    public VerifyReport Verify { get; init; } = new(0, []);

    public MapAnswer Map { get; init; } = new(JourneyMap.Empty, null);

    public TimelineReport? Timeline { get; init; }

    public CartsReport Carts { get; init; } = new([], []);

    public MapQuery? AskedMap { get; private set; }

    public TimelineQuery? AskedTimeline { get; private set; }

    public CartsQuery? AskedCarts { get; private set; }

    public ServeOptions? Served { get; private set; }

    public DemoOptions? Shown { get; private set; }

    public int Processed { get; private set; }

    /// <summary>What serving ends with; null: it goes on until stopped.</summary>
    public Exception? ServeFailure { get; init; }

    /// <summary>Called before every ingested batch.</summary>
    public Action? BeforeIngest { get; init; }

    public Task<IOpenStore> OpenAsync(StoreLocation store, StoreAccess access, CancellationToken cancellation)
    {
        var path = ((StoreLocation.Sqlite)store).Path;
        return access != StoreAccess.CreateIfMissing && !File.Exists(path)
            ? throw new CommandException($"{path} is not there.")
            : Task.FromResult<IOpenStore>(new OpenStore(this, SqliteStore.Open(path)));
    }

    public Task<CopyReport> CopyAsync(StoreLocation from, StoreLocation to, IProgress<WorkProgress>? progress, CancellationToken cancellation) =>
        new Journey.Host.Running.CommandServices().CopyAsync(from, to, progress, cancellation);

    public Task<MigrationReport> MigrateAsync(StoreLocation store, bool isDry, CancellationToken cancellation) =>
        new Journey.Host.Running.CommandServices().MigrateAsync(store, isDry, cancellation);

    public async Task ServeAsync(ServeOptions options, Terminal terminal, CancellationToken cancellation)
    {
        Served = options;
        await (ServeFailure is null ? Task.Delay(Timeout.Infinite, cancellation) : Task.FromException(ServeFailure));
    }

    public Task DemoAsync(DemoOptions options, Terminal terminal, CancellationToken cancellation)
    {
        Shown = options;
        return Task.CompletedTask;
    }

    private sealed class OpenStore(StoreServices services, SqliteStore store) : IOpenStore, IIngestStore
    {
        public IEventLog Log => store;

        public IIngestStore Ingest => this;

        public IIdentityStore Identities => store;

        public IWriteKeyStore WriteKeys => store.WriteKeys;

        public IStateStore States => store;

        public PersonalServices Personal => new(
            new CustomerErasure(store, store, store, TimeProvider.System, (_, _) => Task.CompletedTask), new CustomerExport(store, store, store));

        public Task ProcessToEndAsync(IProgress<WorkProgress>? progress, CancellationToken cancellation)
        {
            services.Processed++;
            return Task.CompletedTask;
        }

        public Task<VerifyReport> VerifyAsync(IProgress<WorkProgress>? progress, CancellationToken cancellation) => Task.FromResult(services.Verify);

        public Task<MapAnswer> MapAsync(MapQuery query, bool withVariants, IProgress<WorkProgress>? progress, CancellationToken cancellation)
        {
            services.AskedMap = query;
            return Task.FromResult(services.Map);
        }

        public Task<TimelineReport?> TimelineAsync(TimelineQuery query, CancellationToken cancellation)
        {
            services.AskedTimeline = query;
            return Task.FromResult(services.Timeline);
        }

        public Task<BacktestReport> BacktestAsync(BacktestRequest request, IProgress<WorkProgress>? progress, CancellationToken cancellation) =>
            BacktestRun.RunAsync(store, request, progress, cancellation);

        public Task<CartsReport> CartsAsync(CartsQuery query, CancellationToken cancellation)
        {
            services.AskedCarts = query;
            return Task.FromResult(services.Carts);
        }

        public ValueTask<IReadOnlyList<IngestAnswer>> IngestAsync(
            IReadOnlyList<Interaction> interactions, CancellationToken cancellation = default)
        {
            services.BeforeIngest?.Invoke();
            cancellation.ThrowIfCancellationRequested();
            return store.IngestAsync(interactions, cancellation);
        }

        public ValueTask<string?> FindAsync(Identifier identifier, CancellationToken cancellation = default) =>
            store.FindAsync(identifier, cancellation);

        public ValueTask DisposeAsync() => store.DisposeAsync();
    }
}

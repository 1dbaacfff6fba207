using System.Text.Json;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Host.Cli;
using Journey.Host.Http.Queries;
using Journey.Host.Personal;
using Journey.Host.Maps;
using Journey.Host.Running.Hosts;
using Journey.Host.Scans;
using Journey.Host.Stores;
using Journey.Projections.Maps;
using Journey.Projections.ReadModels;
using Microsoft.Extensions.Logging.Abstractions;

namespace Journey.Host.Running;

/// <summary>One store, opened for one command.</summary>
internal sealed class OpenStore(IJourneyStore store, TimeProvider clock) : IOpenStore
{
    public IEventLog Log => store;

    public IIngestStore Ingest => store;

    public IIdentityStore Identities => store;

    public IWriteKeyStore WriteKeys => store.WriteKeys;

    public IStateStore States => store;

    public PersonalServices Personal => new(
        new CustomerErasure(store, store, store, clock, async (_, stop) => await ProcessToEndAsync(null, stop)),
        new CustomerExport(store, store, store));

    public ValueTask DisposeAsync() => store.DisposeAsync();

    /// <remarks>
    /// Due times that have come are recorded and folded too, so that history brought in ends as it would have ended live.
    /// Where hosts are at work on the store, they fold it, and this waits for them.
    /// </remarks>
    public async Task ProcessToEndAsync(IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        var report = progress is null ? null : new HeadProgress(progress, "folding", store.PositionOf(await store.HeadAsync(cancellation)));
        if (store.Leases is not { } leases)
        {
            await ProcessAsync(null, report, cancellation);
            return;
        }

        if ((await leases.HostsAsync(cancellation)).Any(static host => host.IsAlive))
        {
            await JourneyRuntime.FoldedByAllAsync(leases, store, store.PositionOf(await store.HeadAsync(cancellation)), report, cancellation);
            return;
        }

        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await using var keeper = new LeaseKeeper(leases, new LeaseOptions(), [], TimeProvider.System, NullLogger.Instance);
        await keeper.JoinAsync(cancellation);
        var keeping = keeper.RunAsync(done.Token);
        await ProcessAsync(keeper, report, cancellation);
        await done.CancelAsync();
        await keeping;
    }

    public async Task LevelAsync(IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        if (store.Leases is { } leases && (await leases.PartitionsAsync(cancellation)).Select(static partition => partition.Checkpoint).Distinct().Count() > 1)
        {
            await ProcessToEndAsync(progress, cancellation);
        }
    }

    private async Task ProcessAsync(LeaseKeeper? keeper, HeadProgress? report, CancellationToken cancellation)
    {
        var processor = new Processor(store, store, new ProcessorOptions(), clock, keeper: keeper);
        await processor.PrepareAsync(cancellation);
        await processor.CatchUpAsync(report, cancellation);
        using var scheduler = new Scheduler(store, store, (_, stop) => processor.CatchUpAsync(report, stop), clock, () => processor.Held);
        while ((await scheduler.RecordDueAsync(cancellation)).Recorded > 0)
        {
            cancellation.ThrowIfCancellationRequested();
        }
    }

    public Task<VerifyReport> VerifyAsync(IProgress<WorkProgress>? progress, CancellationToken cancellation) =>
        new Verification(store).RunAsync(progress, cancellation);

    public Task<Backtests.BacktestReport> BacktestAsync(Backtests.BacktestRequest request, IProgress<WorkProgress>? progress, CancellationToken cancellation) =>
        Backtests.BacktestRun.RunAsync(store, request, progress, cancellation);

    public async Task<MapAnswer> MapAsync(MapQuery query, bool withVariants, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        using var maps = new MapReader(store, store, ScanLimits.Default, clock);
        var report = progress is null ? null : new HeadProgress(progress, "scanning", store.PositionOf(await store.HeadAsync(cancellation)));
        try
        {
            if (!withVariants)
            {
                return new MapAnswer(await maps.ReadAsync(query, report, cancellation), null);
            }

            var computed = await maps.ComputeAsync(query, report, cancellation);
            return new MapAnswer(computed.Map, computed.Variants);
        }
        catch (ScanRequestException request)
        {
            throw new CommandException($"--{request.Parameter}: {request.Message}", ExitCodes.Usage);
        }
        catch (ScanTooLargeException large)
        {
            throw new CommandException(large.Message);
        }
    }

    public async Task<TimelineReport?> TimelineAsync(Cli.TimelineQuery query, CancellationToken cancellation)
    {
        if (await CustomerAddress.FindAsync(store, query.Customer, cancellation) is not { } customer)
        {
            return null;
        }

        var streams = new CustomerStreams(store);
        var family = await streams.OfAsync(customer, cancellation);
        if (family.Count == 0)
        {
            return null;
        }

        var session = query.Session is null ? null : await SessionSpan.FindAsync(store, customer, query.Session, cancellation)
            ?? throw new CommandException($"The customer has no session '{query.Session}'.", hint: "The last column of `journey timeline` names sessions.");
        var only = new TimelineFilter(TimelineFilter.KindOf(query.Kind), null, query.From, query.To, session);
        var identifiers = new List<Identifier>();
        var rows = new List<TimelineRow>();
        await foreach (var recorded in streams.ReadAsync(family, new Dictionary<string, long>(), cancellation))
        {
            if ((recorded.Flags & EventFlags.LinksIdentity) != 0 && recorded.Kind == EventKind.Interaction)
            {
                identifiers.AddRange(PayloadIds.Read(recorded.Json.Span).Identifiers.Except(identifiers));
            }

            if ((query.AsOf is not { } asOf || recorded.OccurredAt <= asOf) && (query.Channel is not { } channel || recorded.Channel == channel)
                && only.Matches(recorded))
            {
                rows.Add(new TimelineRow(
                    recorded.Position, recorded.OccurredAt, recorded.ReceivedAt, recorded.Name, recorded.Kind, recorded.Channel,
                    SessionOf(recorded), recorded.Json.ToArray()));
            }
        }

        var latest = rows.OrderBy(row => row.OccurredAt).ThenBy(row => row.Position).TakeLast(query.Limit).ToList();
        return new TimelineReport(customer, identifiers, latest, rows.Count);
    }

    public async Task<CartsReport> CartsAsync(CartsQuery query, CancellationToken cancellation) =>
        await CartReading.ReportAsync(store.AllAsync(ReadModelTables.Carts, [], cancellation), store, query, cancellation);

    private static string? SessionOf(in RecordedEvent recorded)
    {
        using var payload = JsonDocument.Parse(recorded.Json);
        return payload.RootElement.TryGetProperty("session", out var session) ? session.GetString() : null;
    }

    private sealed class HeadProgress(IProgress<WorkProgress> progress, string stage, long head) : IProgress<long>
    {
        public void Report(long value) => progress.Report(new WorkProgress(stage, Math.Min(value, head), head, "events"));
    }
}

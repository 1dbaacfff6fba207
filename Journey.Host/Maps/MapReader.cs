using Journey.Domain.EventLog;
using Journey.Domain.Language;
using Journey.Host.Running;
using Journey.Host.Scans;
using Journey.Host.Stores;
using Journey.Projections.Maps;

namespace Journey.Host.Maps;

/// <summary>A map and its variants, computed together: they come of the same traces.</summary>
public sealed record ComputedMap(JourneyMap Map, MapVariants Variants);

/// <param name="Count">How often.</param>
public sealed record ArcCustomer(string Customer, long Count);

/// <summary>Journey maps: out of the sums that are kept live where they can tell, and else computed from the log.</summary>
public sealed class MapReader(IEventLog log, IStateStore states, ScanLimits limits, TimeProvider clock) : IDisposable
{
    /// <summary>How long an answer out of the live sums waits for a happy path that is being computed.</summary>
    private static readonly TimeSpan HappyPathPatience = TimeSpan.FromSeconds(1);

    /// <summary>A happy path is looked for again after so many times the time that it took, so that it takes little of the machine.</summary>
    private const int HappyPathRest = 20;

    private readonly CancellationTokenSource _closing = new();
    private readonly Dictionary<MapQuery, HappyPath> _happyPaths = [];

    /// <summary>The computations of this reader: others may be put beside them.</summary>
    public ScanDesk Desk { get; } = new(log, limits);

    /// <summary>The map as it was asked for; of the live sums without a happy path.</summary>
    /// <exception cref="ScanRequestException">There is no such segment.</exception>
    /// <exception cref="ScanTooLargeException">The slice is too large.</exception>
    public async Task<JourneyMap> ReadAsync(MapQuery query, IProgress<long>? progress, CancellationToken cancellation) =>
        query.NeedsScan
            ? (await ComputeAsync(query, progress, cancellation)).Map
            : await MapReading.ReadAsync(states, query.Case, query.Activity, cancellation);

    /// <summary>As above; the live sums come with the happy path as it was last computed, and with none while the first is under way.</summary>
    public async Task<JourneyMap> ReadWithHappyPathAsync(MapQuery query, CancellationToken cancellation)
    {
        var map = await ReadAsync(query, null, cancellation);
        return map.HappyPath is null ? map with { HappyPath = await HappyPathAsync(query, cancellation) } : map;
    }

    public Task<ComputedMap> ComputeAsync(MapQuery query, IProgress<long>? progress, CancellationToken cancellation) => Desk.AnswerAsync(
        query with { Exact = true },
        async basis =>
        {
            var labels = new MapLabels(query, basis.Definitions.Latest.Workspace);
            var count = new MapCount();
            foreach (var part in await VisitAsync(basis, query, labels, static () => new MapCount(), progress, cancellation))
            {
                count.Add(part);
            }

            return new ComputedMap(count.Map(labels), count.Variants(labels));
        },
        cancellation);

    /// <summary>Who goes along an arc of the map, most often first.</summary>
    public Task<IReadOnlyList<ArcCustomer>> CustomersAsync(MapQuery query, string from, string to, CancellationToken cancellation) => Desk.AnswerAsync<IReadOnlyList<ArcCustomer>>(
        (query with { Exact = true }, from, to),
        async basis =>
        {
            // Labels are learnt by the scan itself: it has to be over before they can be looked up.
            var labels = new MapLabels(query, basis.Definitions.Latest.Workspace);
            var traces = await ReadAsync(basis, query, labels, null, cancellation);
            var visitors = await basis.Scan.VisitAsync(traces, () => new ArcCustomers(labels.Find(from), labels.Find(to)), cancellation);
            return [.. visitors.SelectMany(static visitor => visitor.Counts).Select(static pair => new ArcCustomer(pair.Key, pair.Value))
                .OrderByDescending(static row => row.Count).ThenBy(static row => row.Customer, StringComparer.Ordinal)];
        },
        cancellation);

    public void Dispose()
    {
        _closing.Cancel();
        Desk.Dispose();
    }

    /// <exception cref="ScanRequestException">There is no such segment.</exception>
    internal static void CheckSegment(string? segment, DefinitionSet definitions)
    {
        if (segment is not null && !definitions.Segments.ContainsKey(segment))
        {
            var meant = NearMiss.Of(segment, [.. definitions.Segments.Keys]);
            throw new ScanRequestException("segment", $"there is no segment \"{segment}\".{(meant is null ? "" : $" Did you mean \"{meant}\"?")}");
        }
    }

    private static async Task<IReadOnlyList<T>> VisitAsync<T>(
        ScanBasis basis, MapQuery query, MapLabels labels, Func<T> visitor, IProgress<long>? progress, CancellationToken cancellation)
        where T : Projections.Scans.ITraceVisitor =>
        await basis.Scan.VisitAsync(await ReadAsync(basis, query, labels, progress, cancellation), visitor, cancellation);

    private static Task<Projections.Scans.Traces> ReadAsync(ScanBasis basis, MapQuery query, MapLabels labels, IProgress<long>? progress, CancellationToken cancellation)
    {
        CheckSegment(query.Segment, basis.Definitions.Latest);
        return basis.Scan.ReadAsync(query.Traces, labels.CodeOf, readsPayloads: false, basis.Definitions, basis.Skipped, basis.Head, progress, cancellation);
    }

    private async Task<IReadOnlyList<string>?> HappyPathAsync(MapQuery query, CancellationToken cancellation)
    {
        Task computing;
        HappyPath path;
        lock (_happyPaths)
        {
            // Two cases and three activities: there are no more of them.
            if (!_happyPaths.TryGetValue(query, out path!))
            {
                _happyPaths.Add(query, path = new HappyPath());
            }

            if (path.Computing is { IsCompleted: true } && clock.GetElapsedTime(path.ComputedAt) > path.Took * HappyPathRest)
            {
                path.Computing = null;
            }

            computing = path.Computing ??= Task.Run(() => ComputeAsync(query, path), _closing.Token);
        }

        await Task.WhenAny(computing, Task.Delay(HappyPathPatience, cancellation));
        return path.Activities;
    }

    private async Task ComputeAsync(MapQuery query, HappyPath path)
    {
        var started = clock.GetTimestamp();
        try
        {
            path.Activities = (await ComputeAsync(query, null, _closing.Token)).Map.HappyPath;
        }
        catch (ScanTooLargeException)
        {
            // The map goes without: a period can be asked for by whoever wants one.
            path.Activities = null;
        }

        (path.ComputedAt, path.Took) = (clock.GetTimestamp(), clock.GetElapsedTime(started));
    }

    private sealed class HappyPath
    {
        public Task? Computing { get; set; }

        public IReadOnlyList<string>? Activities { get; set; }

        public long ComputedAt { get; set; }

        public TimeSpan Took { get; set; }
    }
}

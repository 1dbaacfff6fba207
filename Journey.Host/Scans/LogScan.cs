using Journey.Domain.EventLog;
using Journey.Domain.Language;
using Journey.Domain.Language.Publishing;
using Journey.Host.Running;
using Journey.Projections.Scans;

namespace Journey.Host.Scans;

/// <summary>Reads the log in stretches side by side, and puts the traces in it together: what is not kept live is computed so.</summary>
/// <remarks>
/// Cost: one pass over the log, then one over what was kept. Payloads are read for session cases and for conditions only.
/// Nothing is written, appended or delivered; it can be cancelled at any page.
/// </remarks>
public sealed class LogScan(IEventLog log, ScanLimits limits)
{
    private const int PageEvents = 8_192;

    /// <param name="upTo">Global position up to which, inclusive.</param>
    /// <param name="skipped">Positions that operators have skipped: no fold sees them.</param>
    /// <param name="code">What each interaction counts as.</param>
    /// <param name="readsPayloads"><paramref name="code"/> looks into payloads.</param>
    /// <param name="progress">Hears how many events were read, of <paramref name="upTo"/>.</param>
    /// <exception cref="ScanTooLargeException">More steps than one scan keeps.</exception>
    public async Task<Traces> ReadAsync(
        TraceOptions options, StepCode code, bool readsPayloads, DefinitionHistory definitions, IReadOnlySet<long> skipped, long upTo,
        IProgress<long>? progress, CancellationToken cancellation)
    {
        var workers = (int)Math.Clamp(upTo / PageEvents, 1, limits.Workers);
        var stretches = Enumerable.Range(0, workers).Select(_ => new TraceScan(options, code)).ToArray();
        var tally = new Tally(limits.StepsMax, progress);
        var read = new ReadPlan(readsPayloads || TraceScan.ReadsPayloads(options), definitions, definitions.Latest.Workspace, skipped);
        using var failing = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAll(stretches.Select((stretch, i) => Task.Run(
            async () =>
            {
                try
                {
                    await ReadAsync(stretch, upTo * i / workers, upTo * (i + 1) / workers, read, tally, failing.Token);
                }
                catch
                {
                    // The others need not go on.
                    await failing.CancelAsync();
                    throw;
                }
            },
            cancellation))).WaitAsync(cancellation);
        return new Traces(options, stretches, await PartedAsync(options, code, stretches, definitions, skipped, upTo, cancellation));
    }

    private async Task<PartedTraces?> PartedAsync(
        TraceOptions options, StepCode code, TraceScan[] stretches, DefinitionHistory definitions, IReadOnlySet<long> skipped, long upTo, CancellationToken cancellation)
    {
        var families = PartedTraces.FamiliesIn(stretches);
        if (families.Count == 0)
        {
            return null;
        }

        var parted = new PartedTraces(options, code);
        foreach (var streams in families)
        {
            var family = await MergeHistories.FamilyAsync(log, streams, upTo + 1, options.AsOf ?? long.MaxValue, skipped, cancellation);
            parted.Add(family, position => definitions.At(position).Workspace);
        }

        return parted;
    }

    /// <summary>Has the traces visited side by side: each visitor hears of its share of the customers.</summary>
    public async Task<IReadOnlyList<T>> VisitAsync<T>(Traces traces, Func<T> visitor, CancellationToken cancellation) where T : ITraceVisitor
    {
        var visitors = Enumerable.Range(0, limits.Workers).Select(_ => visitor()).ToArray();
        await Task.WhenAll(visitors.Select((one, worker) => Task.Run(
            () => traces.Visit(traces.Customers.Where((_, i) => i % visitors.Length == worker), one, cancellation), cancellation)));
        return visitors;
    }

    /// <summary>From behind one position up to and including another.</summary>
    private async Task ReadAsync(TraceScan stretch, long after, long upTo, ReadPlan plan, Tally tally, CancellationToken cancellation)
    {
        var options = new ReadOptions(WithIds: false, new PageBuffer(), WithPayloads: plan.WithPayloads);
        var from = await log.BeforeAsync(after + 1, cancellation);
        while (true)
        {
            var page = await log.ReadAsync(from, PageEvents, options, cancellation);
            var before = stretch.Steps;
            var isDone = page.AtEnd;
            foreach (ref readonly var recorded in page.AsSpan())
            {
                if (recorded.Position > upTo)
                {
                    isDone = true;
                    break;
                }

                if (plan.Skipped.Count == 0 || !plan.Skipped.Contains(recorded.Position))
                {
                    stretch.Add(recorded, plan.WorkspaceAt(recorded.Position));
                }
            }

            tally.Count(page.Events.Count, stretch.Steps - before);
            if (isDone)
            {
                return;
            }

            from = page.Next;
        }
    }

    private sealed record ReadPlan(bool WithPayloads, DefinitionHistory Definitions, Workspace Latest, IReadOnlySet<long> Skipped)
    {
        // Most of a log comes after the last publication.
        public Workspace WorkspaceAt(long position) => position > Definitions.LatestPosition ? Latest : Definitions.At(position).Workspace;
    }

    private sealed class Tally(long stepsMax, IProgress<long>? progress)
    {
        private long _steps;
        private long _events;

        public void Count(int events, int steps)
        {
            var read = Interlocked.Add(ref _events, events);
            if (Interlocked.Add(ref _steps, steps) > stepsMax)
            {
                throw new ScanTooLargeException(stepsMax);
            }

            progress?.Report(read);
        }
    }
}

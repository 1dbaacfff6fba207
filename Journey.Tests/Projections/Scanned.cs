using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Projections.Funnels;
using Journey.Projections.Maps;
using Journey.Projections.Merges;
using Journey.Projections.Scans;

namespace Journey.Tests.Projections;

/// <summary>What a scan of a log computes, without a store.</summary>
internal static class Scanned
{
    public static JourneyMap Map(IReadOnlyList<RecordedEvent> log, MapQuery query, int stretches = 2, Workspace? workspace = null)
    {
        var (count, labels) = Count(log, query, stretches, workspace);
        return count.Map(labels);
    }

    public static MapVariants Variants(IReadOnlyList<RecordedEvent> log, MapQuery query, Workspace? workspace = null)
    {
        var (count, labels) = Count(log, query, 2, workspace);
        return count.Variants(labels);
    }

    public static FunnelReport Funnel(IReadOnlyList<RecordedEvent> log, string document, FunnelQuery? query = null)
    {
        var parsed = DocumentParser.Parse("funnel.yaml", document);
        Assert.That(parsed.HasErrors, Is.False, string.Join('\n', parsed.Faults));
        var funnel = parsed.Of<FunnelDefinition>().Single();
        query ??= new FunnelQuery(funnel.Open);
        using var stages = new FunnelStages(funnel, query.Channel);
        var count = new FunnelCount(funnel, query);
        var traces = Traces(log, query.Traces, stages.CodeOf, 2, null);
        traces.Visit(traces.Customers, count);
        return count.Report();
    }

    public static Traces Traces(IReadOnlyList<RecordedEvent> log, TraceOptions options, StepCode code, int stretches, Workspace? workspace)
    {
        var scans = Enumerable.Range(0, stretches).Select(_ => new TraceScan(options, code)).ToArray();
        for (var i = 0; i < log.Count; i++)
        {
            scans[i * stretches / log.Count].Add(log[i], workspace ?? Workspace.Default);
        }

        var parted = new PartedTraces(options, code);
        foreach (var streams in PartedTraces.FamiliesIn(scans))
        {
            var family = new StreamFamily(long.MaxValue, [.. streams]);
            while (family.Missing.Count > 0)
            {
                var stream = family.Missing[0];
                family.Supply(stream, log.Where(e => e.Stream == stream));
            }

            parted.Add(family, _ => workspace ?? Workspace.Default);
        }

        return new Traces(options, scans, parted);
    }

    private static (MapCount Count, MapLabels Labels) Count(IReadOnlyList<RecordedEvent> log, MapQuery query, int stretches, Workspace? workspace)
    {
        var labels = new MapLabels(query, workspace ?? Workspace.Default);
        var traces = Traces(log, query.Traces, labels.CodeOf, stretches, workspace);

        // In two parts, as two threads would.
        var (count, other) = (new MapCount(), new MapCount());
        traces.Visit(traces.Customers.Where((_, i) => i % 2 == 0), count);
        traces.Visit(traces.Customers.Where((_, i) => i % 2 == 1), other);
        count.Add(other);
        return (count, labels);
    }
}

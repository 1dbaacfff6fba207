using Journey.Domain.Language;
using Journey.Host.Maps;
using Journey.Host.Scans;
using Journey.Projections.Funnels;

namespace Journey.Host.Funnels;

/// <param name="Stages">Their names.</param>
/// <param name="Open">How it is counted unless said otherwise.</param>
public sealed record FunnelSummary(string Name, string? Description, IReadOnlyList<string> Stages, string Within, bool Open)
{
    public static IReadOnlyList<FunnelSummary> Of(DefinitionSet definitions) =>
        [.. definitions.Funnels.Values.OrderBy(static funnel => funnel.Name, StringComparer.Ordinal).Select(static funnel => new FunnelSummary(
            funnel.Name, funnel.Description, [.. funnel.Stages.Select(static stage => stage.Name)], Domain.Language.Formats.Durations.Format(funnel.WithinMs), funnel.Open))];
}

/// <summary>Funnels, computed from the log: so a funnel published just now covers all of history, and a draft can be counted before it is.</summary>
public sealed class FunnelReader(ScanDesk desk)
{
    /// <exception cref="ScanRequestException">There is no such segment.</exception>
    /// <exception cref="ScanTooLargeException">The slice is too large.</exception>
    public Task<FunnelReport> CountAsync(FunnelDefinition funnel, FunnelQuery query, IProgress<long>? progress, CancellationToken cancellation) => desk.AnswerAsync(
        (KeyOf(funnel), query),
        async basis =>
        {
            MapReader.CheckSegment(query.Segment, basis.Definitions.Latest);
            using var stages = new FunnelStages(funnel, query.Channel);
            var traces = await basis.Scan.ReadAsync(
                query.Traces, stages.CodeOf, stages.ReadsPayloads, basis.Definitions, basis.Skipped, basis.Head, progress, cancellation);
            var count = new FunnelCount(funnel, query);
            foreach (var part in await basis.Scan.VisitAsync(traces, () => new FunnelCount(funnel, query), cancellation))
            {
                count.Add(part);
            }

            return count.Report();
        },
        cancellation);

    /// <summary>What makes two documents count the same: they are parsed anew whenever somebody looks.</summary>
    private static string KeyOf(FunnelDefinition funnel) => string.Join(
        '\u001f', [funnel.Name, $"{funnel.WithinMs}", .. funnel.Stages.Select(static stage => $"{stage.Name}\u001e{stage.On}\u001e{stage.Where?.Source}")]);
}

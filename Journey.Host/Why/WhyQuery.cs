using Journey.Domain.Engine;
using Journey.Domain.Language;
using Journey.Host.Replay;

namespace Journey.Host.Why;

/// <summary>Answers why, by replaying one customer with a trace: it costs nothing until somebody asks.</summary>
public sealed class WhyQuery(ReplaySource source)
{
    /// <summary>Names of journeys and rules that were ever published, in alphabetical order: for "did you mean".</summary>
    public IReadOnlyList<string> Journeys =>
        [.. source.Definitions.Latest.Versions.Values.Select(version => version.Name).Distinct().Order(StringComparer.Ordinal)];

    /// <param name="customer">A customer id.</param>
    /// <param name="journey">One of <see cref="Journeys"/>.</param>
    /// <param name="at">Only what had arrived by then, Unix milliseconds; null: everything.</param>
    /// <param name="limit">Most entries to answer, the latest.</param>
    /// <returns>Null: there is no such customer.</returns>
    public async Task<WhyAnswer?> AnswerAsync(string customer, string journey, long? at, int limit, CancellationToken cancellation)
    {
        var versions = source.Definitions.Latest.Versions.Values.Where(version => version.Name == journey).ToList();
        var first = versions.MinBy(version => version.Version);
        var trace = new WhyTrace(journey, first);
        if (await new CustomerReplay(source).RunAsync(customer, ReplayLimit.At(at), trace, cancellation) is not { } replayed)
        {
            return null;
        }

        var definitions = source.DefinitionsAt(ReplayLimit.At(at));
        var sentences = new Sentences(journey, source.Definitions.Latest, first);
        HashSet<string> own = [replayed.Customer, .. replayed.State?.Absorbed ?? []];
        var entries = trace.Entries.Where(entry => own.Contains(entry.Stream)).Select(entry => entry with { Text = sentences.Of(entry) }).ToList();
        var waiting = (replayed.State?.Engine.Runs ?? []).Where(run => run.Journey == journey).ToList();
        var due = waiting.Where(run => run.Due != Run.Never && run.Phase != RunPhase.Paused).Select(run => (long?)run.Due).Min();
        var summary = new WhySummary(journey, definitions, first, source, sentences).Of(entries, replayed, waiting, trace.Events, at);
        return new WhyAnswer(replayed.Customer, journey, at, [.. entries.TakeLast(limit)], entries.Count, summary, due);
    }
}

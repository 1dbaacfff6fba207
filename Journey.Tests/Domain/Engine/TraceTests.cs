using Journey.Domain.Cel;
using Journey.Domain.Engine;
using Journey.Domain.Events;
using Journey.Domain.Language;

namespace Journey.Tests.Domain.Engine;

internal sealed class TraceTests
{
    private const string Documents = """
        journey: nudge
        enter: { on: Store Visited, where: event.total > 50, reentry: { mode: after-exit, cooldown: 1d } }
        guard: count("Order Completed") == 0
        steps:
          - { id: rest, wait: 1h }
          - { id: news, send: { channel: web, template: news } }
        """;

    [Test]
    public void A_trace_hears_every_decision_and_every_non_decision_in_order()
    {
        var trace = new Lines();
        new World(Documents, trace)
            .On("2026-03-01T09:00Z", "Store Visited", new { total = 10 })
            .On("2026-03-01T10:00Z", "Store Visited", new { total = 80 })
            .On("2026-03-01T10:10Z", "Store Visited", new { total = 80 })
            .On("2026-03-01T10:30Z", "Order Completed")
            .On("2026-03-01T12:00Z", "Store Visited", new { total = 80 })
            .On("2026-03-01T13:00Z", "Store Visited", new { total = 80 }, flags: EventFlags.Imported);
        Assert.That(trace.Said, Is.EqualTo([
            "nudge looked at for Store Visited",
            "Entry event.total > 50 is false",
            "nudge looked at for Store Visited",
            "Entry event.total > 50 is true",
            "decided Run Entered",
            "decided Run Waiting",
            "nudge looked at for Store Visited",
            "Entry event.total > 50 is true",
            "Reentry refused: A run with this key is under way.",
            "rest done",
            "Guard count(\"Order Completed\") == 0 is false",
            "Guard refused: The guard does not hold.",
            "decided Message Suppressed",
            "news guard web",
            "decided Run Exited",
            "nudge looked at for Store Visited",
            "Entry event.total > 50 is true",
            "Cooldown refused: The last run ended at 2026-03-01T11:00:00Z, and the cooldown is not over.",
            "Store Visited passed over",
        ]));
    }

    [Test]
    public void Tracing_changes_no_decision()
    {
        static World Fold(IEngineTrace? trace) => new World(Documents, trace).On("2026-03-01T10:00Z", "Store Visited", new { total = 80 }).Until("2026-03-02T00:00Z");
        Assert.That(Fold(new Lines()).Decisions.Select(decision => decision.Id), Is.EqualTo(Fold(null).Decisions.Select(decision => decision.Id)));
    }

    private sealed class Lines : IEngineTrace
    {
        public List<string> Said { get; } = [];

        public void PassedOver(in RecordedEvent basis) => Said.Add($"{basis.Name} passed over");

        public void LookedAt(in TracePoint point, in RecordedEvent basis, long now) => Said.Add($"{point.Journey} looked at for {basis.Name}");

        public void Evaluated(in TracePoint point, ConditionRole role, SourcePlace at, CelProgram program, in CelValue value, ICelActivation facts) =>
            Said.Add($"{role} {program.Source} is {program.Evaluate(facts)}");

        public void Refused(in TracePoint point, Gate gate, string detail) => Said.Add($"{gate} refused: {detail}");

        public void Stepped(in TracePoint point, Step step, string outcome, string channel) => Said.Add($"{step.Id} {outcome} {channel}".TrimEnd());

        public void Decided(in TracePoint point, in Decision decision) => Said.Add($"decided {decision.Name}");
    }
}

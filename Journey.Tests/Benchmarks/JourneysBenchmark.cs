using System.Diagnostics;
using System.Text;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Domain.Language.Publishing;
using Journey.Projections;
using Journey.Projections.Customers;

namespace Journey.Tests.Benchmarks;

/// <summary>What journeys cost that an event cannot match: the fold in memory, with many published of which five listen, beside those five alone.</summary>
internal static class JourneysBenchmark
{
    private const int Events = 40_000;
    private const int Customers = 4_000;
    private const int Page = 500;
    private const int Rounds = 7;

    private static readonly string[] Occurring = ["Product Viewed", "Product Added", "Order Completed", "Store Visited", "Newsletter Opened"];

    public static Task<IReadOnlyList<BenchmarkResult>> Measure()
    {
        var log = Recorded(new HistoryGenerator(Customers, Events).Next(Events));
        var few = Published(Occurring.Length);
        IReadOnlyList<BenchmarkResult> results = [.. new[] { 10, 100, 1_000 }.Select(journeys => Compare(journeys, log, Published(journeys), few))];
        return Task.FromResult(results);
    }

    private static BenchmarkResult Compare(int journeys, IReadOnlyList<RecordedEvent> log, DefinitionSet many, DefinitionSet few)
    {
        // In turns, and each first every other time, so that a noisy neighbour disturbs both alike; the first pair warms up.
        var pairs = new List<(double Many, double Few)>();
        for (var round = 0; round < Rounds; round++)
        {
            var first = Fold(log, round % 2 == 0 ? many : few);
            var second = Fold(log, round % 2 == 0 ? few : many);
            pairs.Add(round % 2 == 0 ? (first, second) : (second, first));
        }

        var counted = pairs.Skip(1).ToList();
        return new(
            $"journeys: fold with {journeys:N0} active, of which 5 listen",
            FoldBenchmark.Median(counted.Select(pair => pair.Many)),
            "µs/event",
            FoldBenchmark.Median(counted.Select(pair => pair.Few)),
            FoldBenchmark.Median(counted.Select(pair => pair.Many / pair.Few)));
    }

    /// <summary>Microseconds per event, decisions counted with the event they follow from.</summary>
    private static double Fold(IReadOnlyList<RecordedEvent> log, DefinitionSet definitions)
    {
        GC.Collect();
        var fold = new BatchFold(new Vocabulary());
        var states = new Dictionary<string, CustomerState>(StringComparer.Ordinal);
        var output = new FoldOutput();
        var decided = 0;
        var started = Stopwatch.GetTimestamp();
        foreach (var page in log.Chunk(Page))
        {
            output.Reset();
            fold.Fold(page, states, _ => definitions, [], output);
            decided += output.Events.Count;
        }

        var elapsed = Stopwatch.GetElapsedTime(started);
        return decided > 0 ? elapsed.TotalMicroseconds / log.Count : throw new InvalidOperationException("No journey was entered: nothing was measured.");
    }

    private static DefinitionSet Published(int journeys)
    {
        var text = new StringBuilder();
        for (var i = 0; i < journeys; i++)
        {
            var name = i < Occurring.Length ? Occurring[i] : $"Quiet {i}";
            text.Append($$"""
                journey: j{{i}}
                enter:
                  on: {{name}}
                  where: event.price > 20 || customer.orders > 1 || count("{{name}}", "30d") >= 3
                  reentry: { mode: after-exit, cooldown: 1d }
                exit:
                  - { on: Order Completed, as: converted }
                  - { when: customer.consent.email == "revoked", as: no-consent }
                guard: customer.orders < 10
                steps:
                  - { id: settle, wait: 4h }
                  - { id: remind, send: { channel: email, template: reminder } }
                ---

                """);
        }

        var parsed = DocumentParser.Parse("journeys.yaml", text.ToString());
        var history = DefinitionHistory.Empty;
        foreach (var published in Recorded([.. parsed.Documents.Select(document => DefinitionDocuments.Publish(document, HistoryGenerator.Start))]))
        {
            history = history.Apply(published);
        }

        return history.Latest.Journeys.Count == journeys ? history.Latest : throw new InvalidOperationException($"Not every journey was published: {parsed.Faults[0]}");
    }

    private static List<RecordedEvent> Recorded(NewEvent[] events)
    {
        var versions = new Dictionary<string, long>(StringComparer.Ordinal);
        var recorded = new List<RecordedEvent>(events.Length);
        foreach (var next in events)
        {
            var version = versions[next.Stream] = versions.GetValueOrDefault(next.Stream) + 1;
            recorded.Add(new RecordedEvent(
                recorded.Count + 1, next.Stream, version, 0, next.Source, next.Id, next.Name, next.Kind, next.Flags, next.Channel, next.OccurredAt, next.ReceivedAt, next.Payload));
        }

        return recorded;
    }
}

using Journey.Domain.EventLog;
using Journey.Domain.Language;
using Journey.Domain.Language.Publishing;
using Journey.Host.Running;
using Journey.Host.Stores.Sqlite;
using Journey.Projections;
using Journey.Projections.Customers;

namespace Journey.Tests.Benchmarks;

/// <summary>All projections beside three of them, over the same events: each customer's read, folded and turned into rows, as a rebuild does.</summary>
/// <remarks>Without journeys, since what they decide is no projection's cost. Processor time, so that whoever else uses the machine counts less.</remarks>
internal static class ProjectionsBenchmark
{
    private const int Events = 200_000;
    private const int Customers = 4_000;
    private const int Rounds = 8;

    /// <summary>Profile, carts and deliveries: what is left when nobody asks for the rest.</summary>
    private static readonly FoldScope _three = new(Rows: false, Sessions: false, Identifiers: false, Segments: false);

    public static async Task<IReadOnlyList<BenchmarkResult>> MeasureAsync(string folder)
    {
        await using var generated = await GeneratedStore.CreateAsync(folder, Events, Customers);
        var published = (await DefinitionHistory.Empty.LoadAsync(generated.Store, CancellationToken.None)).Latest;
        var definitions = new DefinitionSet { Workspace = published.Workspace, Segments = published.Segments };
        var (ten, three) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            ten.Add(await FoldAsync(generated.Store, FoldScope.Whole, definitions));
            three.Add(await FoldAsync(generated.Store, _three, definitions));
        }

        // The first half warms up.
        var ratios = ten.Zip(three, static (all, some) => all / some).Skip(Rounds / 2);
        return
        [
            new("projections: all ten, read and folded; limit: three of them", FoldBenchmark.Median(ten.Skip(Rounds / 2)), "µs/event",
                FoldBenchmark.Median(three.Skip(Rounds / 2)), FoldBenchmark.Median(ratios)),
        ];
    }

    /// <returns>Microseconds of processor time for an event.</returns>
    private static async Task<double> FoldAsync(SqliteStore log, FoldScope scope, DefinitionSet definitions)
    {
        var vocabulary = new Vocabulary();
        var (fold, output, buffer, events) = (new CustomerFold(vocabulary, trace: null, scope), new FoldOutput(), new PageBuffer(), 0L);
        CustomerState? state = null;
        var before = Environment.CpuUsage.TotalTime;
        for (var place = new StreamPlace("c", 0); ;)
        {
            var page = await log.ReadStreamsAsync(place, null, long.MaxValue, 8_192, new ReadOptions(WithIds: false, buffer));
            if (page.AtEnd)
            {
                return (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / events;
            }

            foreach (var recorded in page.Events)
            {
                if (state?.Customer != recorded.Stream)
                {
                    Close(state, output);
                    state = new CustomerState(recorded.Stream, vocabulary);
                }

                fold.Apply(state, recorded, _ => definitions, output, null);
            }

            events += page.Events.Count;
            place = new StreamPlace(page.Events[^1].Stream, page.Events[^1].Version);
            Close(state, output);
            output.Reset();
        }
    }

    private static void Close(CustomerState? state, FoldOutput output)
    {
        if (state is not null)
        {
            CustomerRows.PutChanged(state, "EUR", output.Changes);
        }
    }
}

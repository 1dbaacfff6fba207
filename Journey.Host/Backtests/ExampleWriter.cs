using System.Collections.Immutable;
using System.Globalization;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Domain.Time;
using Journey.Host.Stores;
using Journey.Projections.Backtests;
using Journey.Projections.Customers;

namespace Journey.Host.Backtests;

/// <summary>Goes through the example customers once more with a trace in both worlds, and says at which step and by which condition they part.</summary>
internal sealed class ExampleWriter(IJourneyStore store, BacktestPlan plan, Vocabulary vocabulary)
{
    /// <summary>By kind, in the order of the store.</summary>
    public IReadOnlyDictionary<DifferenceKind, ImmutableArray<DifferenceExample>> Write(DifferenceTally differences, CancellationToken cancellation)
    {
        var examples = new SortedDictionary<DifferenceKind, ImmutableArray<DifferenceExample>>();
        var traces = new Dictionary<long, (ExampleTrace Draft, ExampleTrace Against)>();
        using var reader = new FamilyReader(store, plan);
        foreach (var (kind, found) in differences.Kinds)
        {
            var ofKind = ImmutableArray.CreateBuilder<DifferenceExample>();
            foreach (var (stream, difference) in found.Examples)
            {
                cancellation.ThrowIfCancellationRequested();
                if (!traces.TryGetValue(stream, out var traced))
                {
                    reader.Read(stream);
                    traced = (Trace(reader.Family, plan.World), Trace(reader.Family, plan.Against!));
                    traces.Add(stream, traced);
                }

                ofKind.Add(Example(difference, traced.Draft, traced.Against));
            }

            examples.Add(kind, ofKind.ToImmutable());
        }

        return examples;
    }

    private ExampleTrace Trace(FamilyHistory family, SimulatedWorld world)
    {
        var trace = new ExampleTrace();
        try
        {
            new FamilySimulation(vocabulary, plan.Interest, trace).Run(family, world, plan.Period, Nobody.Listens);
        }
        catch (Exception error) when (error is not OperationCanceledException and not StoreException)
        {
            // It stopped there before, and was counted; what was heard until then explains what it did until then.
        }

        return trace;
    }

    private static DifferenceExample Example(Difference difference, ExampleTrace draft, ExampleTrace against)
    {
        var (here, there) = BothEnter(difference, draft, against) ? InRun(difference, draft, against) : AtEntry(difference, draft, against);
        var either = difference.Either;
        return new DifferenceExample(
            either.Customer, either.Journey, either.Step, Instants.ToIso(either.At), Text(difference.Draft), Text(difference.Against),
            here?.Says, PlaceOf(here), there?.Says, PlaceOf(there));
    }

    private static bool BothEnter(Difference difference, ExampleTrace draft, ExampleTrace against) =>
        Entered(difference.Either, draft) is not null && Entered(difference.Either, against) is not null;

    /// <summary>The run in a world that is the same as the treatment's.</summary>
    private static Guid? Entered(Treatment treatment, ExampleTrace trace) => trace.Lines.Find(line =>
        line.Kind == TraceLineKind.Decision && line.Run is not null && line.Journey == treatment.Journey && line.Now == treatment.EnteredAt
        && line.What.StartsWith(EventNames.RunEntered, StringComparison.Ordinal))?.Run;

    /// <summary>What spoke last for, and against, entering at that moment.</summary>
    private static (TraceLine? Draft, TraceLine? Against) AtEntry(Difference difference, ExampleTrace draft, ExampleTrace against)
    {
        return (Deciding(draft), Deciding(against));

        TraceLine? Deciding(ExampleTrace trace)
        {
            var lines = trace.Lines.FindAll(line => line.Run is null && line.Journey == difference.Either.Journey && line.Now == difference.Either.EnteredAt
                && line.Kind is TraceLineKind.Condition or TraceLineKind.Gate && !line.What.StartsWith("Key", StringComparison.Ordinal));
            return lines.FindLast(line => !line.Holds) ?? lines.LastOrDefault()
                ?? (Entered(difference.Either, trace) is not null ? null
                    : new TraceLine(TraceLineKind.Gate, difference.Either.Journey, null, "", "", "nothing that starts it happened then", null, 0, Holds: false));
        }
    }

    /// <summary>The first thing that came out differently for the run.</summary>
    private static (TraceLine? Draft, TraceLine? Against) InRun(Difference difference, ExampleTrace draft, ExampleTrace against)
    {
        var mine = Lines(draft);
        var theirs = Lines(against);
        var i = 0;
        while (i < mine.Count && i < theirs.Count && mine[i].What == theirs[i].What)
        {
            i++;
        }

        return (Telling(mine, i), Telling(theirs, i));

        List<TraceLine> Lines(ExampleTrace trace) => Entered(difference.Either, trace) is { } run
            ? trace.Lines.FindAll(line => line.Run == run) : [];

        static TraceLine? Telling(List<TraceLine> lines, int from) => from >= lines.Count ? null : lines[from];
    }

    private static string? Text(Treatment? treatment) => treatment switch
    {
        null => null,
        { Kind: TreatmentKind.Message } => $"{treatment.Channel} `{treatment.Content}` at step {treatment.Step}, {Instants.ToIso(treatment.At)}",
        { Kind: TreatmentKind.Task } => $"task for {treatment.Content} at step {treatment.Step}, {Instants.ToIso(treatment.At)}",
        { Kind: TreatmentKind.Exit } => $"ends as {treatment.Reason}, {Instants.ToIso(treatment.At)}",
        _ => $"enters, {Instants.ToIso(treatment.At)}",
    };

    private static string? PlaceOf(TraceLine? line) => line?.Place is { } place
        ? string.Create(CultureInfo.InvariantCulture, $"{place.File}:{place.Line}:{place.Column}") : null;

    private sealed class Nobody : ISimulationObserver
    {
        public static Nobody Listens { get; } = new();

        public void Emitted(NewEvent emitted, in RecordedEvent basis, CustomerState state, DefinitionSet definitions)
        {
        }

        public void Ended(IReadOnlyCollection<CustomerState> states)
        {
        }
    }
}

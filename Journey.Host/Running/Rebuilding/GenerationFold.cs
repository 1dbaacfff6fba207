using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Stores;
using Journey.Projections;
using Journey.Projections.Customers;

namespace Journey.Host.Running.Rebuilding;

/// <summary>Folds everybody in one generation on from where they are, as live processing does, a page of the log at a time.</summary>
internal sealed class GenerationFold(FoldSource source, IGenerationStore store, RebuildOptions options, int generation)
{
    private readonly Vocabulary _vocabulary = new();
    private readonly PageBuffer _buffer = new();

    public async Task FoldOnAsync(Checkpoint from, long upTo, Func<long, int, ValueTask> passed, CancellationToken cancellation)
    {
        var log = source.Log;
        var output = new FoldOutput { Emits = false };
        var events = new List<RecordedEvent>();
        for (var after = from; log.PositionOf(after) < upTo;)
        {
            var page = await log.ReadAsync(after, options.PageEvents, new ReadOptions(WithIds: false, _buffer), cancellation);
            if (page.AtEnd)
            {
                break;
            }

            Take(page, log.PositionOf(after), upTo, events);
            output.Reset();
            var fold = new BatchFold(_vocabulary);
            await FoldAsync(fold, events, await StatesAsync(events, cancellation), output, cancellation);
            fold.Close(output);

            // A page that goes beyond the aim counts up to the aim.
            after = log.PositionOf(page.Next) > upTo ? await log.BeforeAsync(upTo + 1, cancellation) : page.Next;
            await store.WriteAsync(new GenerationBatch(generation, StoredStates.Of(output.Touched), output.Changes, 0, after), cancellation);
            await passed(log.PositionOf(after), events.Count);
        }
    }

    private void Take(EventPage page, long after, long upTo, List<RecordedEvent> events)
    {
        events.Clear();
        foreach (ref readonly var recorded in page.AsSpan())
        {
            if (recorded.Position > after && recorded.Position <= upTo && source.Basis.Passes(recorded))
            {
                events.Add(recorded);
            }
        }
    }

    private async Task FoldAsync(
        BatchFold fold, List<RecordedEvent> events, Dictionary<string, CustomerState> states, FoldOutput output, CancellationToken cancellation)
    {
        var needed = events.Where(static recorded => CustomerFold.IsMerge(recorded)).Select(recorded => FoldSource.HistoryOf(recorded)).ToList();
        var histories = await MergeHistories.SupplyAsync(source.Log, needed, source.Basis.Skipped, cancellation);
        try
        {
            fold.Continue(events, states, source.DefinitionsAt, histories, output);
        }
        catch (Exception error) when (error is not OperationCanceledException and not StoreException)
        {
            throw new PoisonInRebuildException(output.At, error);
        }
    }

    private async Task<Dictionary<string, CustomerState>> StatesAsync(List<RecordedEvent> events, CancellationToken cancellation)
    {
        var customers = events.Select(recorded => recorded.Stream).ToHashSet(StringComparer.Ordinal);
        var stored = await store.LoadAsync(generation, customers, cancellation);
        return stored.ToDictionary(state => state.Key, state => CustomerState.Read(state.Key, state.Value.Span, _vocabulary), StringComparer.Ordinal);
    }
}

using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Language.Publishing;
using Journey.Host.Stores;
using Journey.Projections;
using Journey.Projections.Customers;
using Journey.Projections.Merges;

namespace Journey.Host.Running.Rebuilding;

/// <summary>Folds into one generation: some partitions from their first event, or all of them on from where they are. For one worker.</summary>
/// <remarks>
/// Nothing is appended and nothing delivered: what the fold derives and decides is in the log already, and is dropped here.
/// A worker has its partitions' customers in memory, and their rows a part at a time.
/// </remarks>
internal sealed class GenerationFold(
    IEventLog log, IGenerationStore store, DefinitionHistory definitions, FoldBasis basis, Vocabulary vocabulary, RebuildOptions options, int generation)
{
    /// <summary>Rows that wait in memory while events are folded.</summary>
    private const int RowsMax = 20_000;

    /// <summary>Customers written in one transaction: a part of a second's work, so that ingestion hardly waits.</summary>
    private const int CustomersWritten = 250;

    private readonly PageBuffer _buffer = new();

    /// <summary>Folds partitions from the first event up to a position and stores them; they count as done once everything is there.</summary>
    /// <param name="passed">Told after every page how far it has come, and waited for: this is where a rebuild pauses.</param>
    public async Task FoldWholeAsync(ulong partitions, long upTo, Func<long, int, ValueTask> passed, CancellationToken cancellation)
    {
        var fold = new BatchFold(vocabulary);
        var output = new FoldOutput();
        var states = new Dictionary<string, CustomerState>(StringComparer.Ordinal);
        var events = new List<RecordedEvent>();
        var read = new ReadOptions(WithIds: false, _buffer, partitions);
        for (var after = Checkpoint.Start; log.PositionOf(after) < upTo;)
        {
            var page = await log.ReadAsync(after, options.PageEvents, read, cancellation);
            if (page.AtEnd)
            {
                break;
            }

            after = page.Next;
            Take(page, partitions, 0, upTo, events);
            await FoldAsync(fold, events, states, output, cancellation);
            output.DropEvents();
            if (output.Changes.RowCount > RowsMax)
            {
                await store.WriteAsync(new GenerationBatch(generation, [], output.Changes.TakeRows()), cancellation);
            }

            await passed(Math.Min(upTo, log.PositionOf(after)), events.Count);
        }

        foreach (var part in fold.CloseInParts(output, CustomersWritten))
        {
            await store.WriteAsync(new GenerationBatch(generation, StoredStates.Of(part), output.Changes.TakeRows()), cancellation);
        }

        // Sums and the mark of completion together: they are added once.
        await store.WriteAsync(new GenerationBatch(generation, [], output.Changes, partitions), cancellation);
        await passed(upTo, 0);
    }

    /// <summary>Folds all partitions on, as live processing does, a page at a time.</summary>
    public async Task FoldOnAsync(Checkpoint from, long upTo, Func<long, int, ValueTask> passed, CancellationToken cancellation)
    {
        var output = new FoldOutput();
        var events = new List<RecordedEvent>();
        for (var after = from; log.PositionOf(after) < upTo;)
        {
            var page = await log.ReadAsync(after, options.PageEvents, new ReadOptions(WithIds: false, _buffer), cancellation);
            if (page.AtEnd)
            {
                break;
            }

            Take(page, ReadOptions.AllPartitions, log.PositionOf(after), upTo, events);
            output.Reset();
            var fold = new BatchFold(vocabulary);
            await FoldAsync(fold, events, await StatesAsync(events, cancellation), output, cancellation);
            fold.Close(output);

            // A page that goes beyond the aim counts up to the aim.
            after = log.PositionOf(page.Next) > upTo ? await log.BeforeAsync(upTo + 1, cancellation) : page.Next;
            await store.WriteAsync(new GenerationBatch(generation, StoredStates.Of(output.Touched), output.Changes, 0, after), cancellation);
            await passed(log.PositionOf(after), events.Count);
        }
    }

    private void Take(EventPage page, ulong partitions, long after, long upTo, List<RecordedEvent> events)
    {
        events.Clear();
        foreach (ref readonly var recorded in page.AsSpan())
        {
            if (recorded.Position > after && recorded.Position <= upTo && (partitions >> recorded.Partition & 1) != 0 && basis.Passes(recorded))
            {
                events.Add(recorded);
            }
        }
    }

    private async Task FoldAsync(
        BatchFold fold, List<RecordedEvent> events, Dictionary<string, CustomerState> states, FoldOutput output, CancellationToken cancellation)
    {
        var histories = await MergeHistories.SupplyAsync(log, Needed(events), basis.Skipped, cancellation);
        try
        {
            fold.Continue(events, states, definitions.At, histories, output);
        }
        catch (Exception error) when (error is not OperationCanceledException and not StoreException)
        {
            throw new PoisonInRebuildException(output.At, error);
        }
    }

    private static List<MergeHistory> Needed(List<RecordedEvent> events)
    {
        var needed = new List<MergeHistory>();
        foreach (var recorded in events)
        {
            if (!CustomerFold.IsMerge(recorded))
            {
                continue;
            }

            try
            {
                needed.AddRange(BatchFold.HistoriesNeeded([recorded]));
            }
            catch (InvalidDataException error)
            {
                throw new PoisonInRebuildException(recorded, error);
            }
        }

        return needed;
    }

    private async Task<Dictionary<string, CustomerState>> StatesAsync(List<RecordedEvent> events, CancellationToken cancellation)
    {
        var customers = events.Select(recorded => recorded.Stream).ToHashSet(StringComparer.Ordinal);
        var stored = await store.LoadAsync(generation, customers, cancellation);
        return stored.ToDictionary(state => state.Key, state => CustomerState.Read(state.Key, state.Value.Span, vocabulary), StringComparer.Ordinal);
    }
}

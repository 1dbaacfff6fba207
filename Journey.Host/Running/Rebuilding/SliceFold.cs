using System.Buffers;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Stores;
using Journey.Projections;
using Journey.Projections.Customers;
using Journey.Projections.Merges;
using Journey.Projections.ReadModels;

namespace Journey.Host.Running.Rebuilding;

/// <summary>One worker of a rebuild: folds slices of the customers, one customer after the other, each from the first event to the last.</summary>
/// <remarks>
/// A customer's state is made, folded, stored and forgotten before the next one's events are looked at: however many there are, one is in memory,
/// and near to hand. In the order of the names, rows go to the end of their tables. Nothing is appended and nothing delivered:
/// what the fold derives and decides is in the log already, and is dropped here.
/// </remarks>
internal sealed class SliceFold(FoldSource source, IGenerationStore store, Vocabulary vocabulary, RebuildOptions options, int generation)
{
    /// <summary>Rows written in one transaction: a part of a second's work, so that ingestion hardly waits.</summary>
    private const int RowsWritten = 4_000;

    /// <summary>What is folded between two marks, and lost by a crash, at most, but for the slice in hand.</summary>
    private const long EventsBetweenMarks = 4_000_000;

    private readonly PageBuffer _buffer = new();
    private readonly BatchFold _fold = new(vocabulary);
    private readonly FoldOutput _output = new() { Emits = false };
    private StateBatch _states = new();
    private StateBatch _statesWriting = new();
    private ReadModelChanges _rowsWriting = new();
    private readonly Queue<MergeHistory> _histories = new();
    private CustomerState? _state;
    private Task _writing = Task.CompletedTask;
    private ulong _done;
    private long _events;

    /// <summary>Folds everybody in a slice up to a position. It counts as done once the sums are written, which may be with a later one.</summary>
    /// <param name="passed">Told after every page how many events it had, and waited for: this is where a rebuild pauses.</param>
    public async Task FoldAsync(int slice, long upTo, Func<int, ValueTask> passed, CancellationToken cancellation)
    {
        var read = new ReadOptions(WithIds: false, _buffer);
        for (var place = new StreamPlace(StreamSlices.From(slice), 0); ;)
        {
            var page = await source.Log.ReadStreamsAsync(place, StreamSlices.Before(slice), upTo, options.PageEvents, read, cancellation);
            if (page.AtEnd)
            {
                break;
            }

            place = new StreamPlace(page.Events[^1].Stream, page.Events[^1].Version);
            await SupplyAsync(page, cancellation);
            for (var from = 0; from < page.Events.Count;)
            {
                from = FoldCustomer(page, from);
                if (_output.Changes.RowCount > RowsWritten)
                {
                    await WriteRowsAsync(cancellation);
                }
            }

            _events += page.Events.Count;
            await passed(page.Events.Count);
        }

        CloseCustomer();
        _done |= 1UL << slice;
        if (_output.SumCount >= options.SumsMax / options.Workers || _events >= EventsBetweenMarks)
        {
            await MarkAsync(cancellation);
        }
    }

    /// <summary>Writes the rows that wait, and hands over the sums that nobody has written yet.</summary>
    /// <returns>With the slices that they complete: both are written together.</returns>
    public async Task<(ReadModelChanges Sums, ulong Done)> FinishAsync(CancellationToken cancellation)
    {
        await WriteRowsAsync(cancellation);
        await _writing;
        _fold.Close(_output);
        return (_output.Changes, _done);
    }

    /// <summary>Writes what waits, sums and the mark of completion together: they are added once.</summary>
    private async Task MarkAsync(CancellationToken cancellation)
    {
        await WriteRowsAsync(cancellation);
        await _writing;
        _fold.Close(_output);
        await store.WriteAsync(new GenerationBatch(generation, [], _output.Changes, _done), cancellation);
        _output.Reset();
        (_done, _events) = (0, 0);
    }

    /// <summary>Folds what the page has of one customer.</summary>
    /// <returns>Where the next one's events begin.</returns>
    private int FoldCustomer(EventPage page, int from)
    {
        var events = page.AsSpan();
        var customer = events[from].Stream;
        if (_state?.Customer != customer)
        {
            CloseCustomer();
        }

        for (; from < events.Length && events[from].Stream == customer; from++)
        {
            ref readonly var recorded = ref events[from];
            if (!source.Basis.Passes(recorded))
            {
                continue;
            }

            _state ??= new CustomerState(customer, vocabulary);
            try
            {
                _fold.Apply(_state, recorded, source.DefinitionsAt, CustomerFold.IsMerge(recorded) ? _histories.Dequeue() : null, _output);
            }
            catch (Exception error) when (error is not OperationCanceledException and not StoreException)
            {
                throw new PoisonInRebuildException(recorded, error);
            }
        }

        return from;
    }

    /// <summary>The customer's last event was folded: rows and state as they will be stored.</summary>
    private void CloseCustomer()
    {
        if (_state is { } state)
        {
            BatchFold.CloseCustomers(_output);
            _states.Add(state);
            _state = null;
        }
    }

    /// <summary>Hands rows and states to the store, and goes on folding while they are written.</summary>
    private async Task WriteRowsAsync(CancellationToken cancellation)
    {
        // Two sets of memory in turns: one is filled while the other is written.
        await _writing;
        (_states, _statesWriting) = (_statesWriting, _states);
        _states.Clear();
        _output.Changes.TakeRows(_rowsWriting);
        _writing = store.WriteAsync(new GenerationBatch(generation, _statesWriting.All(), _rowsWriting), cancellation).AsTask();
    }

    private async Task SupplyAsync(EventPage page, CancellationToken cancellation)
    {
        _histories.Clear();
        var needed = Needed(page);
        foreach (var history in await MergeHistories.SupplyAsync(source.Log, needed, source.Basis.Skipped, cancellation))
        {
            _histories.Enqueue(history);
        }
    }

    private List<MergeHistory> Needed(EventPage page)
    {
        var needed = new List<MergeHistory>();
        foreach (ref readonly var recorded in page.AsSpan())
        {
            if (CustomerFold.IsMerge(recorded) && source.Basis.Passes(recorded))
            {
                needed.Add(FoldSource.HistoryOf(recorded));
            }
        }

        return needed;
    }

    /// <summary>States that wait to be written, as bytes, all in one piece of memory.</summary>
    private sealed class StateBatch
    {
        private readonly List<(CustomerState Of, int End)> _ends = [];
        private readonly ArrayBufferWriter<byte> _bytes = new();

        public void Add(CustomerState state)
        {
            state.Write(_bytes);
            _ends.Add((state, _bytes.WrittenCount));
        }

        public StoredState[] All()
        {
            var stored = new StoredState[_ends.Count];
            var start = 0;
            for (var i = 0; i < stored.Length; i++)
            {
                var (state, end) = _ends[i];
                stored[i] = new StoredState(state.Customer, Partitions.Of(state.Customer), state.LastPosition, state.DueAt, _bytes.WrittenMemory[start..end]);
                start = end;
            }

            return stored;
        }

        public void Clear()
        {
            _ends.Clear();
            _bytes.ResetWrittenCount();
        }
    }
}

/// <summary>What a rebuild folds, and by what.</summary>
internal sealed record FoldSource(IEventLog Log, FoldBasis Basis, Func<long, Domain.Language.DefinitionSet> DefinitionsAt)
{
    /// <exception cref="PoisonInRebuildException">A merge that does not say whom it absorbs.</exception>
    public static MergeHistory HistoryOf(in RecordedEvent merge)
    {
        try
        {
            return CustomerFold.NeedsHistory(merge)!;
        }
        catch (InvalidDataException error)
        {
            throw new PoisonInRebuildException(merge, error);
        }
    }
}

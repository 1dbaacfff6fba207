using System.Buffers;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Domain.Language.Publishing;
using Journey.Host.Stores;
using Journey.Projections;
using Journey.Projections.Customers;
using Journey.Projections.ReadModels;

namespace Journey.Host.Running;

/// <summary>Folds the log again from its first event, beside whatever is live: nothing is appended, nothing delivered, nothing written.</summary>
/// <remarks>
/// The customers are dealt out to workers by partition; while the workers fold one page the next one is read.
/// Memory grows with the customers and the read models' rows, not with the events.
/// </remarks>
public sealed class Refold
{
    private const int PageEvents = 16_384;

    private readonly IEventLog _log;
    private readonly DefinitionHistory _definitions;
    private readonly HashSet<long> _skipped;
    private readonly Dictionary<int, long> _stalledFrom;
    private readonly Worker[] _workers;
    private readonly DecisionSum _recorded = new();
    private readonly bool _sumDecisions;

    /// <param name="definitions">Every definition of the log, whole.</param>
    /// <param name="stalled">Partitions that stand still stand still here as well.</param>
    /// <param name="workers">1 to 64; the result is the same with any number.</param>
    /// <param name="sumDecisions">Also add up what is re-decided and what is recorded, to be compared.</param>
    public Refold(
        IEventLog log, DefinitionHistory definitions, HashSet<long> skipped, IEnumerable<StalledPartition> stalled, int workers, bool sumDecisions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(workers, Partitions.Count);
        _log = log;
        _definitions = definitions;
        _skipped = skipped;
        _sumDecisions = sumDecisions;
        _stalledFrom = stalled.ToDictionary(partition => partition.Partition, partition => partition.Position);
        var vocabulary = new Vocabulary();
        _workers = [.. Enumerable.Range(0, workers).Select(_ => new Worker(vocabulary, sumDecisions))];
    }

    /// <summary>Only what had arrived by then, Unix milliseconds, inclusive; the whole log is read all the same.</summary>
    public long ReceivedUntil { get; init; } = long.MaxValue;

    /// <summary>How far each partition is folded, by its number; none: all of them to the end.</summary>
    public IReadOnlyList<long> Places { get; init; } = [];

    /// <summary>Folds up to and including a position; 0: nothing.</summary>
    public async Task<RefoldResult> RunAsync(long upTo, IProgress<long>? progress, CancellationToken cancellation)
    {
        var buffers = new[] { new PageBuffer(), new PageBuffer() };
        var turn = 0;
        var reading = ReadAsync(Checkpoint.Start, buffers[turn], cancellation);
        while (true)
        {
            var page = await reading;
            if (page.AtEnd)
            {
                break;
            }

            reading = ReadAsync(page.Next, buffers[turn ^= 1], cancellation);
            Deal(page, upTo);
            await Task.WhenAll(_workers.Select(worker => worker.FoldAsync(_log, _definitions.At, _skipped, cancellation)));
            var position = page.Events[^1].Position;
            progress?.Report(Math.Min(position, upTo));
            if (position >= upTo && !_sumDecisions)
            {
                break;
            }
        }

        await reading;
        var parts = await Task.WhenAll(_workers.Select(worker => Task.Run(worker.Rows, cancellation)));
        return Result(new RowStore(parts));
    }

    private Task<EventPage> ReadAsync(Checkpoint after, PageBuffer buffer, CancellationToken cancellation) =>
        Task.Run(async () => await _log.ReadAsync(after, PageEvents, new ReadOptions(_sumDecisions, buffer), cancellation), cancellation);

    private void Deal(EventPage page, long upTo)
    {
        foreach (var worker in _workers)
        {
            worker.Events.Clear();
        }

        for (var i = 0; i < page.Events.Count; i++)
        {
            var recorded = page.Events[i];
            if (_sumDecisions && FoldOutput.Gives(recorded))
            {
                _recorded.Add(recorded.Stream, recorded.Id, recorded.Name, recorded.OccurredAt, recorded.Payload.Span);
            }

            if (recorded.Position > upTo || recorded.ReceivedAt > ReceivedUntil || SystemStreams.IsSystem(recorded.Stream) || _skipped.Contains(recorded.Position)
                || (_stalledFrom.TryGetValue(recorded.Partition, out var from) && recorded.Position >= from)
                || (Places.Count > 0 && recorded.Position > Places[recorded.Partition]))
            {
                continue;
            }

            _workers[recorded.Partition % _workers.Length].Events.Add(recorded);
        }
    }

    private RefoldResult Result(RowStore rows)
    {
        var decided = new DecisionSum();
        var states = new List<StoredState>();
        foreach (var worker in _workers)
        {
            decided.Add(worker.Decided);
            states.AddRange(worker.StoredStates());
        }

        states.Sort((left, right) => string.CompareOrdinal(left.Customer, right.Customer));
        return new RefoldResult(rows, states, decided, _recorded);
    }

    private sealed class Worker(Vocabulary vocabulary, bool sumDecisions)
    {
        private readonly BatchFold _fold = new(vocabulary);
        private readonly FoldOutput _output = new() { Emits = sumDecisions };
        private readonly Dictionary<string, CustomerState> _states = new(StringComparer.Ordinal);

        public List<RecordedEvent> Events { get; } = [];

        public DecisionSum Decided { get; } = new();

        public async Task FoldAsync(IEventLog log, Func<long, DefinitionSet> definitionsAt, HashSet<long> skipped, CancellationToken cancellation)
        {
            // Off the caller's thread at once, so that the workers run side by side.
            await Task.Yield();
            var histories = await MergeHistories.SupplyAsync(log, BatchFold.HistoriesNeeded(Events), skipped, cancellation);
            _fold.Continue(Events, _states, definitionsAt, histories, _output);
            if (sumDecisions)
            {
                foreach (var emitted in _output.Events)
                {
                    Decided.Add(emitted.Stream, emitted.Id, emitted.Name, emitted.OccurredAt, emitted.Payload.Span);
                }
            }

            _output.DropEvents();
        }

        /// <summary>The rows of the whole history, put once.</summary>
        public ReadModelChanges Rows()
        {
            _fold.Close(_output);
            return _output.Changes;
        }

        public IEnumerable<StoredState> StoredStates()
        {
            var bytes = new ArrayBufferWriter<byte>();
            foreach (var state in _states.Values)
            {
                bytes.ResetWrittenCount();
                state.Write(bytes);
                yield return new StoredState(state.Customer, Partitions.Of(state.Customer), state.LastPosition, state.DueAt, bytes.WrittenSpan.ToArray());
            }
        }
    }
}

/// <param name="States">Ordered by customer.</param>
/// <param name="Decided">What the fold derived and decided.</param>
/// <param name="Recorded">What the log holds of it; both empty unless sums were asked for.</param>
public sealed record RefoldResult(RowStore Rows, IReadOnlyList<StoredState> States, DecisionSum Decided, DecisionSum Recorded);

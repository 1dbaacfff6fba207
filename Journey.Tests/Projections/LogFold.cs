using System.Buffers;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Projections;
using Journey.Projections.Customers;
using Journey.Projections.Merges;

namespace Journey.Tests.Projections;

/// <summary>Folds a finished log from the start, in batches of any size, every state going through its bytes between batches.</summary>
internal sealed class LogFold
{
    private LogFold()
    {
    }

    public TableRows Rows { get; } = new();

    public SortedDictionary<string, string> States { get; } = new(StringComparer.Ordinal);

    public List<NewEvent> Events { get; } = [];

    /// <param name="historyFrom">Where merges find their history, if not in <paramref name="log"/>.</param>
    public static LogFold Of(
        IReadOnlyList<RecordedEvent> log, int batch, Func<long, DefinitionSet>? definitionsAt = null, IReadOnlyList<RecordedEvent>? historyFrom = null)
    {
        var result = new LogFold();
        Dictionary<string, byte[]> stored = [];
        var output = new FoldOutput();
        for (var start = 0; start < log.Count; start += batch)
        {
            // A vocabulary of its own for each batch, as for a process that has just started.
            var vocabulary = new Vocabulary();
            var page = log.Skip(start).Take(batch).ToList();
            var states = page.Select(static e => e.Stream).Distinct().Where(stored.ContainsKey)
                .ToDictionary(static c => c, c => CustomerState.Read(c, stored[c], vocabulary));
            output.Reset();
            new BatchFold(vocabulary).Fold(page, states, definitionsAt ?? (static _ => DefinitionSet.Empty), Histories(page, historyFrom ?? log), output);
            result.Rows.Take(output.Changes);
            result.Events.AddRange(output.Events);
            foreach (var state in output.Touched)
            {
                var bytes = new ArrayBufferWriter<byte>();
                state.Write(bytes);
                stored[state.Customer] = bytes.WrittenSpan.ToArray();
            }
        }

        foreach (var (customer, bytes) in stored)
        {
            result.States[customer] = Convert.ToHexString(bytes);
        }

        return result;
    }

    public static IReadOnlyList<MergeHistory> Histories(IReadOnlyList<RecordedEvent> page, IReadOnlyList<RecordedEvent> log)
    {
        var needed = BatchFold.HistoriesNeeded(page);
        foreach (var history in needed)
        {
            while (!history.IsComplete)
            {
                foreach (var stream in history.Missing)
                {
                    history.Supply(stream, log.Where(e => e.Stream == stream));
                }
            }
        }

        return needed;
    }
}

using Journey.Domain.Engine;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Projections.Customers;
using Journey.Projections.Merges;

namespace Journey.Projections;

/// <summary>Folds a page of the log into states, rows and events: the same for the live processor, a rebuild, a verification and a test.</summary>
/// <remarks>Pure but for its own scratch space: one thread at a time. Any split of the log into pages gives the same states and the same tables.</remarks>
public sealed class BatchFold(Vocabulary vocabulary, IEngineTrace? trace = null)
{
    private readonly CustomerFold _fold = new(vocabulary, trace);

    public Vocabulary Vocabulary { get; } = vocabulary;

    /// <summary>The merges of this page, whose streams' history the caller reads before it folds the page.</summary>
    public static IReadOnlyList<MergeHistory> HistoriesNeeded(IReadOnlyList<RecordedEvent> page)
    {
        List<MergeHistory> needed = [];
        foreach (var recorded in page)
        {
            if (CustomerFold.NeedsHistory(recorded) is { } history)
            {
                needed.Add(history);
            }
        }

        return needed;
    }

    /// <summary>Folds a page and closes the batch: states, rows, sums and events are complete.</summary>
    /// <param name="page">In position order. Events of system streams are passed over.</param>
    /// <param name="states">The states of the page's customers that have one; those met for the first time are added.</param>
    /// <param name="definitionsAt">What is in force for an event at a position.</param>
    /// <param name="histories">Complete, one for each merge in the page, in order: see <see cref="HistoriesNeeded"/>.</param>
    public void Fold(
        IReadOnlyList<RecordedEvent> page,
        IDictionary<string, CustomerState> states,
        Func<long, DefinitionSet> definitionsAt,
        IReadOnlyList<MergeHistory> histories,
        FoldOutput output)
    {
        Continue(page, states, definitionsAt, histories, output);
        Close(output);
    }

    /// <summary>Turns what the batch changed into rows, once for all its pages.</summary>
    public void Close(FoldOutput output) => _fold.Close(output);

    /// <summary>Folds one event of a customer; rows are put when the batch, or the customer, is closed.</summary>
    /// <param name="history">For merges: complete.</param>
    public void Apply(CustomerState state, in RecordedEvent recorded, Func<long, DefinitionSet> definitionsAt, MergeHistory? history, FoldOutput output) =>
        _fold.Apply(state, recorded, definitionsAt, output, history);

    /// <summary>Puts the rows of everybody who was touched so far, and forgets them: for a batch in which they are not met again. The sums go on.</summary>
    public static void CloseCustomers(FoldOutput output) => output.CloseCustomers();

    /// <summary>Folds one page of a batch that goes on, as <see cref="Fold"/> does: rows are put when it closes, and a customer met again costs no second row.</summary>
    public void Continue(
        IReadOnlyList<RecordedEvent> page,
        IDictionary<string, CustomerState> states,
        Func<long, DefinitionSet> definitionsAt,
        IReadOnlyList<MergeHistory> histories,
        FoldOutput output)
    {
        var merge = 0;
        for (var i = 0; i < page.Count; i++)
        {
            var recorded = page[i];
            if (SystemStreams.IsSystem(recorded.Stream))
            {
                continue;
            }

            if (!states.TryGetValue(recorded.Stream, out var state))
            {
                state = new CustomerState(recorded.Stream, Vocabulary);
                states.Add(recorded.Stream, state);
            }

            var history = CustomerFold.IsMerge(recorded) ? histories[merge++] : null;
            _fold.Apply(state, recorded, definitionsAt, output, history);
        }
    }
}

using Journey.Domain.EventLog;
using Journey.Projections.ReadModels;

namespace Journey.Host.Stores;

/// <summary>Generations of read models and states: each is built beside the live ones, which nobody who reads them notices, and takes their place in one transaction.</summary>
/// <remarks>Everything here is durable when it returns. A crash between two calls loses none of what the first one wrote.</remarks>
public interface IGenerationStore
{
    /// <summary>Every generation that was begun, the latest first; at most <paramref name="max"/>.</summary>
    ValueTask<IReadOnlyList<Generation>> GenerationsAsync(int max, CancellationToken cancellation = default);

    /// <summary>Makes empty tables beside the live ones. Numbers rise by one from 1.</summary>
    ValueTask<Generation> BeginAsync(NewGeneration generation, CancellationToken cancellation = default);

    /// <summary>Makes this store the one that builds a generation: whoever did before can change nothing of it from then on (<see cref="GenerationTakenException"/>).</summary>
    /// <returns>The generation as it stands at that moment. A store that only one process writes to has nobody to shut out.</returns>
    async ValueTask<Generation> ClaimAsync(int number, CancellationToken cancellation = default) =>
        (await GenerationsAsync(int.MaxValue, cancellation)).First(generation => generation.Number == number);

    /// <summary>Empties a generation that runs, to be built again from another ground.</summary>
    ValueTask<Generation> RestartAsync(int number, Checkpoint upTo, string basis, CancellationToken cancellation = default);

    /// <summary>The states, in a generation, of those customers that have one there.</summary>
    ValueTask<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>> LoadAsync(
        int generation, IReadOnlyCollection<string> customers, CancellationToken cancellation = default);

    /// <summary>Writes into a generation that runs, in one transaction with how far it has come. Rows and states are put whole, so that a repeated write is harmless; sums are added.</summary>
    /// <exception cref="StoreException">The generation doesn't run.</exception>
    ValueTask WriteAsync(GenerationBatch batch, CancellationToken cancellation = default);

    /// <summary>Makes one of the indexes of a generation's tables that are still missing: a second's work for millions of rows. For when the bulk of the rows is written.</summary>
    /// <returns>True: there may be more. A store that has them from the start says false.</returns>
    ValueTask<bool> IndexAsync(int number, CancellationToken cancellation = default) => new(false);

    /// <summary>Says what has become of a generation. Ended ones stay ended.</summary>
    ValueTask<Generation> MarkAsync(int number, GenerationState state, GenerationEnd? end = null, CancellationToken cancellation = default);

    /// <summary>Puts a generation in the place of the live tables, in one transaction: who reads sees the old ones whole, and then the new ones whole.</summary>
    /// <returns>False: the consumer doesn't stand where it is expected, or the generation doesn't run any more; nothing was changed.</returns>
    ValueTask<bool> SwapAsync(GenerationSwap swap, CancellationToken cancellation = default);

    /// <summary>Removes a piece of what no generation needs any more: a fraction of a second's work, so that writers hardly wait.</summary>
    /// <returns>True: there is more.</returns>
    ValueTask<bool> SweepAsync(CancellationToken cancellation = default);

    /// <summary>How many customers have a live state.</summary>
    ValueTask<long> CustomersAsync(CancellationToken cancellation = default);
}

/// <summary>On disk: add, never rename.</summary>
public enum GenerationState { Running, Paused, Swapped, Failed, Cancelled }

/// <param name="Projection">Whose tables are built; <see cref="Generation.All"/>: every projection's, and the customers' states.</param>
/// <param name="FoldVersion">What folds it; a generation that another version began is of no use.</param>
/// <param name="Basis">What beside the log decides how it is folded, as text: the same text, the same fold.</param>
/// <param name="UpTo">How far the customers are folded one by one; from there on, in the order of the log.</param>
/// <param name="Tables">What it will put in place.</param>
public sealed record NewGeneration(
    string Projection, string FoldVersion, string Basis, Checkpoint UpTo, IReadOnlyList<TableDefinition> Tables, long StartedAt);

/// <param name="DoneSlices">A bit for each slice of the customers that is folded up to <paramref name="UpTo"/> and stored.</param>
/// <param name="Reached">How far all customers are folded, once every slice is done.</param>
/// <param name="EndedAt">Unix milliseconds; null: it hasn't.</param>
/// <param name="Reason">Why it failed or was cancelled; null: it wasn't.</param>
/// <param name="Position">The event that it failed at; null: none.</param>
public sealed record Generation(
    int Number,
    string Projection,
    string FoldVersion,
    string Basis,
    Checkpoint UpTo,
    ulong DoneSlices,
    Checkpoint Reached,
    GenerationState State,
    long StartedAt,
    long? EndedAt,
    string? Reason,
    long? Position)
{
    public const string All = "all";

    public bool IsOpen => State is GenerationState.Running or GenerationState.Paused;
}

public sealed record GenerationEnd(long At, string? Reason = null, long? Position = null);

/// <param name="DoneSlices">Slices of the customers that are complete with this; 0: none yet.</param>
/// <param name="Reached">How far all customers have come with this; null: no further.</param>
public sealed record GenerationBatch(
    int Number, IReadOnlyList<StoredState> States, ReadModelChanges Changes, ulong DoneSlices = 0, Checkpoint? Reached = null);

/// <param name="Expected">
/// Where <paramref name="Consumer"/> must stand, which is as far as the generation was folded. Where its partitions stand at different places, that is the
/// rearmost; a generation of everything sets the others back to it.
/// </param>
/// <param name="Marks">Further checkpoints to be moved in the same transaction.</param>
public sealed record GenerationSwap(
    int Number, string Consumer, Checkpoint Expected, long At, IReadOnlyList<(string Consumer, Checkpoint Checkpoint)> Marks);

using Journey.Domain.EventLog;

namespace Journey.Host.Stores.Sqlite;

/// <content>Generations.</content>
public sealed partial class SqliteStore
{
    public async ValueTask<IReadOnlyList<Generation>> GenerationsAsync(int max, CancellationToken cancellation = default) =>
        await _readers.ReadAsync(database => GenerationTables.List(database, max), cancellation);

    public ValueTask<Generation> BeginAsync(NewGeneration generation, CancellationToken cancellation = default) =>
        WriteAsync(writer => writer.Generations.Begin(generation), cancellation);

    public ValueTask<Generation> RestartAsync(int number, Checkpoint upTo, string basis, CancellationToken cancellation = default) =>
        WriteAsync(writer => writer.Generations.Restart(number, upTo, basis), cancellation);

    public async ValueTask<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>> LoadAsync(
        int generation, IReadOnlyCollection<string> customers, CancellationToken cancellation = default) =>
        await ReadAsync(database => StateReader.Load(database, customers, GenerationTables.Building(GenerationTables.States, generation)), cancellation);

    public async ValueTask WriteAsync(GenerationBatch batch, CancellationToken cancellation = default) =>
        await WriteAsync(writer => writer.Generations.Write(batch), cancellation);

    public ValueTask<bool> IndexAsync(int number, CancellationToken cancellation = default) =>
        WriteAsync(writer => writer.Generations.Index(number), cancellation);

    public ValueTask<Generation> MarkAsync(int number, GenerationState state, GenerationEnd? end = null, CancellationToken cancellation = default) =>
        WriteAsync(writer => writer.Generations.Mark(number, state, end), cancellation);

    public async ValueTask<bool> SwapAsync(GenerationSwap swap, CancellationToken cancellation = default)
    {
        var swapped = await WriteAsync(writer => writer.Generations.Swap(swap), cancellation);
        await LookForStaleAsync(cancellation);
        return swapped;
    }

    public ValueTask<bool> SweepAsync(CancellationToken cancellation = default) => WriteAsync(writer => writer.Generations.Sweep(), cancellation);

    public ValueTask<long> CustomersAsync(CancellationToken cancellation = default) =>
        _readers.ReadAsync(database => database.Scalar("SELECT count(*) FROM customer_states"), cancellation);
}

using System.Globalization;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Running.Rebuilding;
using Journey.Host.Stores;
using Journey.Projections.Customers;
using Journey.Projections.ReadModels;

namespace Journey.Host.Running;

/// <summary>A store whose states or tables were folded by another version is rebuilt before anything folds on: what is derived is never migrated.</summary>
/// <remarks>Nothing is appended and nothing delivered. What the other version folded can be read meanwhile, and stays whole until the swap.</remarks>
public sealed class FoldVersions(IStateStore store)
{
    internal const string Marker = "fold-version";

    internal static Checkpoint Current { get; } = new($"v{CustomerState.FoldVersion}");

    /// <summary>The fold's version and the shapes of all tables: what a generation must have been begun with to be gone on with.</summary>
    internal static string Shapes { get; } = string.Create(CultureInfo.InvariantCulture, $"{Current}-{StreamSlices.Count}-{StableHash.Of(string.Join('\n', ReadModelTables.All.Select(Shape))):x16}");

    /// <summary>Whether what is stored is this version's. A store that has folded nothing yet becomes so.</summary>
    public async Task<bool> AreCurrentAsync(CancellationToken cancellation)
    {
        var marked = await store.CheckpointAsync(Marker, cancellation);
        if ((await store.StaleTablesAsync(cancellation)).Count > 0)
        {
            return false;
        }

        // Some partitions may be folded where the rearmost is not: a store with a mark is taken at its word.
        if (marked == Checkpoint.Start && await store.CheckpointAsync(Processor.Consumer, cancellation) == Checkpoint.Start)
        {
            return await store.CommitAsync(new ProcessedBatch(Marker, marked, Current, [], [], new ReadModelChanges()), cancellation);
        }

        return marked == Current;
    }

    /// <summary>Rebuilds what another version folded, and returns when that is swapped in.</summary>
    /// <exception cref="StoreException">The rebuild failed; the message says at which event.</exception>
    public async Task EnsureAsync(Rebuilder rebuilder, IProgress<RebuildStatus>? progress, CancellationToken cancellation)
    {
        if (await AreCurrentAsync(cancellation))
        {
            return;
        }

        if (await rebuilder.StartAsync(Generation.All, cancellation) is RebuildAnswer.Refused { Reason: var reason })
        {
            throw new StoreException(reason);
        }

        await rebuilder.FinishAsync(progress, cancellation);
        if (!await AreCurrentAsync(cancellation))
        {
            var ended = (await rebuilder.ListAsync(cancellation))[0];
            throw new StoreException($"The read models were folded by another version, and could not be rebuilt: {ended.Reason ?? ended.State}");
        }
    }

    private static string Shape(TableDefinition table) =>
        $"{table.Name}|{table.Projection}|{table.Kind}|{table.KeyColumns}|{string.Join(',', table.Columns.Select(column => $"{column.Name}:{column.Type}"))}|{string.Join(';', table.Indexes)}";
}

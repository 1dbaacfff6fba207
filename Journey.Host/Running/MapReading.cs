using System.Runtime.CompilerServices;
using Journey.Host.Stores;
using Journey.Projections.Maps;
using Journey.Projections.ReadModels;

namespace Journey.Host.Running;

/// <summary>Reads whole tables, a page at a time, and the journey map out of its tables.</summary>
public static class MapReading
{
    private const int PageRows = 50_000;

    public static async Task<JourneyMap> ReadAsync(IStateStore store, CaseNotion notion, ActivityNotion activity, CancellationToken cancellation)
    {
        Filter[] ofCase = [new Filter("case_notion", FilterKind.Equal, MapNotions.NameOf(notion))];
        Filter[] ofActivity = [.. ofCase, new Filter("activity_notion", FilterKind.Equal, MapNotions.NameOf(activity))];
        return JourneyMapQuery.Read(
            notion,
            activity,
            await ListAsync(store, ReadModelTables.MapCases, ofCase, cancellation),
            await ListAsync(store, ReadModelTables.MapActivities, ofActivity, cancellation),
            await ListAsync(store, ReadModelTables.MapEdges, ofCase, cancellation),
            await ListAsync(store, ReadModelTables.MapThroughputs, ofCase, cancellation),
            await ListAsync(store, ReadModelTables.MapGaps, [], cancellation));
    }

    /// <summary>Every row, in the order of the key.</summary>
    public static async IAsyncEnumerable<Cell[]> AllAsync(
        this IStateStore store, TableDefinition table, IReadOnlyList<Filter> where, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var read = 0; ;)
        {
            var page = await store.QueryAsync(new TableQuery(table, where, [], PageRows, read), cancellation);
            foreach (var row in page)
            {
                yield return row;
            }

            read += page.Count;
            if (page.Count < PageRows)
            {
                yield break;
            }
        }
    }

    private static async Task<List<Cell[]>> ListAsync(IStateStore store, TableDefinition table, Filter[] where, CancellationToken cancellation)
    {
        List<Cell[]> rows = [];
        await foreach (var row in store.AllAsync(table, where, cancellation))
        {
            rows.Add(row);
        }

        return rows;
    }
}

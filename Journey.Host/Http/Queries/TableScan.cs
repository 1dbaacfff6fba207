using Journey.Host.Http.Parameters;
using Journey.Host.Stores;
using Journey.Projections.ReadModels;

namespace Journey.Host.Http.Queries;

/// <summary>Pages through a read model, with conditions that the store can't express.</summary>
/// <remarks>Pages are by place in the order asked for: rows that move while a client pages may be seen twice or not at all.</remarks>
internal static class TableScan
{
    /// <summary>Rows looked at for one page: a rare condition answers a short page that can be gone on from, rather than holding a reader for long.</summary>
    public const int RowsMax = 20_000;

    private const string Place = "row";
    private const int ReadAtOnce = 1_000;

    public static async ValueTask<Page<T>> PageAsync<T>(IReadModels store, TableQuery query, int limit, PageToken after,
        Func<TableRow, bool>? only, Func<TableRow, T> shape, CancellationToken cancellation)
    {
        var items = new List<T>(Math.Min(limit, 100));
        var at = (int)Math.Min(after.Place(Place), int.MaxValue - RowsMax);
        var end = at + RowsMax;
        while (at < end)
        {
            var asked = only is null ? limit - items.Count + 1 : ReadAtOnce;
            var rows = await store.QueryAsync(query with { Limit = asked, Offset = at }, cancellation);
            foreach (var cells in rows)
            {
                var row = new TableRow(query.Table, cells);
                if (only is null || only(row))
                {
                    if (items.Count == limit)
                    {
                        return new Page<T>(items, PageToken.At(Place, at).Write());
                    }

                    items.Add(shape(row));
                }

                at++;
            }

            if (rows.Count < asked)
            {
                return new Page<T>(items, null);
            }
        }

        return new Page<T>(items, PageToken.At(Place, at).Write());
    }
}

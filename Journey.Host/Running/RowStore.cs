using System.Runtime.InteropServices;
using Journey.Projections.ReadModels;

namespace Journey.Host.Running;

/// <summary>Read models in memory: what folding from the first event leaves, to be compared with the store.</summary>
/// <param name="parts">What each worker's customers came to. A customer is in one part only; sums may be in several.</param>
public sealed class RowStore(IReadOnlyList<ReadModelChanges> parts)
{
    /// <summary>All rows of a table, in no order; sums that came to nothing are no rows.</summary>
    public IEnumerable<Cell[]> Rows(TableDefinition table) => table.Kind == TableKind.State ? StateRows(table) : SumRows(table);

    /// <summary>Everything, as changes to an empty store.</summary>
    public ReadModelChanges ToChanges(IEnumerable<TableDefinition> tables)
    {
        var changes = new ReadModelChanges();
        foreach (var table in tables)
        {
            foreach (var row in Rows(table))
            {
                if (table.Kind == TableKind.State)
                {
                    changes.Put(table, row);
                }
                else
                {
                    changes.Add(table, row[..table.KeyColumns], [.. row[table.KeyColumns..].Select(cell => cell.Integer)]);
                }
            }
        }

        return changes;
    }

    private IEnumerable<Cell[]> StateRows(TableDefinition table)
    {
        foreach (var part in parts)
        {
            foreach (var row in part.Rows.TryGetValue(table, out var rows) ? rows.Values : Enumerable.Empty<Cell[]?>())
            {
                if (row is not null)
                {
                    yield return row;
                }
            }
        }
    }

    private IEnumerable<Cell[]> SumRows(TableDefinition table)
    {
        Dictionary<RowKey, long[]> totals = [];
        foreach (var part in parts)
        {
            if (!part.Sums.TryGetValue(table, out var sums))
            {
                continue;
            }

            foreach (var (key, amounts) in sums)
            {
                ref var total = ref CollectionsMarshal.GetValueRefOrAddDefault(totals, key, out var known);
                total = known ? [.. total!.Zip(amounts, (one, other) => one + other)] : amounts;
            }
        }

        foreach (var (key, amounts) in totals)
        {
            if (amounts.AsSpan().ContainsAnyExcept(0))
            {
                yield return [.. key.Cells, .. amounts.Select(amount => (Cell)amount)];
            }
        }
    }
}

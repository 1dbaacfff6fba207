using System.Runtime.InteropServices;
using Journey.Projections.ReadModels;

namespace Journey.Host.Running;

/// <summary>Read models in memory: what folding from the first event leaves, to be compared with the store or swapped in for it.</summary>
public sealed class RowStore
{
    private readonly Dictionary<TableDefinition, Dictionary<RowKey, Cell[]>> _rows = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<TableDefinition, Dictionary<RowKey, long[]>> _sums = new(ReferenceEqualityComparer.Instance);

    public void Take(ReadModelChanges changes)
    {
        foreach (var (table, rows) in changes.Rows)
        {
            var kept = CollectionsMarshal.GetValueRefOrAddDefault(_rows, table, out _) ??= [];
            foreach (var (key, row) in rows)
            {
                if (row is null)
                {
                    kept.Remove(key);
                }
                else
                {
                    kept[key] = row;
                }
            }
        }

        foreach (var (table, sums) in changes.Sums)
        {
            Add(table, sums);
        }
    }

    /// <summary>Customers are never in two stores; sums may be.</summary>
    public void Merge(RowStore other)
    {
        foreach (var (table, rows) in other._rows)
        {
            var kept = CollectionsMarshal.GetValueRefOrAddDefault(_rows, table, out _) ??= [];
            foreach (var (key, row) in rows)
            {
                kept[key] = row;
            }
        }

        foreach (var (table, sums) in other._sums)
        {
            Add(table, sums);
        }
    }

    /// <summary>All rows of a table, in no order; sums that came to nothing are no rows.</summary>
    public IEnumerable<Cell[]> Rows(TableDefinition table)
    {
        if (_rows.TryGetValue(table, out var rows))
        {
            foreach (var row in rows.Values)
            {
                yield return row;
            }
        }

        if (_sums.TryGetValue(table, out var sums))
        {
            foreach (var (key, amounts) in sums)
            {
                if (amounts.AsSpan().ContainsAnyExcept(0))
                {
                    yield return [.. key.Cells, .. amounts.Select(amount => (Cell)amount)];
                }
            }
        }
    }

    /// <summary>Everything as changes to an empty store.</summary>
    public ReadModelChanges ToChanges()
    {
        var changes = new ReadModelChanges();
        foreach (var (table, rows) in _rows)
        {
            foreach (var row in rows.Values)
            {
                changes.Put(table, row);
            }
        }

        foreach (var (table, sums) in _sums)
        {
            foreach (var (key, amounts) in sums)
            {
                if (amounts.AsSpan().ContainsAnyExcept(0))
                {
                    changes.Add(table, key.Cells.ToArray(), amounts);
                }
            }
        }

        return changes;
    }

    private void Add(TableDefinition table, Dictionary<RowKey, long[]> added)
    {
        var kept = CollectionsMarshal.GetValueRefOrAddDefault(_sums, table, out _) ??= [];
        foreach (var (key, amounts) in added)
        {
            ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(kept, key, out _);
            sum ??= new long[amounts.Length];
            for (var i = 0; i < amounts.Length; i++)
            {
                sum[i] += amounts[i];
            }
        }
    }
}

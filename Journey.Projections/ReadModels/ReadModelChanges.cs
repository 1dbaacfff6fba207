using System.Runtime.InteropServices;

namespace Journey.Projections.ReadModels;

/// <summary>What a batch does to the read models: rows put or deleted (the last word on a key wins), and sums to add.</summary>
public sealed class ReadModelChanges
{
    private Dictionary<TableDefinition, Dictionary<RowKey, Cell[]?>> _rows = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<TableDefinition, Dictionary<RowKey, long[]>> _sums = new(ReferenceEqualityComparer.Instance);

    /// <summary>By table: key to whole row, or null for a row to delete.</summary>
    public IReadOnlyDictionary<TableDefinition, Dictionary<RowKey, Cell[]?>> Rows => _rows;

    /// <summary>By counter table: key to what is added to each value column.</summary>
    public IReadOnlyDictionary<TableDefinition, Dictionary<RowKey, long[]>> Sums => _sums;

    /// <summary>False: whatever is put, deleted or added is forgotten at once.</summary>
    internal bool Keeps { get; set; } = true;

    public bool IsEmpty => _rows.Count == 0 && _sums.Count == 0;

    /// <param name="row">All columns, the key first. Kept, not copied.</param>
    public void Put(TableDefinition table, params Cell[] row)
    {
        if (!Keeps)
        {
            return;
        }

        var rows = CollectionsMarshal.GetValueRefOrAddDefault(_rows, table, out _) ??= [];
        rows[new RowKey(row, table.KeyColumns)] = row;
    }

    public void Delete(TableDefinition table, params Cell[] key)
    {
        if (!Keeps)
        {
            return;
        }

        CollectionsMarshal.GetValueRefOrAddDefault(_rows, table, out _) ??= [];
        _rows[table][new RowKey(key, table.KeyColumns)] = null;
    }

    public void Add(TableDefinition table, Cell[] key, params ReadOnlySpan<long> amounts)
    {
        if (!Keeps)
        {
            return;
        }

        var sums = CollectionsMarshal.GetValueRefOrAddDefault(_sums, table, out _) ??= [];
        ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(sums, new RowKey(key, table.KeyColumns), out _);
        sum ??= new long[amounts.Length];
        for (var i = 0; i < amounts.Length; i++)
        {
            sum[i] += amounts[i];
        }
    }

    /// <summary>Adds another's sums.</summary>
    public void AddSums(ReadModelChanges other)
    {
        foreach (var (table, added) in other._sums)
        {
            var sums = CollectionsMarshal.GetValueRefOrAddDefault(_sums, table, out _) ??= [];
            foreach (var (key, amounts) in added)
            {
                ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(sums, key, out _);
                sum ??= new long[amounts.Length];
                for (var i = 0; i < amounts.Length; i++)
                {
                    sum[i] += amounts[i];
                }
            }
        }
    }

    /// <summary>How many rows are put or deleted.</summary>
    public int RowCount
    {
        get
        {
            var count = 0;
            foreach (var rows in _rows.Values)
            {
                count += rows.Count;
            }

            return count;
        }
    }

    /// <summary>How many sums there are.</summary>
    public int SumCount
    {
        get
        {
            var count = 0;
            foreach (var sums in _sums.Values)
            {
                count += sums.Count;
            }

            return count;
        }
    }

    /// <summary>Hands the rows over, and keeps the sums.</summary>
    /// <param name="into">Whatever rows it had are forgotten; its memory is used for what is put next.</param>
    public void TakeRows(ReadModelChanges into)
    {
        foreach (var rows in into._rows.Values)
        {
            rows.Clear();
        }

        (_rows, into._rows) = (into._rows, _rows);
    }

    public void Clear()
    {
        _rows.Clear();
        _sums.Clear();
    }
}

/// <summary>The key columns of a row, compared by value.</summary>
public readonly struct RowKey(Cell[] cells, int length) : IEquatable<RowKey>
{
    public ReadOnlySpan<Cell> Cells => cells.AsSpan(0, length);

    public bool Equals(RowKey other) => Cells.SequenceEqual(other.Cells);

    public override bool Equals(object? obj) => obj is RowKey other && Equals(other);

    public static bool operator ==(RowKey left, RowKey right) => left.Equals(right);

    public static bool operator !=(RowKey left, RowKey right) => !left.Equals(right);

    public override int GetHashCode()
    {
        var hash = 17;
        foreach (ref readonly var cell in Cells)
        {
            hash = (hash * 31) + (cell.Kind == CellKind.Text ? cell.Text!.GetHashCode(StringComparison.Ordinal) : cell.Integer.GetHashCode());
        }

        return hash;
    }
}

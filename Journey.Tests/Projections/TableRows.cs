using Journey.Projections.ReadModels;

namespace Journey.Tests.Projections;

/// <summary>Read models as a database would hold them, in memory.</summary>
internal sealed class TableRows
{
    private readonly Dictionary<string, Dictionary<RowKey, Cell[]>> _tables = [];

    public void Take(ReadModelChanges changes)
    {
        foreach (var (table, rows) in changes.Rows)
        {
            foreach (var (key, row) in rows)
            {
                if (row is null)
                {
                    Of(table).Remove(key);
                }
                else
                {
                    Assert.That(row, Has.Length.EqualTo(table.Columns.Length), table.Name);
                    Of(table)[key] = row;
                }
            }
        }

        foreach (var (table, sums) in changes.Sums)
        {
            foreach (var (key, amounts) in sums)
            {
                Add(table, key, amounts);
            }
        }
    }

    /// <summary>What another partition has: rows of its own customers, and its share of the sums.</summary>
    public void Take(TableRows other)
    {
        foreach (var table in ReadModelTables.All)
        {
            foreach (var (key, row) in other.Of(table))
            {
                if (table.Kind == TableKind.Counter)
                {
                    Add(table, key, [.. row.Skip(table.KeyColumns).Select(static cell => cell.Integer)]);
                }
                else
                {
                    Of(table).Add(key, row);
                }
            }
        }
    }

    public IEnumerable<Cell[]> All(TableDefinition table) => Of(table).Values;

    /// <summary>One column of the row with this key.</summary>
    public string Value(TableDefinition table, string column, params Cell[] key) =>
        Of(table).TryGetValue(new RowKey(key, table.KeyColumns), out var row) ? row[table.ColumnIndex(column)].ToString() : "no row";

    /// <summary>Every row of every table, one a line, in order.</summary>
    public string Text(Func<TableDefinition, bool>? which = null) => string.Join('\n', ReadModelTables.All
        .Where(table => which?.Invoke(table) ?? true)
        .SelectMany(table => Of(table).Values.Select(row => $"{table.Name}: {string.Join(" | ", row)}").Order(StringComparer.Ordinal)));

    private void Add(TableDefinition table, RowKey key, long[] amounts)
    {
        Assert.That(amounts, Has.Length.EqualTo(table.Columns.Length - table.KeyColumns), table.Name);
        if (!Of(table).TryGetValue(key, out var row))
        {
            row = [.. key.Cells, .. amounts.Select(static _ => (Cell)0L)];
        }

        row = [.. key.Cells, .. amounts.Select((amount, i) => (Cell)(row[table.KeyColumns + i].Integer + amount))];
        if (row.AsSpan(table.KeyColumns).ContainsAnyExcept((Cell)0L))
        {
            Of(table)[key] = row;
        }
        else
        {
            Of(table).Remove(key);
        }
    }

    private Dictionary<RowKey, Cell[]> Of(TableDefinition table)
    {
        if (!_tables.TryGetValue(table.Name, out var rows))
        {
            _tables.Add(table.Name, rows = []);
        }

        return rows;
    }
}

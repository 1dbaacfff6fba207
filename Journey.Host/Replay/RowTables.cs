using Journey.Host.Running;
using Journey.Host.Stores;
using Journey.Projections.ReadModels;

namespace Journey.Host.Replay;

/// <summary>Read models in memory that are asked as the stored ones are: the same filters, the same order.</summary>
public sealed class RowTables(RowStore rows) : IReadModels
{
    private readonly Dictionary<TableDefinition, List<Cell[]>> _tables = [];

    public ValueTask<IReadOnlyList<Cell[]>> QueryAsync(TableQuery query, CancellationToken cancellation = default)
    {
        var table = query.Table;
        var where = query.Where.Select(filter => (Column: table.ColumnIndex(filter.Column), filter.Kind, filter.Value)).ToList();
        var found = All(table).Where(row => where.TrueForAll(filter => Holds(filter.Kind, row[filter.Column], filter.Value)));
        IReadOnlyList<Cell[]> page = [.. found.Order(new RowOrder(table, query.OrderBy)).Skip(query.Offset).Take(query.Limit)];
        return ValueTask.FromResult(page);
    }

    private List<Cell[]> All(TableDefinition table)
    {
        lock (_tables)
        {
            if (!_tables.TryGetValue(table, out var all))
            {
                all = [.. rows.Rows(table)];
                _tables.Add(table, all);
            }

            return all;
        }
    }

    private static bool Holds(FilterKind kind, in Cell cell, in Cell value)
    {
        // As in SQL, nothing compares with null.
        if (cell.Kind == CellKind.Null || value.Kind == CellKind.Null)
        {
            return false;
        }

        return kind switch
        {
            FilterKind.StartsWith => cell.Text is { } text && text.StartsWith(value.Text ?? "", StringComparison.Ordinal),
            FilterKind.Equal => Compare(cell, value) == 0,
            FilterKind.NotEqual => Compare(cell, value) != 0,
            FilterKind.Less => Compare(cell, value) < 0,
            FilterKind.LessOrEqual => Compare(cell, value) <= 0,
            FilterKind.Greater => Compare(cell, value) > 0,
            _ => Compare(cell, value) >= 0,
        };
    }

    /// <summary>Nulls first, then numbers, then text by its bytes: the order of the store.</summary>
    private static int Compare(in Cell left, in Cell right)
    {
        var (one, other) = (RankOf(left), RankOf(right));
        return one != other ? one.CompareTo(other)
            : one == 2 ? CompareBytes(left.Text!, right.Text!)
            : left.Kind == CellKind.Integer && right.Kind == CellKind.Integer ? left.Integer.CompareTo(right.Integer)
            : NumberOf(left).CompareTo(NumberOf(right));
    }

    private static int RankOf(in Cell cell) => cell.Kind switch { CellKind.Null => 0, CellKind.Text => 2, _ => 1 };

    private static double NumberOf(in Cell cell) => cell.Kind == CellKind.Integer ? cell.Integer : cell.Real;

    private static int CompareBytes(string left, string right) =>
        System.Text.Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(right));

    private sealed class RowOrder(TableDefinition table, IReadOnlyList<string> orderBy) : IComparer<Cell[]>
    {
        private readonly List<(int Column, int Sign)> _columns =
        [
            .. orderBy.Select(name => name.StartsWith('-') ? (table.ColumnIndex(name[1..]), -1) : (table.ColumnIndex(name), 1)),
            .. Enumerable.Range(0, table.KeyColumns).Select(column => (column, 1)),
        ];

        public int Compare(Cell[]? left, Cell[]? right)
        {
            foreach (var (column, sign) in _columns)
            {
                if (RowTables.Compare(left![column], right![column]) is not 0 and var difference)
                {
                    return difference * sign;
                }
            }

            return 0;
        }
    }
}

using Journey.Projections.ReadModels;

namespace Journey.Host.Stores.Sqlite;

/// <summary>A read model as a table: its SQL, and its rows put, deleted and added to.</summary>
internal sealed class ReadModelTable(SqliteDatabase database, TableDefinition definition) : IDisposable
{
    /// <summary>Rows in one statement: what a step costs beside its rows is shared by so many. Bounded by SQLite's parameters for a statement (32,766).</summary>
    private const int RowsAtOnce = 32;

    private readonly BoundTexts _texts = new();
    private SqliteStatement? _putMany;
    private SqliteStatement? _addMany;
    private SqliteStatement? _put;
    private SqliteStatement? _delete;
    private SqliteStatement? _add;
    private SqliteStatement? _deleteZero;

    private int Values => definition.Columns.Length - definition.KeyColumns;

    public static string CreateSql(TableDefinition table)
    {
        var columns = table.Columns.Select((column, i) =>
            $"\"{column.Name}\" {column.Type.ToString().ToUpperInvariant()}{(i < table.KeyColumns ? " NOT NULL" : "")}");
        return $"CREATE TABLE \"{table.Name}\" ({string.Join(", ", columns)}, PRIMARY KEY ({Keys(table)})) STRICT, WITHOUT ROWID";
    }

    /// <summary>The table's indexes, to be made with it, or once it is filled.</summary>
    public static IEnumerable<(string Name, string Sql)> Indexes(TableDefinition table)
    {
        foreach (var index in table.Indexes)
        {
            var indexed = index.Split(',', StringSplitOptions.TrimEntries).Select(name => table.Columns[table.ColumnIndex(name)].Name).ToArray();
            var name = $"{table.Name}_by_{string.Join('_', indexed)}";
            yield return (name, $"CREATE INDEX \"{name}\" ON \"{table.Name}\" ({string.Join(", ", indexed.Select(column => $"\"{column}\""))})");
        }
    }

    public static string Keys(TableDefinition table) => string.Join(", ", table.Columns.Take(table.KeyColumns).Select(column => $"\"{column.Name}\""));

    public static string Columns(TableDefinition table) => string.Join(", ", table.Columns.Select(column => $"\"{column.Name}\""));

    /// <exception cref="ArgumentException">The value is of another type than the column.</exception>
    /// <param name="texts">Where text is kept while it is bound; null: it is copied.</param>
    public static void Bind(SqliteStatement statement, int parameter, ColumnDefinition column, in Cell cell, BoundTexts? texts = null)
    {
        switch (column.Type, cell.Kind)
        {
            case (_, CellKind.Null):
                statement.BindNull(parameter);
                break;
            case (ColumnType.Text, CellKind.Text) when texts is not null:
                statement.Bind(parameter, cell.Text!, texts);
                break;
            case (ColumnType.Text, CellKind.Text):
                statement.Bind(parameter, cell.Text);
                break;
            case (ColumnType.Integer, CellKind.Integer):
                statement.Bind(parameter, cell.Integer);
                break;
            case (ColumnType.Real, CellKind.Real):
                statement.Bind(parameter, cell.Real);
                break;
            case (ColumnType.Real, CellKind.Integer):
                statement.Bind(parameter, (double)cell.Integer);
                break;
            default:
                throw new ArgumentException($"Column {column.Name} is {column.Type}; got {cell.Kind} '{cell}'.", nameof(cell));
        }
    }

    public static Cell Read(SqliteStatement statement, int column) => statement.TypeOf(column) switch
    {
        SQLitePCL.raw.SQLITE_INTEGER => statement.Integer(column),
        SQLitePCL.raw.SQLITE_FLOAT => statement.Real(column),
        SQLitePCL.raw.SQLITE_TEXT => statement.Text(column),
        _ => Cell.Null,
    };

    /// <summary>Puts rows, as many in one statement as it takes.</summary>
    public void Put(ReadOnlySpan<Cell[]> rows)
    {
        foreach (var row in rows)
        {
            if (definition.Kind != TableKind.State || row.Length != definition.Columns.Length)
            {
                var taken = definition.Kind == TableKind.State ? $"rows of {definition.Columns.Length} cells" : "sums";
                throw new ArgumentException($"Table {definition.Name} takes {taken}; got a row of {row.Length}.", nameof(rows));
            }
        }

        for (; rows.Length >= RowsAtOnce; rows = rows[RowsAtOnce..])
        {
            Run(_putMany ??= database.PrepareOwned(PutSql(RowsAtOnce)), rows[..RowsAtOnce]);
        }

        foreach (ref readonly var row in rows)
        {
            Run(_put ??= database.PrepareOwned(PutSql(1)), new ReadOnlySpan<Cell[]>(in row));
        }
    }

    /// <summary>Adds to sums that may come to nothing: such rows stay until <see cref="DeleteZeros"/>.</summary>
    public void AddKeepingZeros(ReadOnlySpan<KeyValuePair<RowKey, long[]>> sums)
    {
        for (; sums.Length >= RowsAtOnce; sums = sums[RowsAtOnce..])
        {
            _addMany ??= database.PrepareOwned(AddSql(RowsAtOnce));
            _texts.Clear();
            for (var i = 0; i < RowsAtOnce; i++)
            {
                BindSum(_addMany, i * definition.Columns.Length, sums[i].Key, sums[i].Value);
            }

            _addMany.Run();
        }

        foreach (var (key, amounts) in sums)
        {
            Add(key, amounts);
        }
    }

    /// <summary>Removes sums that came to nothing.</summary>
    public static string DeleteZerosSql(TableDefinition table) =>
        $"DELETE FROM \"{table.Name}\" WHERE {string.Join(" AND ", table.Columns.Skip(table.KeyColumns).Select(column => $"\"{column.Name}\" = 0"))}";

    public void Delete(in RowKey key)
    {
        _delete ??= database.PrepareOwned($"DELETE FROM \"{definition.Name}\" WHERE {KeyIsSql()}");
        BindKey(_delete, key);
        _delete.Run();
    }

    public void Add(in RowKey key, long[] amounts)
    {
        if (definition.Kind != TableKind.Counter || amounts.Length != Values)
        {
            throw new ArgumentException($"Table {definition.Name} takes {(definition.Kind == TableKind.Counter ? $"{Values} sums" : "rows")}; got {amounts.Length} sums.", nameof(amounts));
        }

        _add ??= database.PrepareOwned($"{AddSql(1)} RETURNING {string.Join(" AND ", ValueNames().Select(name => $"{name} = 0"))}");
        _texts.Clear();
        BindSum(_add, 0, key, amounts);
        var isZero = _add.Step() && _add.Integer(0) != 0;
        _add.Reset();
        if (!isZero)
        {
            return;
        }

        _deleteZero ??= database.PrepareOwned($"{DeleteZerosSql(definition)} AND {KeyIsSql()}");
        BindKey(_deleteZero, key);
        _deleteZero.Run();
    }

    public void Dispose()
    {
        _putMany?.Dispose();
        _addMany?.Dispose();
        _put?.Dispose();
        _delete?.Dispose();
        _add?.Dispose();
        _deleteZero?.Dispose();
    }

    private void BindKey(SqliteStatement statement, in RowKey key)
    {
        for (var i = 0; i < definition.KeyColumns; i++)
        {
            Bind(statement, i + 1, definition.Columns[i], key.Cells[i]);
        }
    }

    private IEnumerable<string> ValueNames() => definition.Columns.Skip(definition.KeyColumns).Select(column => $"\"{column.Name}\"");

    private string KeyIsSql() => string.Join(" AND ", definition.Columns.Take(definition.KeyColumns).Select((column, i) => $"\"{column.Name}\" = ?{i + 1}"));

    private void Run(SqliteStatement statement, ReadOnlySpan<Cell[]> rows)
    {
        _texts.Clear();
        var parameter = 0;
        foreach (var row in rows)
        {
            for (var i = 0; i < row.Length; i++)
            {
                Bind(statement, ++parameter, definition.Columns[i], row[i], _texts);
            }
        }

        statement.Run();
    }

    private void BindSum(SqliteStatement statement, int before, in RowKey key, long[] amounts)
    {
        for (var i = 0; i < definition.KeyColumns; i++)
        {
            Bind(statement, before + i + 1, definition.Columns[i], key.Cells[i], _texts);
        }

        for (var i = 0; i < amounts.Length; i++)
        {
            statement.Bind(before + definition.KeyColumns + i + 1, amounts[i]);
        }
    }

    private string InsertSql(int rows)
    {
        var width = definition.Columns.Length;
        var values = Enumerable.Range(0, rows).Select(row => $"({string.Join(", ", Enumerable.Range((row * width) + 1, width).Select(i => $"?{i}"))})");
        return $"INSERT INTO \"{definition.Name}\" ({Columns(definition)}) VALUES {string.Join(", ", values)}";
    }

    private string PutSql(int rows) => Values == 0
        ? $"{InsertSql(rows)} ON CONFLICT DO NOTHING"
        : $"{InsertSql(rows)} ON CONFLICT ({Keys(definition)}) DO UPDATE SET {string.Join(", ", ValueNames().Select(name => $"{name} = excluded.{name}"))}";

    private string AddSql(int rows) =>
        $"{InsertSql(rows)} ON CONFLICT ({Keys(definition)}) DO UPDATE SET {string.Join(", ", ValueNames().Select(name => $"{name} = {name} + excluded.{name}"))}";
}

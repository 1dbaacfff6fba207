using Journey.Projections.ReadModels;

namespace Journey.Host.Stores.Sqlite;

/// <summary>A read model as a table: its SQL, and its rows put, deleted and added to.</summary>
internal sealed class ReadModelTable(SqliteDatabase database, TableDefinition definition) : IDisposable
{
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
    public static void Bind(SqliteStatement statement, int parameter, ColumnDefinition column, in Cell cell)
    {
        switch (column.Type, cell.Kind)
        {
            case (_, CellKind.Null):
                statement.BindNull(parameter);
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

    public void Put(Cell[] row)
    {
        if (definition.Kind != TableKind.State || row.Length != definition.Columns.Length)
        {
            var taken = definition.Kind == TableKind.State ? $"rows of {definition.Columns.Length} cells" : "sums";
            throw new ArgumentException($"Table {definition.Name} takes {taken}; got a row of {row.Length}.", nameof(row));
        }

        _put ??= database.PrepareOwned(PutSql());
        for (var i = 0; i < row.Length; i++)
        {
            Bind(_put, i + 1, definition.Columns[i], row[i]);
        }

        _put.Run();
    }

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

        _add ??= database.PrepareOwned(AddSql());
        BindKey(_add, key);
        for (var i = 0; i < amounts.Length; i++)
        {
            _add.Bind(definition.KeyColumns + i + 1, amounts[i]);
        }

        var isZero = _add.Step() && _add.Integer(0) != 0;
        _add.Reset();
        if (!isZero)
        {
            return;
        }

        _deleteZero ??= database.PrepareOwned($"DELETE FROM \"{definition.Name}\" WHERE {KeyIsSql()} AND {string.Join(" AND ", ValueNames().Select(name => $"{name} = 0"))}");
        BindKey(_deleteZero, key);
        _deleteZero.Run();
    }

    public void Dispose()
    {
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

    private string InsertSql() =>
        $"INSERT INTO \"{definition.Name}\" ({Columns(definition)}) VALUES ({string.Join(", ", Enumerable.Range(1, definition.Columns.Length).Select(i => $"?{i}"))})";

    private string PutSql() => Values == 0
        ? $"{InsertSql()} ON CONFLICT DO NOTHING"
        : $"{InsertSql()} ON CONFLICT ({Keys(definition)}) DO UPDATE SET {string.Join(", ", ValueNames().Select(name => $"{name} = excluded.{name}"))}";

    private string AddSql() =>
        $"{InsertSql()} ON CONFLICT ({Keys(definition)}) DO UPDATE SET {string.Join(", ", ValueNames().Select(name => $"{name} = {name} + excluded.{name}"))} "
        + $"RETURNING {string.Join(" AND ", ValueNames().Select(name => $"{name} = 0"))}";
}

using Journey.Projections.ReadModels;
using Npgsql;

namespace Journey.Host.Stores.Postgres;

/// <summary>A read model as a table: its SQL, and its rows put, deleted and added to.</summary>
/// <param name="name">The table's name, which is another than the definition's while a generation is built.</param>
internal sealed class ModelTable(TableDefinition definition, string name)
{
    public const string Schema = "journey_models";

    private int Values => definition.Columns.Length - definition.KeyColumns;

    private string Table => $"{Schema}.\"{name}\"";

    public static string Keys(TableDefinition table) => string.Join(", ", table.Columns.Take(table.KeyColumns).Select(column => $"\"{column.Name}\""));

    public static string Columns(TableDefinition table) => string.Join(", ", table.Columns.Select(column => $"\"{column.Name}\""));

    /// <param name="withIndexes">False: they are made once the table is filled, each by itself: see <see cref="Indexes"/>.</param>
    public IEnumerable<string> CreateSql(bool withIndexes = true)
    {
        var columns = definition.Columns.Select((column, i) => $"\"{column.Name}\" {TypeOf(column.Type)}{(i < definition.KeyColumns ? " NOT NULL" : "")}");
        yield return $"CREATE TABLE {Table} ({string.Join(", ", columns)}, PRIMARY KEY ({Keys(definition)}))";
        foreach (var (_, sql) in withIndexes ? Indexes() : [])
        {
            yield return sql;
        }

        yield return $"COMMENT ON TABLE {Table} IS '{Quoted(definition.Description)}'";
        foreach (var column in definition.Columns)
        {
            yield return $"COMMENT ON COLUMN {Table}.\"{column.Name}\" IS '{Quoted(column.Description)}'";
        }
    }

    /// <summary>The table's indexes beside its key. Their names go on when the table gets another.</summary>
    public IEnumerable<(string Name, string Sql)> Indexes()
    {
        for (var i = 0; i < definition.Indexes.Length; i++)
        {
            // Nothing comes first, as in every order that queries ask for; the other way round the index is read backwards.
            var indexed = definition.Indexes[i].Split(',', StringSplitOptions.TrimEntries).Select(column => $"\"{definition.Columns[definition.ColumnIndex(column)].Name}\" NULLS FIRST");
            var index = $"{name}_i{i}";
            yield return (index, $"CREATE INDEX \"{index}\" ON {Table} ({string.Join(", ", indexed)})");
        }
    }

    /// <summary>Fills a buffer with the rows to put; what is to be deleted is deleted at once.</summary>
    /// <returns>False: none is to be put.</returns>
    public bool TakeRows(Dictionary<RowKey, Cell[]?> rows, CopyBuffer into, NpgsqlConnection connection)
    {
        var deleted = new Dictionary<RowKey, Cell[]?>();
        var isEmpty = true;
        into.Begin();
        foreach (var (key, row) in rows)
        {
            if (row is null)
            {
                deleted.Add(key, null);
                continue;
            }

            Expect(row);
            isEmpty = false;
            into.Row((short)row.Length);
            for (var i = 0; i < row.Length; i++)
            {
                Take(into, definition.Columns[i], row[i]);
            }
        }

        if (deleted.Count > 0)
        {
            using var batch = new NpgsqlBatch(connection);
            Write(batch, deleted);
            batch.ExecuteNonQuery();
        }

        return !isEmpty;
    }

    /// <summary>Fills a buffer with sums, but for those that come to nothing.</summary>
    public void TakeSums(Dictionary<RowKey, long[]> sums, CopyBuffer into)
    {
        into.Begin();
        foreach (var (key, amounts) in sums.OrderBy(static sum => sum.Key, KeyOrder.Instance))
        {
            Expect(amounts);
            if (!amounts.AsSpan().ContainsAnyExcept(0))
            {
                continue;
            }

            into.Row((short)definition.Columns.Length);
            for (var i = 0; i < definition.KeyColumns; i++)
            {
                Take(into, definition.Columns[i], key.Cells[i]);
            }

            foreach (var amount in amounts)
            {
                into.Add(amount);
            }
        }
    }

    private static void Take(CopyBuffer into, ColumnDefinition column, in Cell cell)
    {
        if (cell.Kind == CellKind.Null)
        {
            into.AddNull();
            return;
        }

        switch (column.Type)
        {
            case ColumnType.Text:
                into.Add(TextIn(column, cell)!);
                break;
            case ColumnType.Integer:
                into.AddOrNull(IntegerIn(column, cell));
                break;
            default:
                if (RealIn(column, cell) is { } real)
                {
                    into.Add(real);
                }
                else
                {
                    into.AddNull();
                }

                break;
        }
    }

    private void Expect(Cell[] row)
    {
        if (definition.Kind != TableKind.State || row.Length != definition.Columns.Length)
        {
            var taken = definition.Kind == TableKind.State ? $"rows of {definition.Columns.Length}" : "sums";
            throw new ArgumentException($"Table {definition.Name} takes {taken}; got a row of {row.Length}.", nameof(row));
        }
    }

    private void Expect(long[] amounts)
    {
        if (definition.Kind != TableKind.Counter || amounts.Length != Values)
        {
            throw new ArgumentException(
                $"Table {definition.Name} takes {(definition.Kind == TableKind.Counter ? $"{Values} sums" : "rows")}; got {amounts.Length} sums.", nameof(amounts));
        }
    }

    /// <exception cref="ArgumentException">A value is of another type than its column.</exception>
    public void Write(NpgsqlBatch batch, Dictionary<RowKey, Cell[]?> rows)
    {
        var put = new List<Cell[]>(rows.Count);
        var deleted = new List<RowKey>();
        foreach (var (key, row) in rows)
        {
            if (row is null)
            {
                deleted.Add(key);
            }
            else
            {
                Expect(row);
                put.Add(row);
            }
        }

        if (deleted.Count > 0)
        {
            batch.With(
                $"DELETE FROM {Table} t USING unnest({Numbers(definition.KeyColumns)}) AS k ({Keys(definition)}) WHERE {KeyIs("k")}",
                [.. Enumerable.Range(0, definition.KeyColumns).Select(column => ColumnOf(column, deleted.Count, row => deleted[row].Cells[column]))]);
        }

        if (put.Count > 0)
        {
            batch.With(PutSql(), [.. Enumerable.Range(0, definition.Columns.Length).Select(column => ColumnOf(column, put.Count, row => put[row][column]))]);
        }
    }

    /// <summary>Answers with the keys of rows that are nothing but zeros now: see <see cref="DeleteZeros"/>.</summary>
    public void Write(NpgsqlBatch batch, Dictionary<RowKey, long[]> sums)
    {
        // In the order of the key: whoever adds to the same rows at the same time takes them in the same order, and waits rather than locks up.
        var ordered = sums.OrderBy(static sum => sum.Key, KeyOrder.Instance).ToList();
        ordered.ForEach(sum => Expect(sum.Value));

        var parameters = new NpgsqlParameter[definition.Columns.Length];
        for (var i = 0; i < definition.KeyColumns; i++)
        {
            var column = i;
            parameters[i] = ColumnOf(i, ordered.Count, row => ordered[row].Key.Cells[column]);
        }

        for (var i = 0; i < Values; i++)
        {
            var value = i;
            parameters[definition.KeyColumns + i] = Parameters.Each(ordered.Select(sum => sum.Value[value]).ToArray());
        }

        batch.With(AddSql(), parameters);
    }

    public static List<Cell[]> ReadKeys(NpgsqlDataReader rows, TableDefinition table)
    {
        var keys = new List<Cell[]>();
        while (rows.Read())
        {
            keys.Add(Row(rows, table, table.KeyColumns));
        }

        return keys;
    }

    public void DeleteZeros(NpgsqlConnection connection, List<Cell[]> keys) => connection.Run(
        $"DELETE FROM {Table} t USING unnest({Numbers(definition.KeyColumns)}) AS k ({Keys(definition)}) WHERE {KeyIs("k")} AND {AreZero("t.")}",
        [.. Enumerable.Range(0, definition.KeyColumns).Select(column => ColumnOf(column, keys.Count, row => keys[row][column]))]);

    public static Cell[] Row(NpgsqlDataReader row, TableDefinition table, int columns)
    {
        var cells = new Cell[columns];
        for (var i = 0; i < columns; i++)
        {
            cells[i] = row.IsDBNull(i) ? Cell.Null : table.Columns[i].Type switch
            {
                ColumnType.Text => row.Text(i),
                ColumnType.Integer => row.GetInt64(i),
                _ => row.GetDouble(i),
            };
        }

        return cells;
    }

    /// <summary>One value, to compare a column with.</summary>
    /// <exception cref="ArgumentException">The value is of another type than the column.</exception>
    public static NpgsqlParameter Value(ColumnDefinition column, in Cell cell) => column.Type switch
    {
        ColumnType.Text => Parameters.Of(TextIn(column, cell)!),
        ColumnType.Integer => Parameters.Of(IntegerIn(column, cell)!.Value),
        _ => new NpgsqlParameter<double> { TypedValue = RealIn(column, cell) ?? 0, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Double },
    };

    private static string TypeOf(ColumnType type) => type switch
    {
        ColumnType.Text => "text COLLATE \"C\"",
        ColumnType.Integer => "bigint",
        _ => "double precision",
    };

    private static string Quoted(string text) => text.Replace("'", "''", StringComparison.Ordinal);

    private static string Numbers(int count) => string.Join(", ", Enumerable.Range(1, count).Select(i => $"${i}"));

    private string KeyIs(string other) => string.Join(" AND ", definition.Columns.Take(definition.KeyColumns).Select(column => $"t.\"{column.Name}\" = {other}.\"{column.Name}\""));

    private IEnumerable<string> ValueNames() => definition.Columns.Skip(definition.KeyColumns).Select(column => $"\"{column.Name}\"");

    private string AreZero(string from) => string.Join(" AND ", ValueNames().Select(value => $"{from}{value} = 0"));

    private string InsertSql() => $"INSERT INTO {Table} AS t ({Columns(definition)}) SELECT * FROM unnest({Numbers(definition.Columns.Length)})";

    private string PutSql() => Values == 0
        ? $"{InsertSql()} ON CONFLICT DO NOTHING"
        : $"{InsertSql()} ON CONFLICT ({Keys(definition)}) DO UPDATE SET {string.Join(", ", ValueNames().Select(value => $"{value} = excluded.{value}"))}";

    private string AddSql() =>
        $"WITH added AS ({InsertSql()} ON CONFLICT ({Keys(definition)}) DO UPDATE SET {string.Join(", ", ValueNames().Select(value => $"{value} = t.{value} + excluded.{value}"))} "
        + $"RETURNING {string.Join(", ", definition.Columns.Select(column => $"t.\"{column.Name}\""))}) SELECT {Keys(definition)} FROM added WHERE {AreZero("")}";

    private NpgsqlParameter ColumnOf(int column, int count, Func<int, Cell> cell)
    {
        var of = definition.Columns[column];
        return of.Type switch
        {
            ColumnType.Text => Parameters.Each(Array(row => TextIn(of, cell(row)))),
            ColumnType.Integer => Parameters.Each(Array(row => IntegerIn(of, cell(row)))),
            _ => Parameters.Each(Array(row => RealIn(of, cell(row)))),
        };

        T[] Array<T>(Func<int, T> value)
        {
            var values = new T[count];
            for (var row = 0; row < count; row++)
            {
                values[row] = value(row);
            }

            return values;
        }
    }

    private static string? TextIn(ColumnDefinition column, in Cell cell) => cell.Kind switch
    {
        CellKind.Null => null,
        CellKind.Text => cell.Text,
        _ => throw Mistyped(column, cell),
    };

    private static long? IntegerIn(ColumnDefinition column, in Cell cell) => cell.Kind switch
    {
        CellKind.Null => null,
        CellKind.Integer => cell.Integer,
        _ => throw Mistyped(column, cell),
    };

    /// <summary>What is not a number is nothing.</summary>
    private static double? RealIn(ColumnDefinition column, in Cell cell) => cell.Kind switch
    {
        CellKind.Null => null,
        CellKind.Integer => cell.Integer,
        CellKind.Real => double.IsNaN(cell.Real) ? null : cell.Real,
        _ => throw Mistyped(column, cell),
    };

    private static ArgumentException Mistyped(ColumnDefinition column, in Cell cell) => new($"Column {column.Name} is {column.Type}; got {cell.Kind} '{cell}'.", nameof(cell));

    private sealed class KeyOrder : IComparer<RowKey>
    {
        public static KeyOrder Instance { get; } = new();

        public int Compare(RowKey left, RowKey right)
        {
            var l = left.Cells;
            var r = right.Cells;
            for (var i = 0; i < l.Length; i++)
            {
                var order = l[i].Kind == CellKind.Text ? string.CompareOrdinal(l[i].Text, r[i].Text) : l[i].Integer.CompareTo(r[i].Integer);
                if (order != 0)
                {
                    return order;
                }
            }

            return 0;
        }
    }
}

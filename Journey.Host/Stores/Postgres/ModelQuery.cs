using System.Text;
using Journey.Projections.ReadModels;
using Npgsql;

namespace Journey.Host.Stores.Postgres;

/// <summary>Asks a read model, with the answers and the order that every other store gives.</summary>
internal static class ModelQuery
{
    /// <param name="stored">The columns that another version's table has; null: this version's.</param>
    public static IReadOnlyList<Cell[]> Run(NpgsqlConnection connection, TableQuery query, IReadOnlySet<string>? stored)
    {
        var table = query.Table;
        var parameters = new List<NpgsqlParameter>();
        var sql = new StringBuilder("SELECT ").AppendJoin(", ", table.Columns.Select(column => Named(column, stored)))
            .Append($" FROM {ModelTable.Schema}.\"{table.Name}\"");
        for (var i = 0; i < query.Where.Count; i++)
        {
            var column = table.Columns[table.ColumnIndex(query.Where[i].Column)];
            sql.Append(i == 0 ? " WHERE " : " AND ").Append(Condition(column, Named(column, stored), query.Where[i], parameters));
        }

        sql.Append(" ORDER BY ");
        foreach (var order in query.OrderBy)
        {
            var column = table.ColumnIndex(order.TrimStart('-'));

            // Keys are never nothing, so they need no place for it, and their index is used as it is.
            var isKey = column < table.KeyColumns;
            sql.Append(Named(table.Columns[column], stored)).Append(order.StartsWith('-') ? isKey ? " DESC, " : " DESC NULLS LAST, " : isKey ? ", " : " NULLS FIRST, ");
        }

        parameters.Add(Parameters.Of((long)query.Limit));
        parameters.Add(Parameters.Of((long)query.Offset));
        sql.AppendJoin(", ", table.Columns.Take(table.KeyColumns).Select(column => Named(column, stored))).Append($" LIMIT ${parameters.Count - 1} OFFSET ${parameters.Count}");
        using var command = connection.Command(sql.ToString(), [.. parameters]);
        using var answers = command.ExecuteReader();
        var rows = new List<Cell[]>();
        while (answers.Read())
        {
            rows.Add(ModelTable.Row(answers, table, table.Columns.Length));
        }

        return rows;
    }

    /// <summary>The columns of a table as it is.</summary>
    public static HashSet<string> ColumnsOf(NpgsqlConnection connection, string table)
    {
        var columns = new HashSet<string>(StringComparer.Ordinal);
        using var command = connection.Command(
            "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass('journey_models.' || quote_ident($1)) AND attnum > 0 AND NOT attisdropped", Parameters.Of(table));
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            columns.Add(rows.GetString(0));
        }

        return columns;
    }

    /// <summary>A column that the table doesn't have yet reads as nothing, until a rebuild puts this version's table in its place.</summary>
    private static string Named(ColumnDefinition column, IReadOnlySet<string>? stored) => stored is null || stored.Contains(column.Name)
        ? $"\"{column.Name}\""
        : column.Type switch
        {
            ColumnType.Text => "NULL::text",
            ColumnType.Integer => "NULL::bigint",
            _ => "NULL::double precision",
        };

    private static string Condition(ColumnDefinition column, string name, Filter filter, List<NpgsqlParameter> parameters)
    {
        if (filter.Value.Kind == CellKind.Null)
        {
            return filter.Kind switch
            {
                FilterKind.Equal => $"{name} IS NULL",
                FilterKind.NotEqual => $"{name} IS NOT NULL",

                // Nothing is neither less nor greater than anything.
                _ => "false",
            };
        }

        parameters.Add(ModelTable.Value(column, filter.Value));
        var value = $"${parameters.Count}";
        return filter.Kind switch
        {
            FilterKind.Equal => $"{name} = {value}",
            FilterKind.NotEqual => $"{name} IS DISTINCT FROM {value}",
            FilterKind.Less => $"{name} < {value}",
            FilterKind.LessOrEqual => $"{name} <= {value}",
            FilterKind.Greater => $"{name} > {value}",
            FilterKind.GreaterOrEqual => $"{name} >= {value}",

            // The first half lets an index be used from where the prefix begins.
            FilterKind.StartsWith => $"({name} >= {value} AND starts_with({name}, {value}))",
            _ => throw new ArgumentOutOfRangeException(nameof(filter), filter.Kind, "No such kind of filter."),
        };
    }
}

using System.Text.RegularExpressions;
using Journey.Projections.ReadModels;

namespace Journey.Host.Stores;

/// <summary>Which definitions can be a table, and which are the same one.</summary>
internal static partial class TableShape
{
    /// <summary>What makes two definitions the same table: where it differs, the table has to be made anew.</summary>
    public static string Of(TableDefinition table) => string.Join(
        '|',
        table.Kind,
        table.KeyColumns,
        string.Join(',', table.Columns.Select(column => $"{column.Name}:{column.Type}")),
        string.Join(';', table.Indexes));

    /// <exception cref="ArgumentException">The definition is not one that can be a table.</exception>
    public static void Check(TableDefinition table)
    {
        if (!PlainName().IsMatch(table.Name) || table.Columns.Any(column => !PlainName().IsMatch(column.Name)))
        {
            throw new ArgumentException($"Table {table.Name}: names of tables and columns are lower-case letters, digits and underscores, 1 to 60 of them.", nameof(table));
        }

        if (table.KeyColumns < 1 || table.KeyColumns > table.Columns.Length)
        {
            throw new ArgumentException($"Table {table.Name}: a key has 1 to {table.Columns.Length} columns; got {table.KeyColumns}.", nameof(table));
        }

        if (table.Kind == TableKind.Counter && table.Columns.Skip(table.KeyColumns).Any(column => column.Type != ColumnType.Integer))
        {
            throw new ArgumentException($"Table {table.Name}: all values of a counter are integers.", nameof(table));
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9_]{0,59}$")]
    private static partial Regex PlainName();
}

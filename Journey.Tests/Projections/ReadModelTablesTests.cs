using System.Text;
using Journey.Projections.ReadModels;

namespace Journey.Tests.Projections;

public sealed class ReadModelTablesTests
{
    [Test]
    public void The_reference_page_says_what_the_tables_are() =>
        Approved.MatchesFile(Page(), Path.Combine(Approved.Repository, "docs", "reference", "read-models.md"));

    [Test]
    public void Names_are_unique_keys_come_first_and_counters_hold_integers()
    {
        Assert.That(ReadModelTables.All.Select(static t => t.Name), Is.Unique);
        foreach (var table in ReadModelTables.All)
        {
            Assert.That(table.Columns.Select(static c => c.Name), Is.Unique, table.Name);
            Assert.That(table.KeyColumns, Is.InRange(1, table.Columns.Length - 1), table.Name);
            Assert.That(table.Kind == TableKind.State || table.Columns.Skip(table.KeyColumns).All(static c => c.Type == ColumnType.Integer), table.Name);
            foreach (var column in table.Indexes.SelectMany(static index => index.Split(',')))
            {
                Assert.That(() => table.ColumnIndex(column), Throws.Nothing);
            }
        }
    }

    private static string Page()
    {
        var page = new StringBuilder("""
            # Read models

            What the projections keep, as real tables: any tool that speaks SQL can read them. They are folded from the log, can be thrown
            away and built again, and are never written by anybody else. Times are Unix milliseconds; money is a plain decimal in a text column.

            A *state* table's row is the present state of a thing. A *counter* table's row is a sum over customers; a row of zeros is no row.
            Columns marked *personal* hold personal data.


            """);
        foreach (var table in ReadModelTables.All)
        {
            page.Append($"## {table.Name}\n\n{table.Description} A {(table.Kind == TableKind.State ? "state" : "counter")} table of the projection `{table.Projection}`.\n\n");
            page.Append("| column | type | says |\n|---|---|---|\n");
            for (var i = 0; i < table.Columns.Length; i++)
            {
                var column = table.Columns[i];
                page.Append($"| `{column.Name}`{(i < table.KeyColumns ? " (key)" : "")} | {column.Type.ToString().ToLowerInvariant()} | {column.Description}{(column.IsPersonal ? ", *personal*" : "")}. |\n");
            }

            page.Append(table.Indexes.Length == 0 ? "\n" : $"\nIndexed by {string.Join("; ", table.Indexes.Select(static index => $"`{index}`"))}.\n\n");
        }

        return page.ToString();
    }
}

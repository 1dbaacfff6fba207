using System.Text;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Projections.ReadModels;

namespace Journey.Host.Stores.Sqlite;

/// <summary>Reads states, read models and identities.</summary>
internal static class StateReader
{
    public static Checkpoint Checkpoint(SqliteDatabase database, string consumer)
    {
        var statement = database.Prepare("SELECT token FROM checkpoints WHERE consumer = ?1").Bind(1, consumer);
        var checkpoint = new Checkpoint(statement.Step() ? statement.Text(0) : null);
        statement.Reset();
        return checkpoint;
    }

    public static Dictionary<string, ReadOnlyMemory<byte>> Load(
        SqliteDatabase database, IReadOnlyCollection<string> customers, string table = GenerationTables.States)
    {
        var states = new Dictionary<string, ReadOnlyMemory<byte>>(customers.Count, StringComparer.Ordinal);
        var statement = database.Prepare($"SELECT state FROM \"{table}\" WHERE customer = ?1");
        foreach (var customer in customers)
        {
            if (statement.Bind(1, customer).Step())
            {
                states[customer] = statement.Bytes(0).ToArray();
            }

            statement.Reset();
        }

        return states;
    }

    public static List<DueCustomer> Due(SqliteDatabase database, long until, int max, ulong partitions)
    {
        var due = new List<DueCustomer>();
        var statement = database.Prepare(
            "SELECT customer, due_at, last_position FROM customer_states WHERE due_at <= ?1 AND (?3 >> \"partition\") & 1 ORDER BY due_at, customer LIMIT ?2")
            .Bind(1, until)
            .Bind(2, max)
            .Bind(3, unchecked((long)partitions));
        while (statement.Step())
        {
            due.Add(new DueCustomer(statement.Text(0), statement.Integer(1), statement.Integer(2)));
        }

        statement.Reset();
        return due;
    }

    public static long? NextDue(SqliteDatabase database, ulong partitions)
    {
        var statement = database.Prepare("SELECT min(due_at) FROM customer_states WHERE due_at IS NOT NULL AND (?1 >> \"partition\") & 1").Bind(1, unchecked((long)partitions));
        var next = statement.Step() ? statement.IntegerOrNull(0) : null;
        statement.Reset();
        return next;
    }

    /// <param name="stored">The columns that another version's table has; null: this version's.</param>
    public static List<Cell[]> Query(SqliteDatabase database, TableQuery query, IReadOnlySet<string>? stored = null)
    {
        var table = query.Table;
        var selected = string.Join(", ", table.Columns.Select(column => Named(column.Name, stored)));
        var sql = new StringBuilder($"SELECT {selected} FROM \"{table.Name}\"");
        for (var i = 0; i < query.Where.Count; i++)
        {
            sql.Append(i == 0 ? " WHERE " : " AND ").Append(Condition(Named(table.Columns[table.ColumnIndex(query.Where[i].Column)].Name, stored), query.Where[i].Kind, i + 1));
        }

        sql.Append(" ORDER BY ");
        foreach (var order in query.OrderBy)
        {
            var column = table.Columns[table.ColumnIndex(order.TrimStart('-'))].Name;
            sql.Append(Named(column, stored)).Append(order.StartsWith('-') ? " DESC, " : ", ");
        }

        sql.AppendJoin(", ", table.Columns.Take(table.KeyColumns).Select(column => Named(column.Name, stored))).Append(" LIMIT ").Append(query.Limit).Append(" OFFSET ").Append(query.Offset);
        var statement = database.Prepare(sql.ToString());
        for (var i = 0; i < query.Where.Count; i++)
        {
            ReadModelTable.Bind(statement, i + 1, table.Columns[table.ColumnIndex(query.Where[i].Column)], query.Where[i].Value);
        }

        var rows = new List<Cell[]>();
        while (statement.Step())
        {
            rows.Add(Row(statement, table));
        }

        statement.Reset();
        return rows;
    }

    /// <summary>All rows, in the order of their keys. The statement is reset when the last is taken.</summary>
    public static IEnumerable<Cell[]> Rows(SqliteDatabase database, TableDefinition table)
    {
        var statement = database.Prepare($"SELECT {ReadModelTable.Columns(table)} FROM \"{table.Name}\" ORDER BY {ReadModelTable.Keys(table)}");
        while (statement.Step())
        {
            yield return Row(statement, table);
        }

        statement.Reset();
    }

    /// <summary>All states, in the order of the customers.</summary>
    public static IEnumerable<StoredState> States(SqliteDatabase database)
    {
        var statement = database.Prepare("SELECT customer, \"partition\", last_position, due_at, state FROM customer_states ORDER BY customer");
        while (statement.Step())
        {
            yield return new StoredState(
                statement.Text(0), (int)statement.Integer(1), statement.Integer(2), statement.IntegerOrNull(3), statement.Bytes(4).ToArray());
        }

        statement.Reset();
    }

    public static string? Find(SqliteDatabase database, Identifier identifier)
    {
        var statement = database.Prepare(
            """
            WITH RECURSIVE chain (id, merged_into) AS (
              SELECT c.id, c.merged_into FROM identity_links i JOIN identity_customers c ON c.id = i.customer WHERE i.kind = ?1 AND i.value = ?2
              UNION
              SELECT c.id, c.merged_into FROM chain JOIN identity_customers c ON c.id = chain.merged_into)
            SELECT id FROM chain WHERE merged_into IS NULL
            """).Bind(1, (int)identifier.Kind).Bind(2, identifier.Value);
        var customer = statement.Step() ? statement.Text(0) : null;
        statement.Reset();
        return customer;
    }

    /// <summary>The survivor, and everybody absorbed into it, however deep; empty: there is no such customer.</summary>
    public static List<string> Family(SqliteDatabase database, string customer)
    {
        var statement = database.Prepare(
            """
            WITH RECURSIVE up (id, into_id, depth) AS (
              SELECT id, merged_into, 0 FROM identity_customers WHERE id = ?1
              UNION
              SELECT c.id, c.merged_into, up.depth + 1 FROM up JOIN identity_customers c ON c.id = up.into_id),
            family (id, depth) AS (
              SELECT id, 0 FROM up WHERE into_id IS NULL
              UNION
              SELECT c.id, family.depth + 1 FROM family JOIN identity_customers c ON c.merged_into = family.id)
            SELECT id FROM family ORDER BY depth, id
            """).Bind(1, customer);
        var family = new List<string>();
        while (statement.Step())
        {
            family.Add(statement.Text(0));
        }

        statement.Reset();
        if (family.Count > 0)
        {
            return family;
        }

        // Nobody who came in by an identifier, but events were appended for them.
        var stream = database.Prepare("SELECT count(*) FROM streams WHERE name = ?1").Bind(1, customer);
        var isThere = stream.Step() && stream.Integer(0) > 0;
        stream.Reset();
        return isThere && !SystemStreams.IsSystem(customer) ? [customer] : [];
    }

    public static string? MergedInto(SqliteDatabase database, string customer)
    {
        var statement = database.Prepare("SELECT merged_into FROM identity_customers WHERE id = ?1").Bind(1, customer);
        var survivor = statement.Step() ? statement.TextOrNull(0) : null;
        statement.Reset();
        return survivor;
    }

    /// <summary>Whom each identifier is linked to, merges not followed.</summary>
    public static Dictionary<Identifier, string> Links(SqliteDatabase database, IReadOnlyCollection<Identifier> identifiers)
    {
        var links = new Dictionary<Identifier, string>(identifiers.Count);
        var statement = database.Prepare("SELECT customer FROM identity_links WHERE kind = ?1 AND value = ?2");
        foreach (var identifier in identifiers)
        {
            if (statement.Bind(1, (int)identifier.Kind).Bind(2, identifier.Value).Step())
            {
                links[identifier] = statement.Text(0);
            }

            statement.Reset();
        }

        return links;
    }

    public static IdentityMap Identities(SqliteDatabase database)
    {
        var map = new IdentityMap();
        var customers = database.Prepare("SELECT id, has_user_id, has_loyalty_card, founded_position, merged_into FROM identity_customers");
        while (customers.Step())
        {
            map.Restore(
                new CustomerStanding(customers.Text(0), customers.Integer(1) != 0, customers.Integer(2) != 0, customers.Integer(3)),
                customers.TextOrNull(4));
        }

        customers.Reset();
        var identifiers = database.Prepare("SELECT kind, value, customer FROM identity_links");
        while (identifiers.Step())
        {
            map.Restore(new Identifier((IdentifierKind)identifiers.Integer(0), identifiers.Text(1)), identifiers.Text(2));
        }

        identifiers.Reset();

        // A store that was never opened by this version's writer has had nothing to write there.
        if (database.Scalar("SELECT count(*) FROM sqlite_master WHERE name = 'identity_holders'") > 0)
        {
            var holders = database.Prepare("SELECT kind, value, customers, is_shared FROM identity_holders");
            while (holders.Step())
            {
                map.Restore(
                    new Identifier((IdentifierKind)holders.Integer(0), holders.Text(1)),
                    new Holders([.. holders.Text(2).Split(',')], holders.Integer(3) != 0));
            }

            holders.Reset();
            var parted = database.Prepare("SELECT one, other FROM identity_parted");
            while (parted.Step())
            {
                map.RestoreParted(parted.Text(0), parted.Text(1));
            }

            parted.Reset();
        }

        return map;
    }

    private static Cell[] Row(SqliteStatement statement, TableDefinition table)
    {
        var row = new Cell[table.Columns.Length];
        for (var i = 0; i < row.Length; i++)
        {
            row[i] = ReadModelTable.Read(statement, i);
        }

        return row;
    }

    /// <summary>A column that the table doesn't have yet reads as nothing, until a rebuild puts this version's table in its place.</summary>
    private static string Named(string column, IReadOnlySet<string>? stored) => stored is null || stored.Contains(column) ? $"\"{column}\"" : "NULL";

    /// <summary>The columns of a table as it is.</summary>
    public static HashSet<string> ColumnsOf(SqliteDatabase database, string table)
    {
        var columns = new HashSet<string>(StringComparer.Ordinal);
        var statement = database.Prepare("SELECT name FROM pragma_table_info(?1)").Bind(1, table);
        while (statement.Step())
        {
            columns.Add(statement.Text(0));
        }

        statement.Reset();
        return columns;
    }

    private static string Condition(string column, FilterKind kind, int parameter)
    {
        return kind switch
        {
            FilterKind.Equal => $"{column} IS ?{parameter}",
            FilterKind.NotEqual => $"{column} IS NOT ?{parameter}",
            FilterKind.Less => $"{column} < ?{parameter}",
            FilterKind.LessOrEqual => $"{column} <= ?{parameter}",
            FilterKind.Greater => $"{column} > ?{parameter}",
            FilterKind.GreaterOrEqual => $"{column} >= ?{parameter}",
            // The first half lets an index be used from where the prefix begins.
            FilterKind.StartsWith => $"({column} >= ?{parameter} AND substr({column}, 1, length(?{parameter})) = ?{parameter})",
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such kind of filter."),
        };
    }
}

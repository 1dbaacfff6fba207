using Journey.Domain.Events;
using Journey.Domain.Identity;
using Npgsql;

namespace Journey.Host.Stores.Postgres;

/// <summary>Asks who is who.</summary>
internal static class IdentityQueries
{
    private const string FamilySql =
        """
        WITH RECURSIVE up (id, into_id) AS (
          SELECT id, merged_into FROM journey.identity_customers WHERE id = $1
          UNION
          SELECT c.id, c.merged_into FROM up JOIN journey.identity_customers c ON c.id = up.into_id),
        family (id, depth) AS (
          SELECT id, 0 FROM up WHERE into_id IS NULL
          UNION
          SELECT c.id, family.depth + 1 FROM family JOIN journey.identity_customers c ON c.merged_into = family.id)
        SELECT id FROM family ORDER BY depth, id
        """;

    public static string? Find(NpgsqlConnection connection, Identifier identifier)
    {
        using var find = connection.Command(
            """
            WITH RECURSIVE chain (id, merged_into) AS (
              SELECT c.id, c.merged_into FROM journey.identity_links i JOIN journey.identity_customers c ON c.id = i.customer WHERE i.kind = $1 AND i.value = $2
              UNION
              SELECT c.id, c.merged_into FROM chain JOIN journey.identity_customers c ON c.id = chain.merged_into)
            SELECT id FROM chain WHERE merged_into IS NULL
            """,
            Parameters.Of((short)identifier.Kind), Parameters.Of(identifier.Value));
        return find.ExecuteScalar() is string customer ? PostgresText.From(customer) : null;
    }

    /// <summary>Whom each identifier is linked to, merges not followed.</summary>
    public static Dictionary<Identifier, string> Links(NpgsqlConnection connection, IReadOnlyCollection<Identifier> identifiers)
    {
        var links = new Dictionary<Identifier, string>(identifiers.Count);
        using var find = connection.Command(
            "SELECT l.kind, l.value, l.customer FROM unnest($1, $2) AS i (kind, value) JOIN journey.identity_links l ON l.kind = i.kind AND l.value = i.value",
            Parameters.Each(identifiers.Select(identifier => (short)identifier.Kind).ToArray()),
            Parameters.Each(identifiers.Select(identifier => (string?)identifier.Value).ToArray()));
        using var rows = find.ExecuteReader();
        while (rows.Read())
        {
            links[new Identifier((IdentifierKind)rows.GetInt16(0), rows.Text(1))] = rows.Text(2);
        }

        return links;
    }

    /// <summary>The survivor, and everybody absorbed into it, however deep; empty: there is no such customer.</summary>
    public static List<string> Family(NpgsqlConnection connection, string customer)
    {
        var family = new List<string>();
        using (var find = connection.Command(FamilySql, Parameters.Of(customer)))
        {
            using var rows = find.ExecuteReader();
            while (rows.Read())
            {
                family.Add(rows.Text(0));
            }
        }

        if (family.Count > 0 || SystemStreams.IsSystem(customer))
        {
            return family;
        }

        // Nobody who came in by an identifier, but events were appended for them.
        using var stream = connection.Command("SELECT EXISTS (SELECT 1 FROM journey.streams WHERE name = $1)", Parameters.Of(customer));
        return (bool)stream.ExecuteScalar()! ? [customer] : [];
    }

    public static IdentityMap All(NpgsqlConnection connection)
    {
        var map = new IdentityMap();
        Each(connection, "SELECT id, has_user_id, has_loyalty_card, founded_position, merged_into FROM journey.identity_customers", row =>
            map.Restore(new CustomerStanding(row.Text(0), row.GetBoolean(1), row.GetBoolean(2), row.GetInt64(3)), row.TextOrNull(4)));
        Each(connection, "SELECT kind, value, customer FROM journey.identity_links", row =>
            map.Restore(new Identifier((IdentifierKind)row.GetInt16(0), row.Text(1)), row.Text(2)));
        Each(connection, "SELECT kind, value, customers, is_shared FROM journey.identity_holders", row =>
            map.Restore(new Identifier((IdentifierKind)row.GetInt16(0), row.Text(1)), new Holders([.. row.Text(2).Split(',')], row.GetBoolean(3))));
        Each(connection, "SELECT one, other FROM journey.identity_parted", row => map.RestoreParted(row.Text(0), row.Text(1)));
        return map;
    }

    private static void Each(NpgsqlConnection connection, string sql, Action<NpgsqlDataReader> take)
    {
        using var command = connection.Command(sql);
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            take(rows);
        }
    }
}

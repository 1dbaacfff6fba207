using Npgsql;

namespace Journey.Host.Stores.Postgres;

/// <summary>The store's own few settings and secrets.</summary>
internal static class PostgresMeta
{
    public static string? Find(NpgsqlConnection connection, string name)
    {
        using var find = connection.Command("SELECT value FROM journey.meta WHERE key = $1", Parameters.Of(name));
        return find.ExecuteScalar() as string;
    }

    public static void Put(NpgsqlConnection connection, string name, string value) => connection.Run(
        "INSERT INTO journey.meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value", Parameters.Of(name), Parameters.Of(value));

    public static void Remove(NpgsqlConnection connection, string name) => connection.Run("DELETE FROM journey.meta WHERE key = $1", Parameters.Of(name));
}

using System.Reflection;
using Npgsql;

namespace Journey.Host.Stores.Postgres;

/// <summary>A step of the schema. Never changed once released: what comes after is another step.</summary>
/// <param name="Version">From 1, without gaps.</param>
public sealed record PostgresMigration(int Version, string Description, string Sql);

/// <summary>The tables of a store in PostgreSQL, made by steps that only go forward.</summary>
/// <remarks>
/// A step adds, and takes nothing away that the version before it uses: so hosts of both versions may run while one is replaced by the other.
/// Schema <c>journey</c> holds the log and what belongs to it; <c>journey_models</c> holds what is folded from it, and can be built again.
/// </remarks>
public static class PostgresSchema
{
    /// <summary>Positions that one part of the events' table holds.</summary>
    public const long PartEvents = 10_000_000;

    /// <summary>"JRNY": the advisory lock under which the schema is changed.</summary>
    internal const long MigrationLock = 0x4A524E59_00000001;

    /// <summary>The advisory lock under which hosts say that they live.</summary>
    internal const long LeaseLock = 0x4A524E59_00000003;

    /// <summary>The advisory lock under which the log is appended to.</summary>
    internal const long AppendLock = 0x4A524E59_00000002;

    public static IReadOnlyList<PostgresMigration> Migrations { get; } =
    [
        new(1, "The log, identities, keys, checkpoints, generations, dead letters", Script("001.sql")),
        new(2, "Several hosts: leases of partitions and roles", Script("002.sql")),
        new(3, "Who builds a generation", Script("003.sql")),
    ];

    public static int Version => Migrations[^1].Version;

    /// <summary>The steps that a database lacks; all of them where it is empty.</summary>
    /// <exception cref="StoreFormatException">It was made by a newer version.</exception>
    internal static IReadOnlyList<PostgresMigration> Missing(NpgsqlConnection connection, PostgresAddress address)
    {
        var stored = StoredVersion(connection);
        if (stored > Version)
        {
            throw new StoreFormatException(
                $"{address} was made by a newer version of Journey (schema {stored}; this version knows up to {Version}). Use that version, or a newer one: a schema never goes back.");
        }

        return [.. Migrations.Where(migration => migration.Version > stored)];
    }

    /// <summary>Takes every step that is missing, under a lock, each in a transaction of its own with the note that it was taken.</summary>
    /// <param name="partEvents">Of a new store.</param>
    /// <param name="before">Told each step before it is taken.</param>
    internal static void Migrate(NpgsqlConnection connection, PostgresAddress address, long partEvents = PartEvents, Action<PostgresMigration>? before = null)
    {
        while (Missing(connection, address).Count > 0)
        {
            using var transaction = connection.BeginTransaction();
            connection.Run("SELECT pg_advisory_xact_lock($1)", Parameters.Of(MigrationLock));

            // Another host may have been first while this one waited.
            if (Missing(connection, address) is not [var next, ..])
            {
                return;
            }

            before?.Invoke(next);
            connection.Run(next.Sql);
            if (next.Version == 1)
            {
                connection.Run("INSERT INTO journey.meta (key, value) VALUES ('events_per_part', $1)", Parameters.Of($"{partEvents}"));
                connection.Run("SELECT journey.make_parts(1)");
            }

            connection.Run(
                "INSERT INTO journey.schema_versions (version, description) VALUES ($1, $2)", Parameters.Of(next.Version), Parameters.Of(next.Description));
            transaction.Commit();
        }
    }

    private static int StoredVersion(NpgsqlConnection connection)
    {
        using (var exists = connection.Command("SELECT to_regclass('journey.schema_versions') IS NOT NULL"))
        {
            if (!(bool)exists.ExecuteScalar()!)
            {
                return 0;
            }
        }

        using var version = connection.Command("SELECT coalesce(max(version), 0) FROM journey.schema_versions");
        return (int)version.ExecuteScalar()!;
    }

    private static string Script(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Journey.Host.Stores.Postgres.Migrations.{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

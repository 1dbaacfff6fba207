using Npgsql;

namespace Journey.Host.Stores.Postgres;

/// <summary>What is done, and looked at, when a store is opened.</summary>
internal static class PostgresOpening
{
    /// <exception cref="StoreException">The database is no place to write to; the message says why.</exception>
    public static void Prepare(NpgsqlConnection connection, PostgresAddress address, PostgresStoreOptions options)
    {
        RefuseReplica(connection, address);
        RefuseUndurable(connection, address);
        var missing = PostgresSchema.Missing(connection, address);
        if (missing.Count == PostgresSchema.Version && !options.CreateIfMissing)
        {
            throw new StoreFormatException($"{address}: there is no store in this database. `journey demo`, `journey serve`, `journey import` and `journey migrate` make one.");
        }

        PostgresSchema.Migrate(connection, address, options.PartEvents);
        using var isThere = connection.Command($"SELECT to_regclass('{ModelTable.Schema}.{ModelTables.States}') IS NOT NULL");
        if (!(bool)isThere.ExecuteScalar()!)
        {
            // Made by whoever will swap it: the host's role, not the tables' owner.
            using var transaction = connection.BeginTransaction();
            connection.Run("SELECT pg_advisory_xact_lock($1)", Parameters.Of(PostgresSchema.MigrationLock));
            connection.Run(ModelTables.StatesSql(ModelTables.States));
            transaction.Commit();
        }

        ModelTables.LetRead(connection, OwnModels(connection));
    }

    public static Personal.MasterKey MasterKey(NpgsqlConnection connection, PostgresAddress address, PostgresStoreOptions options)
    {
        using var transaction = connection.BeginTransaction();
        if (!options.ReadOnly)
        {
            connection.Run("SELECT pg_advisory_xact_lock($1)", Parameters.Of(PostgresSchema.MigrationLock));
        }

        var master = Personal.MasterKey.Of(new StoredPersonalRows(address, connection), options.MasterKey, canWrite: !options.ReadOnly);
        transaction.Commit();
        return master;
    }

    public static long Head(NpgsqlConnection connection)
    {
        using var head = connection.Command("SELECT coalesce(max(position), 0) FROM journey.events");
        return (long)head.ExecuteScalar()!;
    }

    private static void RefuseReplica(NpgsqlConnection connection, PostgresAddress address)
    {
        using var ask = connection.Command("SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean");
        if ((bool)ask.ExecuteScalar()!)
        {
            throw new StoreUnreachableException(
                $"{address}: the database is read-only; it is a replica, or default_transaction_read_only is on. Give the address of the server that takes writes.") { IsPassing = false };
        }
    }

    private static void RefuseUndurable(NpgsqlConnection connection, PostgresAddress address)
    {
        foreach (var setting in new[] { "fsync", "synchronous_commit" })
        {
            using var ask = connection.Command("SELECT current_setting($1)", Parameters.Of(setting));
            if ((string)ask.ExecuteScalar()! == "off")
            {
                throw new StoreException(
                    $"{address}: {setting} is off, so the server calls a commit done before it is on the disk, and a crash would lose what was acknowledged. Set it to on.");
            }
        }
    }

    private static List<string> OwnModels(NpgsqlConnection connection)
    {
        var tables = new List<string>();
        using var command = connection.Command(
            $"SELECT tablename FROM pg_tables t JOIN journey.read_model_tables m ON m.name = t.tablename WHERE schemaname = '{ModelTable.Schema}' AND tableowner = current_user");
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            tables.Add(rows.GetString(0));
        }

        return tables;
    }
}

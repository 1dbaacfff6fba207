namespace Journey.Host.Stores.Sqlite;

/// <summary>Where the keys of personal data lie.</summary>
internal static class PersonalTables
{
    /// <summary>Adds what a store of an earlier version does not have; repeating it changes nothing.</summary>
    /// <remarks>
    /// <c>personal_keys</c>: one key for each customer's stream, wrapped by the master key. An erased customer's row stays, without a key,
    /// so that the stream gets no other one.
    /// The view shows sealed payloads with placeholders: whoever queries the file has no key.
    /// </remarks>
    public const string Sql =
        """
        CREATE TABLE IF NOT EXISTS personal_keys (
          stream INTEGER PRIMARY KEY,
          wrapped BLOB,
          erased_at INTEGER
        ) STRICT;
        """;

    private const string ViewSql =
        """
        DROP VIEW IF EXISTS event_log;
        CREATE VIEW event_log AS
          SELECT e.position, st.name AS stream, e.version, e."partition", so.name AS source, e.event_id, n.name AS name,
                 e.kind, e.flags, c.name AS channel, e.occurred_at, e.received_at,
                 CAST(substr(e.payload, 2, CASE WHEN substr(e.payload, 1, 1) = x'02' THEN instr(e.payload, x'00') - 2 ELSE length(e.payload) END) AS TEXT) AS payload
          FROM events e
          JOIN streams st ON st.id = e.stream
          JOIN sources so ON so.id = e.source
          JOIN names n ON n.id = e.name
          JOIN channels c ON c.id = e.channel;
        """;

    /// <summary>On the writer's connection, when a store is opened.</summary>
    public static void Prepare(SqliteDatabase database)
    {
        // What is deleted or overwritten is overwritten with zeros in the file: an erased name must not be left in a page that is free.
        database.Execute("PRAGMA secure_delete = ON");
        database.Execute(Sql);
        if (database.Scalar("SELECT count(*) FROM sqlite_master WHERE name = 'event_log' AND sql LIKE '%instr(e.payload%'") == 0)
        {
            database.Execute($"BEGIN IMMEDIATE; {ViewSql} COMMIT;");
        }
    }
}

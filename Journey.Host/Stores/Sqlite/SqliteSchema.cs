using System.Globalization;

namespace Journey.Host.Stores.Sqlite;

/// <summary>The tables of a store. What changes here raises <see cref="Version"/>, and old stores are brought up to it when they are opened.</summary>
internal static class SqliteSchema
{
    public const int Version = 1;

    /// <summary>"JRNY": tells a store from any other SQLite file.</summary>
    public const int ApplicationId = 0x4A524E59;

    // Idempotency: event_key is 64 bits of SHA-256 over source and id, moved on by one as long as another event has it.
    // An index on the texts is three times the size, and ids are mostly random, so that every append touches a page of it somewhere else:
    // what counts is how much of it stays in memory. The texts are compared before anything is called a duplicate. SHA-256, because ids
    // come from strangers, who could choose them so that with a weaker hash every append would walk.
    private const string Tables =
        """
        CREATE TABLE meta (
          key TEXT PRIMARY KEY NOT NULL,
          value TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE streams  (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
        CREATE TABLE names    (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
        CREATE TABLE sources  (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
        CREATE TABLE channels (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

        CREATE TABLE events (
          position INTEGER PRIMARY KEY,
          stream INTEGER NOT NULL,
          version INTEGER NOT NULL,
          "partition" INTEGER NOT NULL,
          source INTEGER NOT NULL,
          event_id TEXT NOT NULL,
          event_key INTEGER NOT NULL,
          name INTEGER NOT NULL,
          kind INTEGER NOT NULL,
          flags INTEGER NOT NULL,
          channel INTEGER NOT NULL,
          occurred_at INTEGER NOT NULL,
          received_at INTEGER NOT NULL,
          payload BLOB NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX events_by_stream ON events (stream, version);
        CREATE UNIQUE INDEX events_by_key ON events (event_key);
        CREATE TRIGGER events_are_never_updated BEFORE UPDATE ON events
          BEGIN SELECT RAISE(ABORT, 'events are never updated'); END;
        CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
          BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;

        CREATE VIEW event_log AS
          SELECT e.position, st.name AS stream, e.version, e."partition", so.name AS source, e.event_id, n.name AS name,
                 e.kind, e.flags, c.name AS channel, e.occurred_at, e.received_at, CAST(substr(e.payload, 2) AS TEXT) AS payload
          FROM events e
          JOIN streams st ON st.id = e.stream
          JOIN sources so ON so.id = e.source
          JOIN names n ON n.id = e.name
          JOIN channels c ON c.id = e.channel;

        CREATE TABLE identity_customers (
          id TEXT PRIMARY KEY NOT NULL,
          has_user_id INTEGER NOT NULL,
          has_loyalty_card INTEGER NOT NULL,
          founded_position INTEGER NOT NULL,
          merged_into TEXT
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE identity_links (
          kind INTEGER NOT NULL,
          value TEXT NOT NULL,
          customer TEXT NOT NULL,
          linked_position INTEGER NOT NULL,
          PRIMARY KEY (kind, value)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE customer_states (
          customer TEXT PRIMARY KEY NOT NULL,
          "partition" INTEGER NOT NULL,
          last_position INTEGER NOT NULL,
          due_at INTEGER,
          state BLOB NOT NULL
        ) STRICT;
        CREATE INDEX customer_states_due ON customer_states (due_at, customer) WHERE due_at IS NOT NULL;
        CREATE TABLE checkpoints (
          consumer TEXT PRIMARY KEY NOT NULL,
          token TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE read_model_tables (
          name TEXT PRIMARY KEY NOT NULL,
          projection TEXT NOT NULL,
          shape TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE write_keys (
          key_hash TEXT PRIMARY KEY NOT NULL,
          name TEXT NOT NULL,
          created_at INTEGER NOT NULL,
          revoked_at INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX write_keys_in_force ON write_keys (name) WHERE revoked_at IS NULL;
        CREATE TABLE dead_letters (
          decision_id TEXT PRIMARY KEY NOT NULL,
          position INTEGER NOT NULL,
          customer TEXT NOT NULL,
          channel TEXT NOT NULL,
          attempts INTEGER NOT NULL,
          failed_at INTEGER NOT NULL,
          reason TEXT NOT NULL
        ) STRICT;
        CREATE INDEX dead_letters_by_time ON dead_letters (failed_at DESC, decision_id);
        """;

    /// <summary>Makes an empty file a store; leaves a store of this version as it is.</summary>
    /// <exception cref="StoreFormatException">The file is something else, or a newer version's.</exception>
    public static void Prepare(SqliteDatabase database)
    {
        var isEmpty = database.Scalar("PRAGMA page_count") == 0;
        if (!isEmpty)
        {
            Check(database);
        }

        database.SetDurable();
        if (isEmpty)
        {
            database.Execute(
                $"""
                 BEGIN IMMEDIATE;
                 PRAGMA application_id = {ApplicationId};
                 {Tables}
                 INSERT INTO meta (key, value) VALUES ('schema_version', '{Version}');
                 COMMIT;
                 """);
        }

        database.Execute(GenerationTables.Sql);
    }

    /// <exception cref="StoreFormatException">The file is something else, or a newer version's.</exception>
    public static void Check(SqliteDatabase database)
    {
        if (database.Scalar("PRAGMA application_id") != ApplicationId)
        {
            throw new StoreFormatException($"{database.Path} is a SQLite file, but not a Journey store. Name another file.");
        }

        var version = database.Scalar("SELECT value FROM meta WHERE key = 'schema_version'");
        if (version > Version)
        {
            throw new StoreFormatException(string.Create(
                CultureInfo.InvariantCulture,
                $"{database.Path} was written by a newer version of Journey (schema {version}; this version knows up to {Version}). Use that version, or a newer one."));
        }
    }
}

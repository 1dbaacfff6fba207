using System.Globalization;
using Journey.Domain.EventLog;
using Journey.Projections.ReadModels;

namespace Journey.Host.Stores.Sqlite;

/// <summary>What generations' tables are called, and how a generation is written down.</summary>
internal static class GenerationTables
{
    public const string States = "customer_states";

    // An addition that older versions don't look at, so it raises no schema version.
    public const string Sql =
        """
        CREATE TABLE IF NOT EXISTS generations (
          number INTEGER PRIMARY KEY,
          projection TEXT NOT NULL,
          fold_version TEXT NOT NULL,
          basis TEXT NOT NULL,
          tables TEXT NOT NULL,
          up_to TEXT,
          done_partitions INTEGER NOT NULL,
          reached TEXT,
          state TEXT NOT NULL,
          started_at INTEGER NOT NULL,
          ended_at INTEGER,
          reason TEXT,
          position INTEGER
        ) STRICT;
        """;

    private const string Select =
        "SELECT number, projection, fold_version, basis, up_to, done_partitions, reached, state, started_at, ended_at, reason, position FROM generations";

    public static string Building(string table, int number) => string.Create(CultureInfo.InvariantCulture, $"{table}__g{number}");

    public static string Retired(string table, int number) => string.Create(CultureInfo.InvariantCulture, $"{table}__r{number}");

    /// <summary>As in the schema, under another name.</summary>
    public static string StatesSql(int number) =>
        $"""
         CREATE TABLE "{Building(States, number)}" (
           customer TEXT PRIMARY KEY NOT NULL,
           "partition" INTEGER NOT NULL,
           last_position INTEGER NOT NULL,
           due_at INTEGER,
           state BLOB NOT NULL
         ) STRICT;
         """;

    public static (string Name, string Sql) StatesIndex(int number)
    {
        var name = Building(States, number);
        return ($"{name}_due", $"CREATE INDEX \"{name}_due\" ON \"{name}\" (due_at, customer) WHERE due_at IS NOT NULL");
    }

    public static List<Generation> List(SqliteDatabase database, int max)
    {
        var generations = new List<Generation>();
        if (database.Scalar("SELECT count(*) FROM sqlite_master WHERE name = 'generations'") == 0)
        {
            return generations;
        }

        var statement = database.Prepare($"{Select} ORDER BY number DESC LIMIT ?1").Bind(1, max);
        while (statement.Step())
        {
            generations.Add(Read(statement));
        }

        statement.Reset();
        return generations;
    }

    public static Generation? Find(SqliteDatabase database, int number)
    {
        var statement = database.Prepare($"{Select} WHERE number = ?1").Bind(1, number);
        var found = statement.Step() ? Read(statement) : null;
        statement.Reset();
        return found;
    }

    private static Generation Read(SqliteStatement row) => new(
        (int)row.Integer(0),
        row.Text(1),
        row.Text(2),
        row.Text(3),
        new Checkpoint(row.TextOrNull(4)),
        unchecked((ulong)row.Integer(5)),
        new Checkpoint(row.TextOrNull(6)),
        Enum.Parse<GenerationState>(row.Text(7)),
        row.Integer(8),
        row.IntegerOrNull(9),
        row.TextOrNull(10),
        row.IntegerOrNull(11));
}

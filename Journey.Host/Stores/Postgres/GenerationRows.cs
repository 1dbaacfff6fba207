using Journey.Domain.EventLog;
using Npgsql;

namespace Journey.Host.Stores.Postgres;

/// <summary>How generations are written down.</summary>
internal static class GenerationRows
{
    private const string Select =
        "SELECT number, projection, fold_version, basis, up_to, done_slices, reached, state, started_at, ended_at, reason, position FROM journey.generations";

    public static List<Generation> List(NpgsqlConnection connection, int max)
    {
        var generations = new List<Generation>();
        using var command = connection.Command($"{Select} ORDER BY number DESC LIMIT $1", Parameters.Of((long)max));
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            generations.Add(Read(rows));
        }

        return generations;
    }

    public static Generation Get(NpgsqlConnection connection, int number)
    {
        using var command = connection.Command($"{Select} WHERE number = $1", Parameters.Of(number));
        using var rows = command.ExecuteReader();
        return rows.Read() ? Read(rows) : throw new StoreException($"There is no generation {number}.");
    }

    public static void Running(NpgsqlConnection connection, int number)
    {
        if (Get(connection, number) is { IsOpen: false } ended)
        {
            throw new StoreException($"Generation {number} is {ended.State.ToString().ToLowerInvariant()}: nothing is written into it any more.");
        }
    }

    /// <summary>From here to the end of the transaction nobody else takes the generation up.</summary>
    /// <exception cref="GenerationTakenException">Somebody has.</exception>
    public static void Hold(NpgsqlConnection connection, int number, Guid? builder)
    {
        using var hold = connection.Command(
            "SELECT 1 FROM journey.generations WHERE number = $1 AND builder IS NOT DISTINCT FROM $2 FOR UPDATE", Parameters.Of(number), Parameters.OrNull(builder));
        if (hold.ExecuteScalar() is null)
        {
            throw new GenerationTakenException(number);
        }
    }

    /// <returns>Its number.</returns>
    public static int Add(NpgsqlConnection connection, NewGeneration generation)
    {
        using var add = connection.Command(
            """
            INSERT INTO journey.generations (number, projection, fold_version, basis, tables, up_to, done_slices, state, started_at)
            VALUES ((SELECT coalesce(max(number), 0) + 1 FROM journey.generations), $1, $2, $3, $4, $5, 0, $6, $7) RETURNING number
            """,
            Parameters.Of(generation.Projection), Parameters.Of(generation.FoldVersion), Parameters.Of(generation.Basis),
            Parameters.Of(string.Join(',', generation.Tables.Select(table => table.Name))), Parameters.Of(generation.UpTo.Token),
            Parameters.Of(GenerationState.Running.ToString()), Parameters.Of(generation.StartedAt));
        return (int)add.ExecuteScalar()!;
    }

    public static Generation Mark(NpgsqlConnection connection, int number, GenerationState state, GenerationEnd? end)
    {
        if (Get(connection, number).IsOpen)
        {
            connection.Run(
                "UPDATE journey.generations SET state = $2, ended_at = $3, reason = $4, position = $5 WHERE number = $1 AND state IN ('Running', 'Paused')",
                Parameters.Of(number), Parameters.Of(state.ToString()), Parameters.OrNull(end?.At), Parameters.Of(end?.Reason), Parameters.OrNull(end?.Position));
        }

        return Get(connection, number);
    }

    public static string[] TablesOf(NpgsqlConnection connection, int number)
    {
        using var find = connection.Command("SELECT tables FROM journey.generations WHERE number = $1", Parameters.Of(number));
        return (find.ExecuteScalar() as string ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);
    }

    private static Generation Read(NpgsqlDataReader row) => new(
        row.GetInt32(0), row.Text(1), row.Text(2), row.Text(3), new Checkpoint(row.TextOrNull(4)), unchecked((ulong)row.GetInt64(5)), new Checkpoint(row.TextOrNull(6)),
        Enum.Parse<GenerationState>(row.GetString(7)), row.GetInt64(8), row.LongOrNull(9), row.TextOrNull(10), row.LongOrNull(11));
}

using Journey.Projections.ReadModels;
using Npgsql;

namespace Journey.Host.Stores.Postgres;

/// <summary>Fills a generation's tables by COPY, which costs a fraction of what putting rows in the place of others does.</summary>
/// <remarks>
/// A rebuild puts nearly every row once. Where one is there already (put again after a crash, or by a customer whose events are many pages),
/// the server refuses the copy as a whole, and the caller puts these rows in the slow way. One for a thread at a time.
/// </remarks>
internal sealed class GenerationCopy
{
    private readonly CopyBuffer _rows = new();

    /// <summary>Copies states, and whole rows.</summary>
    /// <param name="nameOf">What a table is called here; null: it is left out.</param>
    /// <returns>False: a row is there already, and nothing was written.</returns>
    public bool TryRows(NpgsqlConnection connection, string states, IReadOnlyList<StoredState> put, ReadModelChanges changes, Func<TableDefinition, string?> nameOf) =>
        Try(connection, () =>
        {
            if (put.Count > 0)
            {
                _rows.Begin();
                foreach (var state in put)
                {
                    _rows.Row(5);
                    _rows.Add(state.Customer);
                    _rows.Add((short)state.Partition);
                    _rows.Add(state.LastPosition);
                    _rows.AddOrNull(state.DueAt);
                    _rows.Add(state.State.Span);
                }

                Send(connection, states, "customer, \"partition\", last_position, due_at, state");
            }

            foreach (var (definition, rows) in changes.Rows.OrderBy(table => table.Key.Name, StringComparer.Ordinal))
            {
                if (rows.Count > 0 && nameOf(definition) is { } name && new ModelTable(definition, name).TakeRows(rows, _rows, connection))
                {
                    Send(connection, name, ModelTable.Columns(definition));
                }
            }
        });

    /// <summary>Copies sums into tables that have none of their keys yet.</summary>
    /// <returns>As <see cref="TryRows"/>.</returns>
    public bool TrySums(NpgsqlConnection connection, ReadModelChanges changes, Func<TableDefinition, string?> nameOf) =>
        Try(connection, () =>
        {
            foreach (var (definition, sums) in changes.Sums.OrderBy(table => table.Key.Name, StringComparer.Ordinal))
            {
                if (sums.Count > 0 && nameOf(definition) is { } name)
                {
                    new ModelTable(definition, name).TakeSums(sums, _rows);
                    Send(connection, name, ModelTable.Columns(definition));
                }
            }
        });

    private void Send(NpgsqlConnection connection, string table, string columns)
    {
        using var copy = connection.BeginRawBinaryCopy($"COPY {ModelTable.Schema}.\"{table}\" ({columns}) FROM STDIN (FORMAT binary)");
        copy.Write(_rows.End());
    }

    private static bool Try(NpgsqlConnection connection, Action write)
    {
        connection.Run("SAVEPOINT copied");
        try
        {
            write();
            return true;
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            connection.Run("ROLLBACK TO SAVEPOINT copied");
            return false;
        }
    }
}

using Journey.Domain.EventLog;
using Npgsql;

namespace Journey.Host.Stores.Postgres;

/// <summary>The checkpoint of the consumer that folds partitions, several hosts side by side: each partition has its own, in the row of its lease.</summary>
internal static class PartitionedCheckpoint
{
    /// <summary>The consumer whose partitions are leased.</summary>
    public const string Consumer = Running.Processor.Consumer;

    /// <summary>How far every partition is folded.</summary>
    public static Checkpoint Read(NpgsqlConnection connection)
    {
        using var find = connection.Command("SELECT min(position) FROM journey.leases");
        return PositionToken.Of((long)find.ExecuteScalar()!);
    }

    /// <summary>Within a transaction: whether all claims hold. They do until it ends.</summary>
    /// <param name="claims">Null: all partitions must stand at <paramref name="expected"/>, and be nobody's.</param>
    /// <exception cref="StoreException">Hosts are at work, and whoever asks is none of them; or they have stopped in the middle of it.</exception>
    public static bool Holds(NpgsqlConnection connection, IReadOnlyList<PartitionClaim>? claims, Checkpoint expected)
    {
        if (claims is null)
        {
            return NobodyHolds(connection, PositionToken.Position(expected));
        }

        using var find = connection.Command(
            """SELECT "partition", token, position FROM journey.leases WHERE "partition" = ANY($1) ORDER BY "partition" FOR UPDATE""",
            Parameters.Each(claims.Select(static claim => (short)claim.Partition).ToArray()));
        using var rows = find.ExecuteReader();
        for (var i = 0; rows.Read(); i++)
        {
            if (claims[i].Partition != rows.GetInt16(0) || claims[i].Token != rows.GetInt64(1) || PositionToken.Position(claims[i].Expected) != rows.GetInt64(2))
            {
                return false;
            }
        }

        return true;
    }

    private static bool NobodyHolds(NpgsqlConnection connection, long expected)
    {
        using var find = connection.Command(
            """
            SELECT min(position), max(position), bool_or(host IN (SELECT host FROM journey.living_hosts))
            FROM (SELECT host, position FROM journey.leases ORDER BY "partition" FOR UPDATE) l
            """);
        using var row = find.ExecuteReader();
        row.Read();
        if (!row.IsDBNull(2) && row.GetBoolean(2))
        {
            throw new StoreException("Hosts are at work on this store, and fold what is recorded themselves.");
        }

        var (rearmost, foremost) = (row.GetInt64(0), row.GetInt64(1));
        return rearmost == foremost
            ? rearmost == expected
            : throw new StoreException(
                $"Hosts stopped in the middle of their work, and left the partitions of this store at positions from {rearmost:N0} to {foremost:N0}."
                + " Let `journey serve` finish it, or `journey rebuild --all`, and try again.");
    }

    /// <summary>Within a transaction: whether the partitions stand there. They do until the transaction ends.</summary>
    /// <param name="all">Each of them; otherwise the rearmost, and none is further back.</param>
    public static bool StandAt(NpgsqlConnection connection, Checkpoint expected, bool all)
    {
        using var find = connection.Command("SELECT min(position), max(position) FROM (SELECT position FROM journey.leases FOR UPDATE) l");
        using var row = find.ExecuteReader();
        row.Read();
        var position = PositionToken.Position(expected);
        return row.GetInt64(0) == position && (!all || row.GetInt64(1) == position);
    }

    /// <summary>Sets every partition to where states and read models stand now. What was folded further is folded again: what it led to is known by its ids.</summary>
    public static void SetBack(NpgsqlConnection connection, Checkpoint to)
    {
        var position = Parameters.Of(PositionToken.Position(to));
        connection.Run("UPDATE journey.leases SET position = $1 WHERE position > $1", position);
    }

    /// <summary>Moves the partitions on; those that are further stay.</summary>
    public static void Move(NpgsqlBatch batch, IReadOnlyList<PartitionClaim>? claims, Checkpoint next)
    {
        var position = Parameters.Of(PositionToken.Position(next));
        if (claims is null)
        {
            batch.With("UPDATE journey.leases SET position = $1", position);
        }
        else
        {
            batch.With(
                """UPDATE journey.leases SET position = greatest(position, $1) WHERE "partition" = ANY($2)""",
                position, Parameters.Each(claims.Select(static claim => (short)claim.Partition).ToArray()));
        }
    }
}

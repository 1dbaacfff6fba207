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
    /// <exception cref="StoreException">Hosts are at work, and whoever asks is none of them.</exception>
    public static bool Holds(NpgsqlConnection connection, IReadOnlyList<PartitionClaim>? claims, Checkpoint expected)
    {
        using var find = connection.Command("""SELECT "partition", token, position, host IN (SELECT host FROM journey.living_hosts) FROM journey.leases ORDER BY "partition" FOR UPDATE""");
        if (claims is not null)
        {
            find.CommandText = """SELECT "partition", token, position FROM journey.leases WHERE "partition" = ANY($1) ORDER BY "partition" FOR UPDATE""";
            find.Parameters.Add(Parameters.Each(claims.Select(static claim => (short)claim.Partition).ToArray()));
        }

        using var rows = find.ExecuteReader();
        for (var i = 0; rows.Read(); i++)
        {
            var position = rows.GetInt64(2);
            if (claims is null && !rows.IsDBNull(3) && rows.GetBoolean(3))
            {
                throw new StoreException("Hosts are at work on this store, and fold what is recorded themselves.");
            }

            if (claims is null ? position != PositionToken.Position(expected)
                : claims[i].Partition != rows.GetInt16(0) || claims[i].Token != rows.GetInt64(1) || PositionToken.Position(claims[i].Expected) != position)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Within a transaction: whether every partition stands there, whoever holds it. It does until the transaction ends.</summary>
    public static bool AllStandAt(NpgsqlConnection connection, Checkpoint expected)
    {
        using var find = connection.Command("SELECT count(*) FROM (SELECT position FROM journey.leases FOR UPDATE) l WHERE position <> $1", Parameters.Of(PositionToken.Position(expected)));
        return (long)find.ExecuteScalar()! == 0;
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

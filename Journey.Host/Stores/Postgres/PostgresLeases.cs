using System.Globalization;
using Journey.Domain.EventLog;
using Npgsql;

namespace Journey.Host.Stores.Postgres;

/// <summary>Leases as rows, by the database's clock. Beats come one after the other, under a lock of their own, so that each sees what the one before it left.</summary>
internal sealed class PostgresLeases(PostgresStore store) : ILeaseStore
{
    /// <summary>How often a day hosts that are long gone are forgotten matters to nobody: with every beat.</summary>
    private const string Remembered = "1 day";

    private const string Hosts =
        """
        SELECT h.host, h.url, h.version, h.started_at, h.seen_at, a.host IS NOT NULL,
          coalesce((SELECT array_agg(l."partition" ORDER BY l."partition") FROM journey.leases l WHERE l.host = a.host), '{}'),
          coalesce((SELECT array_agg(r.role ORDER BY r.role) FROM journey.roles r WHERE r.host = a.host), '{}')
        FROM journey.hosts h LEFT JOIN journey.living_hosts a USING (host) ORDER BY h.host
        """;

    /// <summary>Sessions of hosts that hang in the middle of a transaction: nothing that others wait for may be held for longer than a lease.</summary>
    /// <remarks>
    /// A session waits for its host between two statements (ClientRead), and while it sends rows that nobody takes (ClientWrite); a living host lets neither
    /// take so long. Once a transaction is as old as a lease, a third of one is enough: a dead host may have several, each of which waits for the one
    /// before it and hangs as soon as that is ended.
    /// </remarks>
    private const string EndHanging =
        """
        SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a
        WHERE a.datname = current_database() AND a.usename = current_user AND a.pid <> pg_backend_pid()
          AND a.wait_event IN ('ClientRead', 'ClientWrite') AND a.xact_start < clock_timestamp() - $1 AND a.state_change < clock_timestamp() - $1 / 3
          AND EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid AND l.granted AND (l.locktype = 'advisory' OR l.relation = 'journey.leases'::regclass
            OR (l.mode = 'RowExclusiveLock' AND l.relation IN (SELECT c.oid FROM pg_class c WHERE c.relnamespace IN ('journey'::regnamespace, 'journey_models'::regnamespace)))))
        """;

    public async ValueTask<LeaseView> BeatAsync(HostBeat beat, CancellationToken cancellation = default)
    {
        await store.ReadAsync(connection => connection.Run(EndHanging, Interval(beat.Lease)), cancellation);
        return await BeatAliveAsync(beat, cancellation);
    }

    /// <remarks>Partitions that a commit is about at this moment are left for the next beat: a beat waits for nobody's work.</remarks>
    private ValueTask<LeaseView> BeatAliveAsync(HostBeat beat, CancellationToken cancellation) => store.InTransactionAsync(
        connection =>
        {
            Appear(connection, beat);
            var share = Parameters.Of((long)Share(connection, beat));
            connection.Run(
                """
                UPDATE journey.leases SET host = NULL, token = token + 1 WHERE "partition" IN (
                  SELECT "partition" FROM journey.leases WHERE "partition" IN (
                    SELECT "partition" FROM journey.leases WHERE host = $1 ORDER BY "partition" OFFSET $2) FOR UPDATE SKIP LOCKED)
                """,
                Parameters.Of(beat.Host), share);
            connection.Run(
                """
                UPDATE journey.leases SET host = $1, token = token + 1 WHERE "partition" IN (
                  SELECT "partition" FROM journey.leases WHERE host IS NULL OR host NOT IN (SELECT host FROM journey.living_hosts) ORDER BY "partition"
                  LIMIT greatest(0, $2 - (SELECT count(*) FROM journey.leases WHERE host = $1)) FOR UPDATE SKIP LOCKED)
                """,
                Parameters.Of(beat.Host), Parameters.Of((long)share.Value!));
            TakeRoles(connection, beat);
            return View(connection, beat.Host);
        },
        cancellation);

    public ValueTask<LeaseView> TakeAllAsync(HostBeat beat, CancellationToken cancellation = default) => store.InTransactionAsync(
        connection =>
        {
            Appear(connection, beat);
            connection.Run("SET LOCAL lock_timeout = '30s'");
            connection.Run(
                "UPDATE journey.leases SET host = $1, token = CASE WHEN host = $1 THEN token ELSE token + 1 END", Parameters.Of(beat.Host));
            TakeRoles(connection, beat);
            return View(connection, beat.Host);
        },
        cancellation);

    public async ValueTask LeaveAsync(string host, CancellationToken cancellation = default) => await store.InTransactionAsync(
        connection =>
        {
            Lock(connection);
            connection.Run("UPDATE journey.leases SET host = NULL, token = token + 1 WHERE host = $1", Parameters.Of(host));
            connection.Run("UPDATE journey.roles SET host = NULL WHERE host = $1", Parameters.Of(host));
            return connection.Run("DELETE FROM journey.hosts WHERE host = $1", Parameters.Of(host));
        },
        cancellation);

    public ValueTask<IReadOnlyList<HostStatus>> HostsAsync(CancellationToken cancellation = default) => store.ReadAsync<IReadOnlyList<HostStatus>>(
        connection =>
        {
            var hosts = new List<HostStatus>();
            using var find = connection.Command(Hosts);
            using var rows = find.ExecuteReader();
            while (rows.Read())
            {
                hosts.Add(new HostStatus(
                    rows.Text(0), rows.Text(1), rows.GetString(2), Milliseconds(rows, 3), Milliseconds(rows, 4), rows.GetBoolean(5),
                    [.. rows.GetFieldValue<short[]>(6).Select(static partition => (int)partition)], rows.GetFieldValue<string[]>(7)));
            }

            return hosts;
        },
        cancellation);

    public ValueTask<IReadOnlyList<PartitionLease>> PartitionsAsync(CancellationToken cancellation = default) => store.ReadAsync<IReadOnlyList<PartitionLease>>(
        connection =>
        {
            var leases = new List<PartitionLease>();
            using var find = connection.Command(
                """
                SELECT l."partition", a.host, l.token, a.until, l.position
                FROM journey.leases l LEFT JOIN journey.living_hosts a USING (host) ORDER BY l."partition"
                """);
            using var rows = find.ExecuteReader();
            while (rows.Read())
            {
                leases.Add(new PartitionLease(
                    rows.GetInt16(0), rows.TextOrNull(1), rows.GetInt64(2), rows.IsDBNull(3) ? null : Milliseconds(rows, 3), PositionToken.Of(rows.GetInt64(4))));
            }

            return leases;
        },
        cancellation);

    private static void Lock(NpgsqlConnection connection) => connection.Run("SELECT pg_advisory_xact_lock($1)", Parameters.Of(PostgresSchema.LeaseLock));

    private static void Appear(NpgsqlConnection connection, HostBeat beat)
    {
        // Whoever hangs with this lock is seen to before the next try: see EndHanging.
        connection.Run("SET LOCAL lock_timeout = '2s'");
        Lock(connection);
        connection.Run(
            """
            INSERT INTO journey.hosts (host, url, version, fold_version, lease) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (host) DO UPDATE SET url = excluded.url, version = excluded.version, fold_version = excluded.fold_version, lease = excluded.lease, seen_at = now()
            """,
            Parameters.Of(beat.Host), Parameters.Of(beat.Url), Parameters.Of(beat.Version), Parameters.Of(beat.FoldVersion), Interval(beat.Lease));
        connection.Run(string.Create(CultureInfo.InvariantCulture, $"DELETE FROM journey.hosts WHERE seen_at < now() - interval '{Remembered}'"));
    }

    /// <summary>An equal part of the partitions for each living host that folds as the read models in force were folded; for others nothing.</summary>
    private static int Share(NpgsqlConnection connection, HostBeat beat)
    {
        using var count = connection.Command(
            """
            SELECT count(*), count(*) FILTER (WHERE host = $1) FROM journey.living_hosts
            WHERE fold_version = coalesce((SELECT nullif(token, '') FROM journey.checkpoints WHERE consumer = 'fold-version'), fold_version)
            """,
            Parameters.Of(beat.Host));
        using var row = count.ExecuteReader();
        row.Read();
        var (hosts, ours) = (row.GetInt64(0), row.GetInt64(1));
        return ours == 0 ? 0 : (int)((Domain.Events.Partitions.Count + hosts - 1) / hosts);
    }

    private static void TakeRoles(NpgsqlConnection connection, HostBeat beat)
    {
        foreach (var role in beat.Roles)
        {
            connection.Run(
                """
                INSERT INTO journey.roles AS r (role, host) VALUES ($1, $2)
                ON CONFLICT (role) DO UPDATE SET host = excluded.host WHERE r.host IS NULL OR r.host NOT IN (SELECT host FROM journey.living_hosts)
                """,
                Parameters.Of(role), Parameters.Of(beat.Host));
        }
    }

    private static LeaseView View(NpgsqlConnection connection, string host)
    {
        using var batch = new NpgsqlBatch(connection)
            .With("""SELECT "partition", token, position FROM journey.leases WHERE host = $1 ORDER BY "partition" """, Parameters.Of(host))
            .With("SELECT role FROM journey.roles WHERE host = $1 ORDER BY role", Parameters.Of(host))
            .With(
                """
                SELECT (SELECT min(position) FROM journey.leases), (SELECT count(*) FROM journey.living_hosts),
                  (extract(epoch FROM clock_timestamp()) * 1000)::bigint
                """);
        using var answers = batch.ExecuteReader();
        var partitions = new List<PartitionClaim>();
        while (answers.Read())
        {
            partitions.Add(new PartitionClaim(answers.GetInt16(0), answers.GetInt64(1), PositionToken.Of(answers.GetInt64(2))));
        }

        answers.NextResult();
        var roles = new List<string>();
        while (answers.Read())
        {
            roles.Add(answers.GetString(0));
        }

        answers.NextResult();
        answers.Read();
        return new LeaseView(partitions, roles, PositionToken.Of(answers.GetInt64(0)), (int)answers.GetInt64(1), answers.GetInt64(2));
    }

    private static NpgsqlParameter<TimeSpan> Interval(TimeSpan time) => new() { TypedValue = time, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Interval };

    private static long Milliseconds(NpgsqlDataReader row, int column) => new DateTimeOffset(row.GetDateTime(column), TimeSpan.Zero).ToUnixTimeMilliseconds();
}

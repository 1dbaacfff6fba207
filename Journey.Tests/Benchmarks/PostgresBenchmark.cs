using System.Diagnostics;
using System.Text.Json;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Running;
using Journey.Host.Running.Rebuilding;
using Journey.Host.Stores;
using Journey.Host.Stores.Postgres;
using Journey.Tests.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Journey.Tests.Benchmarks;

/// <summary>The store in PostgreSQL beside what the same server does with bare statements, on a server of the benchmark's own with durability on.</summary>
internal static class PostgresBenchmark
{
    private const int Rounds = 3;
    private const int Rows = 60_000;
    private const int BatchSize = 500;
    private const int Clients = 32;
    private const int BareConnections = 16;
    private const int SingleEvents = 6_000;
    private const int FoldedEvents = 200_000;
    private const int Customers = 10_000;

    private const string BareTable =
        """
        CREATE TABLE bare (
          position bigint PRIMARY KEY, stream bigint NOT NULL, version bigint NOT NULL, occurred_at bigint NOT NULL, received_at bigint NOT NULL,
          source integer NOT NULL, name integer NOT NULL, channel integer NOT NULL, "partition" smallint NOT NULL, kind smallint NOT NULL, flags smallint NOT NULL,
          event_id text COLLATE "C" NOT NULL, payload bytea NOT NULL, event_key uuid NOT NULL UNIQUE);
        CREATE INDEX ON bare (stream, version);
        """;

    private static string NewDatabase => PostgresCluster.Instance.CreateDatabase();

    /// <summary>Limit: binary COPY of the same rows into one table with the same three indexes, 500 for each commit.</summary>
    public static IReadOnlyList<BenchmarkResult> Append()
    {
        var rounds = new List<(double Store, double Bare)>();
        var events = AppendBenchmark.Events(Rows, withIds: false);
        for (var round = 0; round < Rounds; round++)
        {
            var bare = round % 2 == 0 ? BareCopy(events) : 0;
            var store = StoreAppend(events);
            rounds.Add((Rows / store, Rows / (round % 2 == 0 ? bare : BareCopy(events))));
        }

        return [Result("append to PostgreSQL, batches of 500", rounds)];
    }

    /// <summary>Limit: bare one-row commits over 16 connections.</summary>
    public static async Task<IReadOnlyList<BenchmarkResult>> SingleAsync()
    {
        var rounds = new List<(double Store, double Bare)>();
        var events = AppendBenchmark.Events(SingleEvents, withIds: false);
        for (var round = 0; round < Rounds; round++)
        {
            var bare = round % 2 == 0 ? await BareSinglesAsync(events) : 0;
            var store = await StoreSinglesAsync(events);
            rounds.Add((SingleEvents / store, SingleEvents / (round % 2 == 0 ? bare : await BareSinglesAsync(events))));
        }

        return [Result("single events from 32 clients, each until durable", rounds)];
    }

    /// <summary>Processing, then a rebuild beside a bare scan that walks every payload's JSON.</summary>
    public static async Task<IReadOnlyList<BenchmarkResult>> FoldAsync()
    {
        var name = NewDatabase;
        await using var store = Open(name);
        await GeneratedStore.PublishSamplesAsync(store);
        var history = new HistoryGenerator(Customers, FoldedEvents);
        for (var done = 0; done < FoldedEvents; done += 5_000)
        {
            await store.AppendAsync([.. history.Next(5_000).GroupBy(next => next.Stream).Select(group => new AppendRequest(group.Key, ExpectedVersion.Any, [.. group]))]);
        }

        var processed = await FoldBenchmark.ProcessAsync(store);
        var head = store.PositionOf(await store.HeadAsync());
        var clock = Stopwatch.StartNew();
        BareScan(name);
        var scanned = head / clock.Elapsed.TotalSeconds;
        var processor = new Processor(store, store, new ProcessorOptions(), TimeProvider.System);
        await processor.PrepareAsync(CancellationToken.None);
        var results = new List<BenchmarkResult> { new("processing on PostgreSQL: all read models, ten journeys, committed", processed, "events/s", 20_000, processed / 20_000) };
        foreach (var which in (string[])["", " once more, compiled"])
        {
            var before = Environment.CpuUsage.TotalTime;
            clock.Restart();
            await using (var rebuilder = new Rebuilder(store, store, store, processor, new RebuildOptions(), TimeProvider.System))
            {
                await rebuilder.StartAsync(Generation.All);
                while (rebuilder.Running is not null)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(10));
                }

                var rebuilt = head / clock.Elapsed.TotalSeconds;
                var time = (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / head;
                await rebuilder.FinishAsync(null, CancellationToken.None);
                results.Add(new($"rebuild on PostgreSQL of {head:N0} events, written and swapped{which}", rebuilt, "events/s", scanned, rebuilt / scanned));
                results.Add(new("the same, processor time of the host", time, "µs/event"));
            }
        }

        return results;
    }

    private static PostgresStore Open(string database) => PostgresStore.Open(PostgresAddress.Parse(PostgresCluster.Instance.Address(database)));

    private static double StoreAppend(List<NewEvent> events)
    {
        var batches = events.Select(one => new AppendRequest(one.Stream, ExpectedVersion.Any, [one])).Chunk(BatchSize).ToArray();
        var store = Open(NewDatabase);
        var clock = Stopwatch.StartNew();
        foreach (var batch in batches)
        {
            store.AppendAsync(batch).AsTask().GetAwaiter().GetResult();
        }

        var seconds = clock.Elapsed.TotalSeconds;
        store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return seconds;
    }

    private static double BareCopy(List<NewEvent> events)
    {
        using var connection = BareConnection(NewDatabase);
        var clock = Stopwatch.StartNew();
        var position = 0L;
        foreach (var batch in events.Chunk(BatchSize))
        {
            using var copy = connection.BeginBinaryImport("COPY bare FROM STDIN (FORMAT binary)");
            foreach (var one in batch)
            {
                copy.StartRow();
                Write(copy, one, ++position);
            }

            copy.Complete();
        }

        return clock.Elapsed.TotalSeconds;
    }

    private static void Write(NpgsqlBinaryImporter copy, NewEvent one, long position)
    {
        copy.Write(position, NpgsqlDbType.Bigint);
        copy.Write((long)StableHash.Of(one.Stream) & 0xffff, NpgsqlDbType.Bigint);
        copy.Write(position, NpgsqlDbType.Bigint);
        copy.Write(one.OccurredAt, NpgsqlDbType.Bigint);
        copy.Write(one.ReceivedAt, NpgsqlDbType.Bigint);
        copy.Write(1, NpgsqlDbType.Integer);
        copy.Write(2, NpgsqlDbType.Integer);
        copy.Write(3, NpgsqlDbType.Integer);
        copy.Write((short)(position % 64), NpgsqlDbType.Smallint);
        copy.Write((short)one.Kind, NpgsqlDbType.Smallint);
        copy.Write((short)one.Flags, NpgsqlDbType.Smallint);
        copy.Write(one.Id, NpgsqlDbType.Text);
        copy.Write(one.Payload.ToArray(), NpgsqlDbType.Bytea);
        copy.Write(Guid.Parse(one.Id), NpgsqlDbType.Uuid);
    }

    private static async Task<double> StoreSinglesAsync(List<NewEvent> events)
    {
        await using var store = Open(NewDatabase);
        var next = -1;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var i && i < events.Count)
            {
                await store.AppendAsync([new AppendRequest(events[i].Stream, ExpectedVersion.Any, [events[i]])]);
            }
        })));
        return clock.Elapsed.TotalSeconds;
    }

    private static async Task<double> BareSinglesAsync(List<NewEvent> events)
    {
        var database = NewDatabase;
        var connections = Enumerable.Range(0, BareConnections).Select(i => BareConnection(database, makes: i == 0)).ToArray();
        var next = -1;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(connections.Select(connection => Task.Run(async () =>
        {
            await using var insert = new NpgsqlCommand("INSERT INTO bare VALUES ($1, 1, $1, $2, $2, 1, 2, 3, 4, 1, 0, $3, $4, $5)", connection);
            insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = 0 });
            insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = 0 });
            insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = "" });
            insert.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = [] });
            insert.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Guid.Empty });
            await insert.PrepareAsync();
            while (Interlocked.Increment(ref next) is var i && i < events.Count)
            {
                insert.Parameters[0].Value = (long)i;
                insert.Parameters[1].Value = events[i].OccurredAt;
                insert.Parameters[2].Value = events[i].Id;
                insert.Parameters[3].Value = events[i].Payload.ToArray();
                insert.Parameters[4].Value = Guid.Parse(events[i].Id);
                await insert.ExecuteNonQueryAsync();
            }
        })));
        var seconds = clock.Elapsed.TotalSeconds;
        foreach (var connection in connections)
        {
            await connection.DisposeAsync();
        }

        return seconds;
    }

    private static void BareScan(string database)
    {
        using var connection = BareConnection(database, makes: false);
        using var command = new NpgsqlCommand("SELECT position, stream, version, name, kind, occurred_at, payload FROM journey.events ORDER BY position", connection);
        using var rows = command.ExecuteReader();
        var payload = new byte[1 << 20];
        var tokens = 0L;
        while (rows.Read())
        {
            tokens += rows.GetInt64(0) & rows.GetInt64(1) & rows.GetInt64(2) & rows.GetInt32(3) & rows.GetInt16(4) & rows.GetInt64(5) & 1;
            var length = (int)rows.GetBytes(6, 0, payload, 0, payload.Length);
            var json = new Utf8JsonReader(payload.AsSpan(1, Math.Max(0, length - 1)));
            while (payload[0] == StoredPayload.JsonMarker && json.Read())
            {
                tokens++;
            }
        }

        GC.KeepAlive(tokens);
    }

    private static NpgsqlConnection BareConnection(string database, bool makes = true)
    {
        var connection = new NpgsqlConnection(PostgresCluster.Instance.ConnectionString(database));
        connection.Open();
        if (makes)
        {
            using var make = new NpgsqlCommand(BareTable, connection);
            make.ExecuteNonQuery();
        }

        return connection;
    }

    private static BenchmarkResult Result(string name, List<(double Store, double Bare)> rounds) => new(
        name, Median(rounds.Select(round => round.Store)), "events/s", Median(rounds.Select(round => round.Bare)), Median(rounds.Select(round => round.Store / round.Bare)));

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);
}

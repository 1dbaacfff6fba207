using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Stores.Sqlite;
using SQLitePCL;

namespace Journey.Tests.Benchmarks;

/// <summary>The SQLite log beside bare prepared statements on the same rows, the same schema and the same transactions, rounds taken in turn.</summary>
public static class AppendBenchmark
{
    private const int Rows = 200_000;
    private const int Rounds = 5;
    private const int BatchSize = 1_000;
    private const int EventsPerCustomer = 10;
    private const int PageSize = 5_000;
    private const string Source = "bench";

    /// <summary>The append rate, then the scan rate, of payloads as ingestion writes them: each with two identifiers, which are sealed. Then appends with nothing to seal.</summary>
    /// <param name="folder">Where the files go; they are deleted.</param>
    public static IReadOnlyList<BenchmarkResult> Measure(string folder)
    {
        var rows = int.TryParse(Environment.GetEnvironmentVariable(RebuildBenchmark.EventsVariable), out var wanted) ? wanted / BatchSize * BatchSize : Rows;
        Directory.CreateDirectory(folder);
        var (appends, scans) = Measure(folder, Events(rows, withIds: true));
        var (plain, _) = Measure(folder, Events(rows, withIds: false));
        return
        [
            Result("append to SQLite, batches of 1,000, two identifiers sealed in each", appends),
            Result("the same with nothing personal in it", plain),
            Result("scan of SQLite, pages of 5,000, nothing opened", scans),
        ];
    }

    private static (List<(double Adapter, double Bare)> Appends, List<(double Adapter, double Bare)> Scans) Measure(string folder, List<NewEvent> events)
    {
        var rows = events.Count;
        var appends = new List<(double Adapter, double Bare)>();
        var scans = new List<(double Adapter, double Bare)>();
        for (var round = 0; round < Rounds; round++)
        {
            var adapterFile = Path.Combine(folder, $"adapter-{round}.db");
            var bareFile = Path.Combine(folder, $"bare-{round}.db");
            var bareFirst = round % 2 == 0;
            var bare = bareFirst ? BareAppend(bareFile, events) : 0;
            var adapter = AdapterAppend(adapterFile, events);
            bare = bareFirst ? bare : BareAppend(bareFile, events);
            appends.Add((rows / adapter, rows / bare));
            var bareScan = bareFirst ? BareScan(adapterFile, rows) : 0;
            var adapterScan = AdapterScan(adapterFile, events);
            bareScan = bareFirst ? bareScan : BareScan(adapterFile, rows);
            scans.Add((rows / adapterScan, rows / bareScan));
            Delete(adapterFile);
            Delete(bareFile);
        }

        return (appends, scans);
    }

    private static BenchmarkResult Result(string name, List<(double Adapter, double Bare)> rounds) => new(
        name,
        Median(rounds.Select(round => round.Adapter)),
        "events/s",
        Median(rounds.Select(round => round.Bare)),
        Median(rounds.Select(round => round.Adapter / round.Bare)));

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);

    internal static List<NewEvent> Events(int rows, bool withIds)
    {
        var random = new Random(1);
        string[] names = ["Product Viewed", "Product Added", "Cart Viewed", "Order Completed", "Page Viewed"];
        var bytes = new byte[16];
        var events = new List<NewEvent>(rows);
        for (var i = 0; i < rows; i++)
        {
            random.NextBytes(bytes);
            var customer = random.Next(rows / EventsPerCustomer);
            var ids = withIds ? $$""" "ids":{"anonymousId":"{{new Guid(customer, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)}}","userId":"u{{customer}}"},""" : "";
            var said = $$""" "properties":{"product_id":"p-{{i % 500}}","name":"Some product of the shop","price":{{i % 90}}.5,"currency":"EUR"}""";
            var payload = StoredPayload.FromJson(Encoding.UTF8.GetBytes($"{{{ids}{said}}}"));
            events.Add(new NewEvent(
                $"c{customer:D16}", Source, new Guid(bytes).ToString(), names[i % names.Length], EventKind.Interaction, EventFlags.None,
                i % 3 == 0 ? ContactChannel.App : ContactChannel.Web, 1_700_000_000_000 + i, 1_700_000_000_000 + i, payload));
        }

        return events;
    }

    private static double AdapterAppend(string file, List<NewEvent> events)
    {
        var batches = events
            .Select(@event => new AppendRequest(@event.Stream, ExpectedVersion.Any, [@event]))
            .Chunk(BatchSize)
            .ToArray();
        var store = SqliteStore.Open(file);
        var clock = Stopwatch.StartNew();
        foreach (var batch in batches)
        {
            store.AppendAsync(batch).AsTask().GetAwaiter().GetResult();
        }

        var seconds = clock.Elapsed.TotalSeconds;
        store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return seconds;
    }

    private static double AdapterScan(string file, List<NewEvent> events)
    {
        var store = SqliteStore.Open(file);
        var options = new ReadOptions(WithIds: false, Buffer: new PageBuffer());
        var clock = Stopwatch.StartNew();
        var read = 0;
        var bytes = 0L;
        var after = Checkpoint.Start;
        while (true)
        {
            var page = store.ReadAsync(after, PageSize, options).AsTask().GetAwaiter().GetResult();
            if (page.AtEnd)
            {
                break;
            }

            foreach (ref readonly var @event in page.AsSpan())
            {
                bytes += @event.Payload.Length;
            }

            read += page.Events.Count;
            after = page.Next;
        }

        var seconds = clock.Elapsed.TotalSeconds;
        store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return read == events.Count && bytes == events.Sum(@event => (long)@event.Payload.Length) ? seconds : throw new InvalidOperationException("The scan missed something.");
    }

    private static double BareAppend(string file, List<NewEvent> events)
    {
        // The adapter makes the schema, so that it is the same.
        SqliteStore.Open(file).DisposeAsync().AsTask().GetAwaiter().GetResult();
        var streams = new Dictionary<string, (long Id, long Version)>();
        var names = new Dictionary<string, long>();
        var channels = new Dictionary<string, long>();
        var rows = events.Select((@event, i) =>
        {
            var (id, version) = streams.GetValueOrDefault(@event.Stream, (streams.Count + 1, 0));
            streams[@event.Stream] = (id, version + 1);
            names.TryAdd(@event.Name, names.Count + 1);
            channels.TryAdd(@event.Channel.Name, channels.Count + 1);
            return new BareRow(
                i + 1, id, version + 1, Partitions.Of(@event.Stream), Encoding.UTF8.GetBytes(@event.Id),
                BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes(@event.Id))), names[@event.Name], channels[@event.Channel.Name], @event);
        }).ToArray();

        using var database = Open(file);
        Check(raw.sqlite3_prepare_v2(
            database,
            """
            INSERT INTO events (position, stream, version, "partition", source, event_id, event_key, name, kind, flags, channel, occurred_at, received_at, payload)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
            """,
            out var insert));
        Check(raw.sqlite3_prepare_v2(database, "INSERT INTO streams (id, name) VALUES (?1, ?2)", out var insertStream));
        var clock = Stopwatch.StartNew();
        foreach (var batch in rows.Chunk(BatchSize))
        {
            Check(raw.sqlite3_exec(database, "BEGIN IMMEDIATE"));
            foreach (var row in batch)
            {
                if (row.Version == 1)
                {
                    row.InsertStream(insertStream);
                }

                row.Insert(insert);
            }

            Check(raw.sqlite3_exec(database, "COMMIT"));
        }

        var seconds = clock.Elapsed.TotalSeconds;
        insert.Dispose();
        insertStream.Dispose();
        return seconds;
    }

    private static double BareScan(string file, int rows)
    {
        using var database = Open(file);
        Check(raw.sqlite3_prepare_v2(
            database,
            """SELECT position, stream, version, "partition", source, name, kind, flags, channel, occurred_at, received_at, payload FROM events ORDER BY position""",
            out var select));
        var clock = Stopwatch.StartNew();
        var read = 0;
        var sum = 0L;
        while (raw.sqlite3_step(select) == raw.SQLITE_ROW)
        {
            for (var column = 0; column < 11; column++)
            {
                sum += raw.sqlite3_column_int64(select, column);
            }

            sum += raw.sqlite3_column_blob(select, 11).Length;
            read++;
        }

        var seconds = clock.Elapsed.TotalSeconds;
        select.Dispose();
        return read == rows && sum != 0 ? seconds : throw new InvalidOperationException("The scan missed something.");
    }

    private static sqlite3 Open(string file)
    {
        Check(raw.sqlite3_open_v2(file, out var database, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX, null));
        Check(raw.sqlite3_exec(database, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 8000; PRAGMA cache_size = -32768"));
        return database;
    }

    private static void Check(int code)
    {
        if (code is not (raw.SQLITE_OK or raw.SQLITE_DONE))
        {
            throw new InvalidOperationException($"SQLite answered {code}.");
        }
    }

    private static void Delete(string file)
    {
        foreach (var suffix in new[] { "", "-wal", "-shm", "-lock" })
        {
            File.Delete(file + suffix);
        }
    }

    private sealed record BareRow(long Position, long Stream, long Version, int Partition, byte[] Id, long Key, long Name, long Channel, NewEvent Event)
    {
        public void InsertStream(sqlite3_stmt insert)
        {
            raw.sqlite3_bind_int64(insert, 1, Stream);
            raw.sqlite3_bind_text(insert, 2, Event.Stream);
            Check(raw.sqlite3_step(insert));
            raw.sqlite3_reset(insert);
        }

        public void Insert(sqlite3_stmt insert)
        {
            raw.sqlite3_bind_int64(insert, 1, Position);
            raw.sqlite3_bind_int64(insert, 2, Stream);
            raw.sqlite3_bind_int64(insert, 3, Version);
            raw.sqlite3_bind_int64(insert, 4, Partition);
            raw.sqlite3_bind_int64(insert, 5, 1);
            raw.sqlite3_bind_text(insert, 6, (ReadOnlySpan<byte>)Id);
            raw.sqlite3_bind_int64(insert, 7, Key);
            raw.sqlite3_bind_int64(insert, 8, Name);
            raw.sqlite3_bind_int64(insert, 9, (int)Event.Kind);
            raw.sqlite3_bind_int64(insert, 10, (int)Event.Flags);
            raw.sqlite3_bind_int64(insert, 11, Channel);
            raw.sqlite3_bind_int64(insert, 12, Event.OccurredAt);
            raw.sqlite3_bind_int64(insert, 13, Event.ReceivedAt);
            raw.sqlite3_bind_blob(insert, 14, Event.Payload.Span);
            Check(raw.sqlite3_step(insert));
            raw.sqlite3_reset(insert);
        }
    }
}

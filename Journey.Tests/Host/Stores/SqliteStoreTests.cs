using System.Security.Cryptography;
using Journey.Domain.EventLog;
using Journey.Host.Stores;
using Journey.Host.Stores.Sqlite;
using Microsoft.Data.Sqlite;

namespace Journey.Tests.Host.Stores;

/// <summary>What is SQLite's own: the file, its lock, its refusals, its failures.</summary>
public sealed class SqliteStoreTests
{
    private StoreFolder _folder = null!;

    [SetUp]
    public void Create() => _folder = new StoreFolder();

    [TearDown]
    public void Delete() => _folder.Dispose();

    [TestCase("UPDATE events SET payload = x'00'", "events are never updated")]
    [TestCase("UPDATE events SET position = position + 10", "events are never updated")]
    [TestCase("DELETE FROM events", "events are never deleted")]
    [TestCase("DELETE FROM events WHERE position = 1", "events are never deleted")]
    public async Task The_database_itself_refuses_to_change_an_event(string sql, string reason)
    {
        await using (var store = SqliteStore.Open(_folder.File))
        {
            await store.AppendAsync(Sample.Request("a", "1", "2"));
        }

        using (var connection = new SqliteConnection($"Data Source={_folder.File};Pooling=false"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            Assert.That(command.ExecuteNonQuery, Throws.InstanceOf<SqliteException>().With.Message.Contains(reason));
        }

        await using var again = SqliteStore.Open(_folder.File);
        Assert.That((await again.AllAsync()).Select(e => e.Id), Is.EqualTo(new[] { "1", "2" }));
    }

    [Test]
    public async Task What_was_acknowledged_is_there_after_an_abrupt_end()
    {
        await using var store = SqliteStore.Open(_folder.File);
        await store.AppendAsync(Sample.Request("a", "1", "2"));
        await store.AppendAsync(Sample.Request("b", "3"));

        await using var crashed = SqliteStore.Open(_folder.CopyAsAfterCrash());

        Assert.That((await crashed.AllAsync()).Select(e => e.Id), Is.EqualTo(new[] { "1", "2", "3" }));
        Assert.That(await crashed.AppendAsync(Sample.Request("b", ExpectedVersion.Exactly(1), "4")), Is.EqualTo(new AppendResult.Appended(4, 2)));
    }

    [Test]
    public async Task A_second_writer_is_told_what_to_do_until_the_first_is_gone()
    {
        await using (SqliteStore.Open(_folder.File))
        {
            Assert.That(() => SqliteStore.Open(_folder.File), Throws.InstanceOf<StoreLockedException>().With.Message.Contains("Stop that one first"));
        }

        await using var next = SqliteStore.Open(_folder.File);
        Assert.That(await next.HeadAsync(), Is.EqualTo(Checkpoint.Start));
    }

    [Test]
    public async Task A_reader_opens_the_store_beside_its_writer_and_writes_nothing()
    {
        await using var store = SqliteStore.Open(_folder.File);
        await store.AppendAsync(Sample.Request("a", "1"));
        await using var reader = SqliteStore.Open(_folder.File, new SqliteStoreOptions { ReadOnly = true });
        await store.AppendAsync(Sample.Request("a", "2"));

        Assert.That((await reader.AllAsync()).Select(e => e.Id), Is.EqualTo(new[] { "1", "2" }));
        Assert.That(await reader.HeadAsync(), Is.EqualTo(await store.HeadAsync()));
        await reader.WaitAsync(Checkpoint.Start);
        Assert.That(async () => await reader.WaitAsync(await reader.HeadAsync()), Throws.InvalidOperationException);
        Assert.That(async () => await reader.AppendAsync(Sample.Request("a", "3")), Throws.InvalidOperationException);
        Assert.That(
            async () => await reader.ReadAsync(database => { database.Execute("DELETE FROM meta"); return true; }),
            Throws.InstanceOf<StoreException>());
    }

    [Test]
    public void A_reader_of_a_store_that_is_not_there_is_told_so_and_creates_nothing()
    {
        Assert.That(
            () => SqliteStore.Open(_folder.File, new SqliteStoreOptions { ReadOnly = true }),
            Throws.InstanceOf<StoreDiskException>().With.Message.Contains("There is no store"));
        Assert.That(File.Exists(_folder.File), Is.False);
    }

    [Test]
    public async Task A_store_of_a_newer_version_is_not_opened()
    {
        await SqliteStore.Open(_folder.File).DisposeAsync();
        Execute("UPDATE meta SET value = '2' WHERE key = 'schema_version'");

        Assert.That(() => SqliteStore.Open(_folder.File), Throws.InstanceOf<StoreFormatException>().With.Message.Contains("newer version of Journey (schema 2"));
    }

    [Test]
    public void Another_programs_database_is_left_alone()
    {
        Execute("CREATE TABLE shopping (item TEXT)");

        Assert.That(() => SqliteStore.Open(_folder.File), Throws.InstanceOf<StoreFormatException>().With.Message.Contains("not a Journey store"));
        Execute("INSERT INTO shopping VALUES ('milk')");
    }

    [Test]
    public void A_file_that_is_no_database_is_left_alone()
    {
        var text = new string('x', 10_000);
        File.WriteAllText(_folder.File, text);

        Assert.That(() => SqliteStore.Open(_folder.File), Throws.InstanceOf<StoreFormatException>());
        Assert.That(File.ReadAllText(_folder.File), Is.EqualTo(text));
    }

    [Test]
    public void A_folder_that_is_not_there_is_named() =>
        Assert.That(() => SqliteStore.Open(_folder.In("missing/store.db")), Throws.InstanceOf<StoreDiskException>().With.Message.Contains("Check that its folder exists"));

    [Test]
    public async Task When_no_room_is_left_nothing_more_is_acknowledged_and_nothing_acknowledged_is_lost()
    {
        var acknowledged = new List<string>();
        await using (var store = SqliteStore.Open(_folder.File, new SqliteStoreOptions { PagesMax = 200 }))
        {
            Assert.That(
                async () =>
                {
                    for (var i = 0; ; i++)
                    {
                        await store.AppendAsync(new AppendRequest($"s{i}", ExpectedVersion.Any, [Sample.Event($"s{i}", $"{i}") with { Payload = new byte[3_000] }]));
                        acknowledged.Add($"{i}");
                    }
                },
                Throws.InstanceOf<StoreFullException>());
            Assert.That((await store.AllAsync()).Select(e => e.Id), Is.EqualTo(acknowledged));
            Assert.That(await store.AppendAsync(Sample.Request("s0", "0")), Is.EqualTo(new AppendResult.Duplicate(1)), "the store goes on answering");
        }

        await using var larger = SqliteStore.Open(_folder.File);
        Assert.That(await larger.AppendAsync(Sample.Request("next", "next")), Is.EqualTo(new AppendResult.Appended(acknowledged.Count + 1, 1)));
        Assert.That((await larger.AllAsync()).Select(e => e.Id), Is.EqualTo(acknowledged.Append("next")));
    }

    [Test]
    public async Task A_full_queue_refuses_and_takes_again_when_there_is_room()
    {
        await using var store = SqliteStore.Open(_folder.File, new SqliteStoreOptions { QueueEventsMax = 3 });
        using var started = new SemaphoreSlim(0);
        using var gate = new ManualResetEventSlim();
        var blocked = store.WriteAsync(_ => { started.Release(); gate.Wait(); return true; }).AsTask();
        await started.WaitAsync();

        var first = store.AppendAsync([Sample.Request("a", "1", "2")]).AsTask();
        Assert.That(store.Queued, Is.EqualTo((1, 2)));
        Assert.That(async () => await store.AppendAsync(Sample.Request("a", "3", "4")), Throws.InstanceOf<StoreBusyException>());
        var second = store.AppendAsync([Sample.Request("a", "3")]).AsTask();
        Assert.That(async () => await store.AppendAsync(Sample.Request("a", "4")), Throws.InstanceOf<StoreBusyException>());

        gate.Set();
        await Task.WhenAll(blocked, first, second);
        Assert.That(await store.AppendAsync(Sample.Request("a", "4", "5", "6", "7")), Is.EqualTo(new AppendResult.Appended(7, 7)), "more than the queue holds, when nothing waits");
    }

    [Test]
    public async Task A_full_queue_of_calls_refuses_too()
    {
        await using var store = SqliteStore.Open(_folder.File, new SqliteStoreOptions { QueueJobsMax = 1 });
        using var started = new SemaphoreSlim(0);
        using var gate = new ManualResetEventSlim();
        var blocked = store.WriteAsync(_ => { started.Release(); gate.Wait(); return true; }).AsTask();
        await started.WaitAsync();

        var first = store.AppendAsync([Sample.Request("a", "1")]).AsTask();
        Assert.That(async () => await store.AppendAsync(Sample.Request("a", "2")), Throws.InstanceOf<StoreBusyException>());

        gate.Set();
        await Task.WhenAll(blocked, first);
    }

    [Test]
    public async Task Calls_that_wait_together_share_a_commit_and_a_bad_one_fails_alone()
    {
        await using var store = SqliteStore.Open(_folder.File);
        using var started = new SemaphoreSlim(0);
        using var gate = new ManualResetEventSlim();
        var blocked = store.WriteAsync(_ => { started.Release(); gate.Wait(); return true; }).AsTask();
        await started.WaitAsync();

        var before = store.AppendAsync([Sample.Request("a", "1")]).AsTask();
        var bad = store.WriteAsync(Sabotage).AsTask();
        var after = store.AppendAsync([Sample.Request("a", ExpectedVersion.Exactly(1), "2")]).AsTask();
        gate.Set();

        Assert.That(async () => await bad, Throws.InstanceOf<InvalidOperationException>().With.Message.EqualTo("sabotage"));
        Assert.That((await before)[0], Is.EqualTo(new AppendResult.Appended(1, 1)));
        Assert.That((await after)[0], Is.EqualTo(new AppendResult.Appended(2, 2)));
        await blocked;
        Assert.That((await store.AllAsync()).Select(e => e.Id), Is.EqualTo(new[] { "1", "2" }));

        static bool Sabotage(SqliteWriter writer)
        {
            writer.TryAppend(Sample.Event("a", "sabotaged"), out _);
            throw new InvalidOperationException("sabotage");
        }
    }

    [Test]
    public async Task A_call_cancelled_while_it_waits_writes_nothing()
    {
        await using var store = SqliteStore.Open(_folder.File);
        using var started = new SemaphoreSlim(0);
        using var gate = new ManualResetEventSlim();
        using var cancellation = new CancellationTokenSource();
        var blocked = store.WriteAsync(_ => { started.Release(); gate.Wait(); return true; }).AsTask();
        await started.WaitAsync();
        var cancelled = store.AppendAsync([Sample.Request("a", "1")], cancellation.Token).AsTask();

        await cancellation.CancelAsync();
        gate.Set();

        Assert.That(async () => await cancelled, Throws.InstanceOf<OperationCanceledException>());
        await blocked;
        Assert.That(await store.HeadAsync(), Is.EqualTo(Checkpoint.Start));
    }

    [Test]
    public async Task Closing_writes_what_was_taken_and_ends_those_who_wait()
    {
        var store = SqliteStore.Open(_folder.File);
        var appending = store.AppendAsync([Sample.Request("a", "1")]).AsTask();
        var waiting = store.WaitAsync(new Checkpoint("1")).AsTask();
        await store.DisposeAsync();

        Assert.That((await appending)[0], Is.EqualTo(new AppendResult.Appended(1, 1)));
        Assert.That(async () => await waiting, Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(async () => await store.AppendAsync(Sample.Request("a", "2")), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(async () => await store.ReadAsync(Checkpoint.Start, 1), Throws.InstanceOf<ObjectDisposedException>());
        await store.DisposeAsync();
    }

    [Test]
    public async Task Two_ids_with_the_same_key_are_two_events()
    {
        await using (var store = SqliteStore.Open(_folder.File))
        {
            await store.AppendAsync(Sample.Request("a", "1"));
        }

        var key = BitConverter.ToInt64(SHA256.HashData("web-shop\0second"u8));
        foreach (var (position, taken) in new[] { (2, key), (3, unchecked(key + 1)) })
        {
            Execute(
                $"""
                INSERT INTO events (position, stream, version, partition, source, event_id, event_key, name, kind, flags, channel, occurred_at, received_at, payload)
                SELECT {position}, stream, {position}, partition, source, 'impostor {position}', {taken}, name, kind, flags, channel, occurred_at, received_at, payload
                FROM events WHERE position = 1
                """);
        }

        await using var again = SqliteStore.Open(_folder.File);
        Assert.That(await again.AppendAsync(Sample.Request("a", "second")), Is.EqualTo(new AppendResult.Appended(4, 4)));
        Assert.That(await again.AppendAsync(Sample.Request("a", "second")), Is.EqualTo(new AppendResult.Duplicate(4)));
        Assert.That(await again.AppendAsync(Sample.Request("a", ExpectedVersion.Exactly(4), "second", "third")), Is.InstanceOf<AppendResult.Torn>());
        Assert.That((await again.AllAsync()).Select(e => e.Id), Is.EqualTo(new[] { "1", "impostor 2", "impostor 3", "second" }));
    }

    [Test]
    public async Task A_damaged_file_is_named()
    {
        await using (var store = SqliteStore.Open(_folder.File))
        {
            await store.AppendAsync(new AppendRequest("a", ExpectedVersion.Any, [.. Enumerable.Range(0, 2_000).Select(i => Sample.Event("a", $"{i}"))]));
        }

        using (var file = new FileStream(_folder.File, FileMode.Open))
        {
            // Everything but the first pages, which say what the file is.
            const int kept = 40 * 4_096;
            file.Position = kept;
            file.Write(Enumerable.Repeat((byte)0xee, (int)file.Length - kept).ToArray());
        }

        Assert.That(
            async () =>
            {
                await using var damaged = SqliteStore.Open(_folder.File);
                await damaged.AllAsync();
            },
            Throws.InstanceOf<StoreFormatException>().With.Message.Contains("is damaged"));
    }

    [Test]
    public async Task After_a_failure_of_the_disk_nothing_more_is_taken_and_what_was_acknowledged_can_be_read()
    {
        await using var store = SqliteStore.Open(_folder.File);
        await store.AppendAsync(Sample.Request("a", "1"));
        var waiting = store.WaitAsync(await store.HeadAsync()).AsTask();

        Assert.That(async () => await store.WriteAsync<bool>(FailingDisk), Throws.InstanceOf<StoreDiskException>());

        Assert.That(async () => await store.AppendAsync(Sample.Request("a", "3")), Throws.InstanceOf<StoreException>().With.Message.EqualTo("The disk failed."));
        Assert.That(async () => await waiting, Throws.InstanceOf<StoreDiskException>());
        Assert.That((await store.AllAsync()).Select(e => e.Id), Is.EqualTo(new[] { "1" }));

        static bool FailingDisk(SqliteWriter writer)
        {
            writer.TryAppend(Sample.Event("a", "2"), out _);
            throw new StoreDiskException("The disk failed.");
        }
    }

    [Test]
    public async Task The_log_can_be_read_with_any_tool_through_a_view()
    {
        await using (var store = SqliteStore.Open(_folder.File))
        {
            await store.AppendAsync(new AppendRequest("c1", ExpectedVersion.Any, [Sample.Event("c1", "1", json: """{"properties":{"total":12}}""")]));
        }

        using var connection = new SqliteConnection($"Data Source={_folder.File};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT stream || ' ' || name || ' ' || channel || ' ' || json_extract(payload, '$.properties.total') FROM event_log";
        Assert.That(command.ExecuteScalar(), Is.EqualTo("c1 Product Viewed web 12"));
    }

    [TestCase(0)]
    [TestCase(SqliteStore.PageMax + 1)]
    public async Task A_page_has_one_to_a_hundred_thousand_events(int max)
    {
        await using var store = SqliteStore.Open(_folder.File);

        Assert.That(async () => await store.ReadAsync(Checkpoint.Start, max), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That((await store.ReadAsync(Checkpoint.Start, SqliteStore.PageMax)).AtEnd);
    }

    [Test]
    public void Options_refuse_what_is_out_of_bounds()
    {
        Assert.That(() => new SqliteStoreOptions { QueueJobsMax = 0 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new SqliteStoreOptions { ReadersMax = 65 }, Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("between 1 and 64"));
        Assert.That(new SqliteStoreOptions { ReadersMax = 64 }.ReadersMax, Is.EqualTo(64));
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_folder.File};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}

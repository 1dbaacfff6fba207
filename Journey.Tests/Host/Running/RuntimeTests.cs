using System.Net;
using Journey.Domain.EventLog;
using Journey.Host.Running;
using Journey.Host.Stores;
using Journey.Host.Stores.Sqlite;
using Journey.Tests.Host.Http;
using Journey.Tests.Host.Stores;

namespace Journey.Tests.Host.Running;

/// <summary>What an operator sees when the part that follows the log ends or stands still.</summary>
public sealed class RuntimeTests
{
    [Test]
    public async Task A_failing_disk_ends_the_runtime_with_its_reason_and_the_server_is_no_longer_ready()
    {
        JourneyRuntime? runtime = null;
        await using var server = await ServerUnderTest.StartAsync(
            before: async store => runtime = await JourneyRuntime.StartAsync(store, new RuntimeOptions(), CancellationToken.None),
            with: _ => runtime!.Services());
        Assert.That((await ReadyAsync(server)).Status, Is.EqualTo(HttpStatusCode.OK));

        Assert.That(async () => await server.Store.WriteAsync<bool>(FailingDisk), Throws.InstanceOf<StoreDiskException>());

        Assert.That(async () => await runtime!.Running, Throws.InstanceOf<StoreDiskException>().With.Message.EqualTo("The disk failed."));
        var (status, said) = await ReadyAsync(server);
        Assert.That((status, said), Is.EqualTo((HttpStatusCode.ServiceUnavailable, "Stopped: The disk failed.")));
        await runtime!.DisposeAsync();

        static bool FailingDisk(SqliteWriter writer)
        {
            writer.TryAppend(Sample.Event("a", "1"), out _);
            throw new StoreDiskException("The disk failed.");
        }
    }

    [Test]
    public async Task A_full_disk_ends_the_runtime_and_says_what_to_do()
    {
        using var folder = new StoreFolder();
        await using var store = SqliteStore.Open(folder.File, new SqliteStoreOptions { PagesMax = 200 });
        await using var runtime = await JourneyRuntime.StartAsync(store, new RuntimeOptions(), CancellationToken.None);
        Assert.That(
            async () =>
            {
                // Whether the last room goes to an event or to its fold, one of them finds none, and soon both.
                for (var i = 0; !runtime.Running.IsCompleted; i++)
                {
                    await store.AppendAsync(new AppendRequest($"s{i}", ExpectedVersion.Any, [Sample.Event($"s{i}", $"{i}")]));
                }

                await runtime.Running;
            },
            Throws.InstanceOf<StoreFullException>().With.Message.Contains("make room and send it again"));
    }

    [Test]
    public async Task A_processor_that_a_batch_does_not_leave_is_not_ready_until_it_does()
    {
        var wall = new ManualTimeProvider(Shopfront.Opening);
        JourneyRuntime? runtime = null;
        await using var server = await ServerUnderTest.StartAsync(
            before: async store => runtime = await JourneyRuntime.StartAsync(store, new RuntimeOptions { Wall = wall }, CancellationToken.None),
            with: _ => runtime!.Services());
        using var free = new ManualResetEventSlim();
        var (held, passed) = (new TaskCompletionSource(), new TaskCompletionSource());
        runtime!.Processed += page =>
        {
            if (page.Position == 1)
            {
                held.SetResult();
                free.Wait();
            }
            else
            {
                passed.TrySetResult();
            }
        };

        await server.Store.AppendAsync(Sample.Request("a", "1"));
        await held.Task;
        wall.Advance(Processor.StandstillMax - TimeSpan.FromMilliseconds(1));
        var before = await ReadyAsync(server);
        wall.Advance(TimeSpan.FromMilliseconds(1));
        var still = await ReadyAsync(server);
        free.Set();
        await server.Store.AppendAsync(Sample.Request("a", "2"));
        await passed.Task;
        var after = await ReadyAsync(server);
        Assert.Multiple(() =>
        {
            Assert.That(before.Status, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(still, Is.EqualTo((HttpStatusCode.ServiceUnavailable, "One batch has taken 30 seconds so far.")));
            Assert.That(after.Status, Is.EqualTo(HttpStatusCode.OK));
        });
        await runtime.DisposeAsync();
    }

    [Test]
    public async Task A_processor_that_takes_up_no_batch_although_there_is_work_is_not_ready()
    {
        var wall = new ManualTimeProvider(Shopfront.Opening);
        JourneyRuntime? runtime = null;
        await using var server = await ServerUnderTest.StartAsync(
            before: async store => runtime = await JourneyRuntime.StartAsync(store, new RuntimeOptions { Wall = wall }, CancellationToken.None),
            with: _ => runtime!.Services());
        var (held, free) = (new TaskCompletionSource(), new TaskCompletionSource());
        var rest = runtime!.Live.AtRestAsync(
            async () =>
            {
                held.SetResult();
                await free.Task;
                return true;
            },
            CancellationToken.None);
        await held.Task;
        wall.Advance(TimeSpan.FromHours(1));
        var idle = await ReadyAsync(server);
        await server.Store.AppendAsync(Sample.Request("a", "1"));
        var atFirst = await ReadyAsync(server);
        wall.Advance(Processor.StandstillMax - TimeSpan.FromMilliseconds(1));
        var before = await ReadyAsync(server);
        wall.Advance(TimeSpan.FromMilliseconds(1));
        var still = await ReadyAsync(server);
        free.SetResult();
        await rest;
        await runtime.FoldedAsync(1, CancellationToken.None);
        var after = await ReadyAsync(server);
        Assert.Multiple(() =>
        {
            Assert.That(new[] { idle.Status, atFirst.Status, before.Status, after.Status }, Is.All.EqualTo(HttpStatusCode.OK));
            Assert.That(still, Is.EqualTo((HttpStatusCode.ServiceUnavailable, "No progress for 30 seconds, with 1 events waiting.")));
        });
        await runtime.DisposeAsync();
    }

    [Test]
    public async Task A_partition_that_stands_still_is_not_ready()
    {
        await using var shop = new Shopfront();
        var sick = await shop.SayAsync("u1", "Product Viewed");
        await shop.PoisonAsync(sick);
        await using var runtime = await JourneyRuntime.StartAsync(shop.Store, new RuntimeOptions(), CancellationToken.None);
        await runtime.FoldedAsync(2, CancellationToken.None);
        await using var server = await ServerUnderTest.StartAsync(with: _ => runtime.Services());

        var (status, said) = await ReadyAsync(server);
        Assert.That(status, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(said, Does.StartWith("Stopped at position 2 (Product Added):"));
    }

    /// <summary>The answer, and what its first failing check says.</summary>
    private static async Task<(HttpStatusCode Status, string? Said)> ReadyAsync(ServerUnderTest server)
    {
        using var response = await server.Client.GetAsync("/health/ready");
        using var report = System.Text.Json.JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        var failing = report.RootElement.GetProperty("checks").EnumerateArray().Where(check => !check.GetProperty("ok").GetBoolean());
        return (response.StatusCode, failing.Select(check => check.GetProperty("detail").GetString()).FirstOrDefault());
    }
}

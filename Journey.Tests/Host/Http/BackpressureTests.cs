using System.Net;
using Journey.Domain.Identity;
using Journey.Host.Ingestion;
using Journey.Host.Stores;

namespace Journey.Tests.Host.Http;

public sealed class BackpressureTests
{
    [Test]
    public async Task A_full_queue_answers_429_and_takes_the_retry()
    {
        var gate = new Gate();
        await using var server = await ServerUnderTest.StartAsync(new IngestLimits { QueueEventsMax = 3 }, services => services with { Ingest = gate.Before(services.Ingest) });

        var first = server.PostAsync("/v1/batch", Batch("m1", "m2", "m3"));
        await gate.Reached;
        using var turnedAway = await server.PostAsync("/v1/batch", Batch("m4"));
        gate.Open();
        using var recorded = await first;
        using var retry = await server.PostAsync("/v1/batch", Batch("m4"));

        await turnedAway.IsProblemAsync(HttpStatusCode.TooManyRequests);
        Assert.That(turnedAway.Headers.RetryAfter?.Delta, Is.EqualTo(TimeSpan.FromSeconds(1)));
        Assert.That((recorded.StatusCode, retry.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK)));
        Assert.That(await server.RecordedIdsAsync(), Is.EqualTo(new[] { "m1", "m2", "m3", "m4" }));
    }

    [Test]
    public async Task A_batch_larger_than_the_queue_is_taken_when_nothing_waits()
    {
        await using var server = await ServerUnderTest.StartAsync(new IngestLimits { QueueEventsMax = 1 });
        using var response = await server.PostAsync("/v1/batch", Batch("m1", "m2"));
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Requests_beyond_those_that_may_be_read_at_once_are_turned_away()
    {
        var gate = new Gate();
        await using var server = await ServerUnderTest.StartAsync(new IngestLimits { RequestsMax = 1 }, services => services with { Ingest = gate.Before(services.Ingest) });
        var first = server.PostAsync("/v1/batch", Batch("m1"));
        await gate.Reached;
        using var turnedAway = await server.PostAsync("/v1/batch", Batch("m2"));
        gate.Open();
        using var recorded = await first;
        await turnedAway.IsProblemAsync(HttpStatusCode.TooManyRequests);
        Assert.That(recorded.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_store_that_is_busy_answers_429()
    {
        var gate = new Gate { Failure = new StoreBusyException("The queue of writes is full.") };
        await using var server = await ServerUnderTest.StartAsync(with: services => services with { Ingest = gate.Before(services.Ingest) });
        using var response = await server.PostAsync("/v1/batch", Batch("m1"));
        await response.IsProblemAsync(HttpStatusCode.TooManyRequests);
    }

    [Test]
    public async Task A_store_that_fails_answers_503_and_takes_the_retry_when_it_works_again()
    {
        var gate = new Gate { Failure = new StoreException("The disk is gone.") };
        await using var server = await ServerUnderTest.StartAsync(with: services => services with { Ingest = gate.Before(services.Ingest) });
        using var failed = await server.PostAsync("/v1/batch", Batch("m1"));
        gate.Failure = null;
        gate.Open();
        using var retry = await server.PostAsync("/v1/batch", Batch("m1"));
        var problem = await failed.IsProblemAsync(HttpStatusCode.ServiceUnavailable);
        Assert.Multiple(() =>
        {
            Assert.That(problem.GetProperty("detail").GetString(), Does.Not.Contain("disk"));
            Assert.That(failed.Headers.RetryAfter?.Delta, Is.EqualTo(TimeSpan.FromSeconds(1)));
            Assert.That(retry.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        });
    }

    [Test]
    public async Task A_sender_that_hangs_up_is_recorded_all_the_same()
    {
        var gate = new Gate();
        await using var server = await ServerUnderTest.StartAsync(with: services => services with { Ingest = gate.Before(services.Ingest) });
        using var hangUp = new CancellationTokenSource();
        using var content = new StringContent(Batch("m1"));
        var sent = server.Client.PostAsync("/v1/batch", content, hangUp.Token);
        await gate.Reached;
        await hangUp.CancelAsync();
        Assert.That(async () => await sent, Throws.InstanceOf<OperationCanceledException>());
        var head = await server.Store.HeadAsync();
        gate.Open();
        await server.Store.WaitAsync(head);
        Assert.That(await server.RecordedIdsAsync(), Is.EqualTo(new[] { "m1" }));
    }

    private static string Batch(params string[] ids) =>
        $$"""{"batch":[{{string.Join(",", ids.Select(id => $$"""{"type":"track","event":"X","userId":"u","messageId":"{{id}}"}"""))}}]}""";

    /// <summary>Holds calls to the real store until it is opened, or fails in its place.</summary>
    private sealed class Gate
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Exception? Failure { get; set; }

        public Task Reached => _reached.Task;

        public void Open() => _open.TrySetResult();

        public IIngestStore Before(IIngestStore store) => new Gated(this, store);

        private sealed class Gated(Gate gate, IIngestStore store) : IIngestStore
        {
            public async ValueTask<IReadOnlyList<IngestAnswer>> IngestAsync(IReadOnlyList<Interaction> interactions, CancellationToken cancellation = default)
            {
                if (gate.Failure is { } failure)
                {
                    throw failure;
                }

                gate._reached.TrySetResult();
                await gate._open.Task;
                return await store.IngestAsync(interactions, cancellation);
            }

            public ValueTask<string?> FindAsync(Identifier identifier, CancellationToken cancellation = default) => store.FindAsync(identifier, cancellation);
        }
    }
}

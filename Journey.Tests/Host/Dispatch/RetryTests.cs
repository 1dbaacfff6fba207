using Journey.Domain.Engine;
using Journey.Domain.Events;
using Journey.Host.Dispatch;
using Polly.CircuitBreaker;

namespace Journey.Tests.Host.Dispatch;

public sealed class RetryTests
{
    private DispatchRig _rig = null!;
    private WebhookReceiver _receiver = null!;

    [SetUp]
    public async Task Open()
    {
        _rig = new DispatchRig();
        _receiver = await WebhookReceiver.StartAsync();
        _rig.Use(_receiver);
    }

    [TearDown]
    public async Task Close()
    {
        await _rig.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [TestCase(500, 503)]
    [TestCase(408, 425)]
    [TestCase(429, 502)]
    public async Task What_may_go_through_later_is_tried_again_with_the_same_id(int first, int second)
    {
        _receiver.Answer = WebhookReceiver.Statuses(first, second);
        var id = await _rig.DecideAsync();
        await _rig.StartAsync();

        var outcome = (await _rig.OutcomesAsync(1)).Single();
        await _rig.StopAsync();

        Assert.That(outcome.Name, Is.EqualTo(EventNames.MessageSent));
        Assert.That(outcome.Text("attempts"), Is.EqualTo("3"));
        Assert.That(_receiver.Received.Select(received => (received.Id, received.IsSigned)), Is.EqualTo(new[] { (id, true), (id, true), (id, true) }));
        Assert.That(_receiver.Received[2].Timestamp, Is.GreaterThan(_receiver.Received[0].Timestamp));
    }

    [TestCase(400, "status 400")]
    [TestCase(401, "status 401")]
    [TestCase(404, "status 404")]
    [TestCase(302, "status 302: redirects are not followed")]
    [TestCase(410, "status 410: the receiver is gone")]
    public async Task What_will_never_go_through_is_tried_once_and_becomes_a_dead_letter(int status, string reason)
    {
        _receiver.Answer = WebhookReceiver.Always(status);
        var id = await _rig.DecideAsync();
        await _rig.StartAsync();

        var outcome = (await _rig.OutcomesAsync(1)).Single();
        await _rig.StopAsync();

        Assert.That(outcome.Name, Is.EqualTo(EventNames.MessageFailed));
        Assert.That(outcome.Text("reason"), Is.EqualTo(reason));
        Assert.That(_receiver.Received, Has.Count.EqualTo(1));
        var letter = (await _rig.Store.DeadLetters.ListAsync(10)).Single();
        Assert.That((letter.DecisionId, letter.Customer, letter.Channel, letter.Attempts, letter.Reason), Is.EqualTo((id, DispatchRig.Customer, "email", 1, reason)));
    }

    [Test]
    public async Task After_gone_nothing_is_posted_until_an_operator_s_retry_goes_through()
    {
        _receiver.Answer = WebhookReceiver.Statuses(410);
        var first = await _rig.DecideAsync();
        await _rig.StartAsync();
        await _rig.OutcomesAsync(1);
        var second = await _rig.DecideAsync();
        await _rig.OutcomesAsync(2);
        Assert.That(_receiver.Received, Has.Count.EqualTo(1));

        Assert.That(await _rig.Dispatcher.RetryAsync(first), Is.EqualTo(new RetryAnswer.Delivered()));
        await _rig.DecideAsync();
        var outcomes = await _rig.OutcomesAsync(4);
        await _rig.StopAsync();

        Assert.That(outcomes.Select(outcome => outcome.Name), Is.EqualTo(new[] { EventNames.MessageFailed, EventNames.MessageFailed, EventNames.MessageSent, EventNames.MessageSent }));
        Assert.That((await _rig.Store.DeadLetters.ListAsync(10)).Select(letter => letter.DecisionId), Is.EqualTo(new[] { second }));
    }

    [Test]
    public async Task Retry_after_is_waited_for()
    {
        _receiver.Answer = (n, context) => WebhookReceiver.Status(context, n == 1 ? 429 : 200, n == 1 ? "120" : null);
        await _rig.DecideAsync();
        await _rig.StartAsync();
        await _rig.OutcomesAsync(1);
        await _rig.StopAsync();

        Assert.That(_receiver.Received[1].Timestamp - _receiver.Received[0].Timestamp, Is.EqualTo(120));
    }

    [Test]
    public async Task Retry_after_may_be_a_date()
    {
        var until = _rig.Time.GetUtcNow().AddSeconds(90);
        _receiver.Answer = (n, context) => WebhookReceiver.Status(context, n == 1 ? 503 : 200, n == 1 ? until.ToString("R") : null);
        await _rig.DecideAsync();
        await _rig.StartAsync();
        await _rig.OutcomesAsync(1);
        await _rig.StopAsync();

        Assert.That(_receiver.Received[1].Timestamp, Is.EqualTo(until.ToUnixTimeSeconds()));
    }

    [Test]
    public async Task Retry_after_is_not_waited_for_longer_than_the_longest_delay()
    {
        _receiver.Answer = (n, context) => WebhookReceiver.Status(context, n == 1 ? 429 : 200, n == 1 ? "86400" : null);
        _rig.Use(_receiver, DispatchRig.Resilience with { DelayMax = TimeSpan.FromSeconds(30) });
        await _rig.DecideAsync();
        await _rig.StartAsync();
        await _rig.OutcomesAsync(1);
        await _rig.StopAsync();

        Assert.That(_receiver.Received[1].Timestamp - _receiver.Received[0].Timestamp, Is.EqualTo(30));
    }

    [TestCase(1)]
    [TestCase(4)]
    public async Task After_the_last_attempt_it_is_a_dead_letter(int attempts)
    {
        _receiver.Answer = WebhookReceiver.Always(500);
        _rig.Use(_receiver, DispatchRig.Resilience with { AttemptsMax = attempts });
        await _rig.DecideAsync();
        await _rig.StartAsync();

        var outcome = (await _rig.OutcomesAsync(1)).Single();
        await _rig.StopAsync();

        Assert.That(_receiver.Received, Has.Count.EqualTo(attempts));
        Assert.That((outcome.Name, outcome.Text("reason"), outcome.Text("attempts")), Is.EqualTo((EventNames.MessageFailed, "status 500", $"{attempts}")));
        Assert.That((await _rig.Store.DeadLetters.ListAsync(10)).Single().Attempts, Is.EqualTo(attempts));
    }

    [Test]
    public async Task A_delivery_that_is_too_old_is_not_tried_again()
    {
        _receiver.Answer = WebhookReceiver.Always(503, "60");
        _rig.Use(_receiver, DispatchRig.Resilience with { AttemptsMax = 20, GiveUpAfter = TimeSpan.FromSeconds(150) });
        await _rig.DecideAsync();
        await _rig.StartAsync();
        await _rig.OutcomesAsync(1);
        await _rig.StopAsync();

        // At 0, 60, 120 and 180 seconds: the last one was begun while it was young enough to wait once more.
        Assert.That(_receiver.Received, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task A_dropped_connection_is_tried_again()
    {
        _receiver.Answer = (n, context) =>
        {
            if (n == 1)
            {
                context.Abort();
            }

            return Task.CompletedTask;
        };
        await _rig.DecideAsync();
        await _rig.StartAsync();

        var outcome = (await _rig.OutcomesAsync(1)).Single();
        await _rig.StopAsync();

        Assert.That((outcome.Name, outcome.Text("attempts")), Is.EqualTo((EventNames.MessageSent, "2")));
    }

    [Test]
    public async Task A_receiver_that_is_not_there_fails_with_a_reason_that_names_no_address()
    {
        await _receiver.DisposeAsync();
        _rig.Use(_receiver, DispatchRig.Resilience with { AttemptsMax = 2 });
        await _rig.DecideAsync();
        await _rig.StartAsync();

        var outcome = (await _rig.OutcomesAsync(1)).Single();
        await _rig.StopAsync();

        Assert.That(outcome.Text("reason"), Is.EqualTo("connection: ConnectionRefused"));
    }

    [Test]
    public async Task An_attempt_that_takes_too_long_is_cut_short_and_tried_again()
    {
        var hang = new TaskCompletionSource();
        _receiver.Answer = (n, _) => n == 1 ? hang.Task : Task.CompletedTask;
        _rig.Use(_receiver, DispatchRig.Resilience with { AttemptTimeout = TimeSpan.FromMinutes(20) });
        await _rig.DecideAsync();
        await _rig.StartAsync();
        await _receiver.ArrivedAsync();

        // Only the attempt's own timeout is still waited for by then.
        _rig.Time.Advance(TimeSpan.FromMinutes(20));
        var outcome = (await _rig.OutcomesAsync(1)).Single();
        hang.SetResult();
        await _rig.StopAsync();

        Assert.That((outcome.Name, outcome.Text("attempts")), Is.EqualTo((EventNames.MessageSent, "2")));
    }

    [Test]
    public async Task The_circuit_opens_half_opens_and_closes_and_an_outage_makes_no_dead_letters()
    {
        var isDown = true;
        var circuits = new List<CircuitState>();
        _receiver.Answer = (n, context) =>
        {
            isDown = n < 8;
            circuits.Add(Circuit());
            return WebhookReceiver.Status(context, isDown ? 503 : 200, null);
        };
        _rig.Use(_receiver, DispatchRig.Resilience with { AttemptsMax = 20, ConcurrencyMax = 1, BreakMinimum = 5, BreakSampling = TimeSpan.FromHours(1), BreakDuration = TimeSpan.FromMinutes(5) });
        for (var i = 0; i < 3; i++)
        {
            await _rig.DecideAsync();
        }

        await _rig.StartAsync();
        var outcomes = await _rig.OutcomesAsync(3);

        Assert.That(circuits.Take(8), Is.EqualTo(new[]
        {
            CircuitState.Closed, CircuitState.Closed, CircuitState.Closed, CircuitState.Closed, CircuitState.Closed,
            CircuitState.HalfOpen, CircuitState.HalfOpen, CircuitState.HalfOpen,
        }));
        Assert.That(_receiver.Received[5].Timestamp - _receiver.Received[4].Timestamp, Is.GreaterThanOrEqualTo(300));
        Assert.That(_receiver.Received[6].Timestamp - _receiver.Received[5].Timestamp, Is.GreaterThanOrEqualTo(300));
        Assert.That(Circuit(), Is.EqualTo(CircuitState.Closed));
        Assert.That(outcomes.Select(outcome => outcome.Name), Is.All.EqualTo(EventNames.MessageSent));
        Assert.That(await _rig.Store.DeadLetters.CountAsync(), Is.Zero);
        await _rig.StopAsync();
    }

    [Test]
    public async Task Too_many_requests_does_not_open_the_circuit()
    {
        _receiver.Answer = WebhookReceiver.Statuses(429, 429, 429, 429);
        _rig.Use(_receiver, DispatchRig.Resilience with { BreakMinimum = 2, BreakRatio = 0.1 });
        await _rig.DecideAsync();
        await _rig.StartAsync();
        await _rig.OutcomesAsync(1);
        await _rig.StopAsync();

        Assert.That(_receiver.Received, Has.Count.EqualTo(5));
    }

    [Test]
    public async Task Attempts_are_paced()
    {
        _rig.Use(_receiver, DispatchRig.Resilience with { RatePerSecond = 0.5 });
        for (var i = 0; i < 4; i++)
        {
            await _rig.DecideAsync();
        }

        await _rig.StartAsync();
        await _receiver.ArrivedAsync();
        for (var i = 0; i < 3; i++)
        {
            Assert.That(_receiver.Received, Has.Count.EqualTo(i + 1));
            Assert.That(await _rig.Time.NextWaitAsync(DispatchRig.Waits), Is.EqualTo(TimeSpan.FromSeconds(2)));
            _rig.Time.Advance(TimeSpan.FromSeconds(2));
            await _receiver.ArrivedAsync();
        }

        await _rig.StopAsync();
    }

    [Test]
    public async Task An_operator_s_retry_delivers_with_the_same_id_records_it_and_removes_the_dead_letter()
    {
        _receiver.Answer = WebhookReceiver.Statuses(400);
        var id = await _rig.DecideAsync();
        await _rig.StartAsync();
        await _rig.OutcomesAsync(1);

        var answer = await _rig.Dispatcher.RetryAsync(id);
        var outcomes = await _rig.OutcomesAsync(2);
        await _rig.StopAsync();

        Assert.That(answer, Is.EqualTo(new RetryAnswer.Delivered()));
        Assert.That(_receiver.Received.Select(received => received.Id), Is.EqualTo(new[] { id, id }));
        Assert.That(outcomes.Select(outcome => outcome.Name), Is.EqualTo(new[] { EventNames.MessageFailed, EventNames.MessageSent }));
        Assert.That(await _rig.Store.DeadLetters.CountAsync(), Is.Zero);
    }

    [Test]
    public async Task A_retry_that_fails_answers_at_once_and_keeps_the_dead_letter()
    {
        _receiver.Answer = WebhookReceiver.Statuses(400, 503);
        var id = await _rig.DecideAsync();
        await _rig.StartAsync();
        await _rig.OutcomesAsync(1);

        var answer = await _rig.Dispatcher.RetryAsync(id);
        await _rig.StopAsync();

        Assert.That(answer, Is.EqualTo(new RetryAnswer.Failed("status 503")));
        var letter = (await _rig.Store.DeadLetters.ListAsync(10)).Single();
        Assert.That((letter.Attempts, letter.Reason), Is.EqualTo((2, "status 503")));
    }

    [Test]
    public async Task A_retry_asks_for_consent_again()
    {
        _receiver.Answer = WebhookReceiver.Statuses(400);
        var id = await _rig.DecideAsync();
        await _rig.StartAsync();
        await _rig.OutcomesAsync(1);
        _rig.Consent = _ => ConsentState.Revoked;

        Assert.That(await _rig.Dispatcher.RetryAsync(id), Is.EqualTo(new RetryAnswer.Withheld("consent-revoked")));
        await _rig.StopAsync();

        Assert.That(_receiver.Received, Has.Count.EqualTo(1));
        Assert.That(await _rig.Store.DeadLetters.CountAsync(), Is.Zero);
    }

    [Test]
    public async Task There_is_nothing_to_retry_without_a_dead_letter()
    {
        var id = await _rig.DecideAsync();
        await _rig.StartAsync();
        await _rig.OutcomesAsync(1);

        Assert.That(await _rig.Dispatcher.RetryAsync(id), Is.EqualTo(new RetryAnswer.NotFound()));
        await _rig.StopAsync();
    }

    private CircuitState Circuit() => _rig.Dispatcher.Status().Circuits.Single(circuit => circuit.Provider == "webhook:email").State;
}

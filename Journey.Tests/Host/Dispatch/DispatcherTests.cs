using System.Collections.Immutable;
using Journey.Domain.Engine;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Templates;
using Journey.Host.Dispatch;

namespace Journey.Tests.Host.Dispatch;

public sealed class DispatcherTests
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

    [Test]
    public async Task A_requested_message_is_posted_signed_and_rendered_and_recorded_as_sent()
    {
        _rig.Templates = TemplateLibrary.Parse([new TemplateFile("hello.html", "---\nsubject: Hi {{customer.firstName}}\n---\n<b>{{data.coupon}}</b> {{customer.nick}}")]).Library;
        var id = await _rig.DecideAsync();
        await _rig.StartAsync();

        var outcome = (await _rig.OutcomesAsync(1)).Single();
        await _rig.StopAsync();

        var received = _receiver.Received.Single();
        Assert.That(received.IsSigned, Is.True);
        Assert.That(received.Id, Is.EqualTo(id));
        Assert.That(received.Timestamp, Is.EqualTo(_rig.Time.GetUtcNow().ToUnixTimeSeconds()));
        Assert.That(received.Json.GetRawText(), Is.EqualTo(
            $$$"""{"id":"{{{id}}}","type":"message.requested","timestamp":"2026-03-01T12:00:00Z","data":{"customer":"{{{DispatchRig.Customer}}}","""
            + """ "channel":"email","to":"ada@example.com","template":"hello","subject":"Hi Ada","body":"\u003Cb\u003EBACK10\u003C/b\u003E ",""".TrimStart()
            + """ "contentType":"text/html","data":{"coupon":"BACK10","line":"for Ada"},"journey":"j","version":2,"run":"r","step":"first"}}""".TrimStart()));
        Assert.That(outcome.Name, Is.EqualTo(EventNames.MessageSent));
        Assert.That(outcome.Stream, Is.EqualTo(DispatchRig.Customer));
        Assert.That(outcome.Properties.GetRawText(), Is.EqualTo(
            $$"""{"decision":"{{id}}","journey":"j","version":2,"run":"r","step":"first","channel":"email","template":"hello","provider":"webhook:email","attempts":1,"missing":["customer.nick"]}"""));
    }

    [Test]
    public async Task Without_a_template_of_that_name_the_receiver_gets_name_and_data()
    {
        await _rig.DecideAsync();
        await _rig.StartAsync();
        await _rig.OutcomesAsync(1);
        await _rig.StopAsync();

        var data = _receiver.Received.Single().Json.GetProperty("data");
        Assert.That(data.TryGetProperty("body", out _), Is.False);
        Assert.That(data.GetProperty("template").GetString(), Is.EqualTo("hello"));
        Assert.That(data.GetProperty("data").GetRawText(), Is.EqualTo("""{"coupon":"BACK10","line":"for Ada"}"""));
    }

    [Test]
    public async Task A_channel_without_settings_goes_to_the_console_without_personal_data()
    {
        var id = await _rig.DecideAsync(properties: DispatchRig.Message("sms"));
        await _rig.StartAsync();
        await _rig.OutcomesAsync(1);
        await _rig.StopAsync();

        Assert.That(_receiver.Received, Is.Empty);
        Assert.That(_rig.Console, Is.EqualTo(
            $$"""{"delivery":"{{id}}","channel":"sms","customer":"{{DispatchRig.Customer}}","journey":"j","step":"first","template":"hello"}""" + Environment.NewLine));
    }

    [Test]
    public async Task A_task_reaches_the_task_channel_with_its_title_rendered()
    {
        _rig.Options = _rig.Options with { Channels = ImmutableDictionary<string, ChannelOptions>.Empty.Add("task", DispatchRig.Webhook(_receiver)) };
        await _rig.DecideAsync(EventNames.TaskRequested, new { journey = "j", version = 1, run = "r", step = "s", team = "call-center", title = "Call {{customer.firstName}}", due = "2026-03-01T16:00:00Z" });
        await _rig.StartAsync();

        var outcome = (await _rig.OutcomesAsync(1)).Single();
        await _rig.StopAsync();

        var received = _receiver.Received.Single().Json;
        Assert.That(received.GetProperty("type").GetString(), Is.EqualTo("task.requested"));
        Assert.That(received.GetProperty("data").GetProperty("subject").GetString(), Is.EqualTo("Call Ada"));
        Assert.That(received.GetProperty("data").GetProperty("team").GetString(), Is.EqualTo("call-center"));
        Assert.That(received.GetProperty("data").GetProperty("data").GetRawText(), Is.EqualTo("""{"due":"2026-03-01T16:00:00Z"}"""));
        Assert.That(outcome.Name, Is.EqualTo(EventNames.TaskSent));
    }

    [TestCase(EventKind.Interaction, EventFlags.None)]
    [TestCase(EventKind.Derived, EventFlags.None)]
    [TestCase(EventKind.Decision, EventFlags.Imported)]
    public async Task What_did_not_come_from_the_engine_is_never_delivered(EventKind kind, EventFlags flags)
    {
        await _rig.DecideAsync(kind: kind, flags: flags);
        var id = await _rig.DecideAsync();
        await _rig.StartAsync();
        await _rig.OutcomesAsync(1);
        await _rig.StopAsync();

        Assert.That(_receiver.Received.Select(received => received.Id), Is.EqualTo(new[] { id }));
    }

    [Test]
    public async Task Consent_revoked_between_request_and_send_suppresses_the_message()
    {
        _rig.Consent = _ => ConsentState.Revoked;
        await _rig.DecideAsync();
        await _rig.StartAsync();

        var outcome = (await _rig.OutcomesAsync(1)).Single();
        await _rig.StopAsync();

        Assert.That(outcome.Name, Is.EqualTo(EventNames.MessageSuppressed));
        Assert.That(outcome.Text("reason"), Is.EqualTo("consent-revoked"));
        Assert.That(_receiver.Received, Is.Empty);
    }

    [Test]
    public async Task Consent_revoked_between_two_attempts_suppresses_the_message()
    {
        _receiver.Answer = WebhookReceiver.Always(503);
        _rig.Consent = asked => asked == 1 ? ConsentState.Granted : ConsentState.Revoked;
        await _rig.DecideAsync();
        await _rig.StartAsync();

        var outcome = (await _rig.OutcomesAsync(1)).Single();
        await _rig.StopAsync();

        Assert.That(outcome.Name, Is.EqualTo(EventNames.MessageSuppressed));
        Assert.That(outcome.Text("attempts"), Is.EqualTo("1"));
        Assert.That(_receiver.Received, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_decision_that_cannot_be_read_fails_visibly_and_does_not_stop_the_others()
    {
        var broken = await _rig.DecideAsync(payload: """{"properties": 7}""");
        await _rig.DecideAsync();
        await _rig.StartAsync();

        var outcomes = await _rig.OutcomesAsync(2);
        await _rig.StopAsync();

        Assert.That(outcomes.Select(outcome => outcome.Name), Is.EquivalentTo(new[] { EventNames.MessageFailed, EventNames.MessageSent }));
        Assert.That((await _rig.Store.DeadLetters.FindAsync(broken))?.Reason, Is.EqualTo("the decision cannot be read"));
    }

    [TestCase(4, "Message Sent", null)]
    [TestCase(5, "Message Failed", "the customer's facts cannot be read")]
    public async Task A_customer_whose_facts_cannot_be_read_five_times_is_a_dead_letter(int failures, string name, string? reason)
    {
        _rig.Consent = asked => asked <= failures ? throw new InvalidDataException("broken") : ConsentState.Granted;
        await _rig.DecideAsync();
        await _rig.StartAsync();

        var outcome = (await _rig.OutcomesAsync(1)).Single();
        await _rig.StopAsync();

        Assert.That((outcome.Name, outcome.Text("reason")), Is.EqualTo((name, reason)));
    }

    [Test]
    public async Task A_restart_in_the_middle_delivers_again_with_the_same_id_and_records_one_outcome()
    {
        var hang = new TaskCompletionSource();
        _receiver.Answer = async (n, _) => await (n == 2 ? hang.Task : Task.CompletedTask);
        _rig.Options = _rig.Options with { DrainTimeout = TimeSpan.Zero };
        var first = await _rig.DecideAsync();
        await _rig.StartAsync();
        await _rig.OutcomesAsync(1);
        var second = await _rig.DecideAsync();
        await _receiver.ArrivedAsync();
        await _receiver.ArrivedAsync();

        await _rig.StopAsync();
        hang.SetResult();
        await _rig.StartAsync();
        await _rig.OutcomesAsync(2);
        await _rig.StopAsync();

        Assert.That(_receiver.Received.Select(received => received.Id), Is.EqualTo(new[] { first, second, second }));
        Assert.That((await _rig.AllOutcomesAsync()).Select(outcome => outcome.Text("decision")), Is.EqualTo(new[] { first, second }));
    }

    [Test]
    public async Task What_was_delivered_out_of_order_is_not_delivered_again_after_a_restart()
    {
        var hang = new TaskCompletionSource();
        _receiver.Answer = async (_, context) => await (context.Request.Headers["webhook-id"] == _slow ? hang.Task : Task.CompletedTask);
        _rig.Options = _rig.Options with { DrainTimeout = TimeSpan.Zero };
        _slow = await _rig.DecideAsync();
        var quick = await _rig.DecideAsync();
        await _rig.StartAsync();
        await _rig.OutcomesAsync(1);
        await _rig.StopAsync();
        Assert.That(await new StoredDispatchCheckpoint(_rig.Store).LoadAsync(), Is.EqualTo(Checkpoint.Start));

        hang.SetResult();
        await _rig.StartAsync();
        await _rig.OutcomesAsync(2);
        await _rig.StopAsync();

        Assert.That(_receiver.Received.Count(received => received.Id == quick), Is.EqualTo(1));
        Assert.That(_receiver.Received.Count(received => received.Id == _slow), Is.EqualTo(2));
        Assert.That(await new StoredDispatchCheckpoint(_rig.Store).LoadAsync(), Is.Not.EqualTo(Checkpoint.Start));
    }

    [Test]
    public async Task A_stop_lets_an_attempt_under_way_end_and_leaves_what_waits_for_the_next_start()
    {
        var answer = new TaskCompletionSource();
        _receiver.Answer = async (n, context) =>
        {
            await answer.Task;
            await WebhookReceiver.Status(context, context.Request.Headers["webhook-id"] == _slow ? 503 : 200, null);
        };
        _slow = await _rig.DecideAsync();
        var other = await _rig.DecideAsync();
        await _rig.StartAsync();
        await _receiver.ArrivedAsync();
        await _receiver.ArrivedAsync();

        var stop = _rig.StopAsync();
        answer.SetResult();
        await stop;

        Assert.That((await _rig.AllOutcomesAsync()).Select(outcome => outcome.Text("decision")), Is.EqualTo(new[] { other }));
        Assert.That(await _rig.Store.DeadLetters.CountAsync(), Is.Zero);
    }

    [Test]
    public async Task A_finished_log_is_not_read_again()
    {
        await _rig.DecideAsync();
        await _rig.StartAsync();
        await _rig.OutcomesAsync(1);
        await _rig.StopAsync();
        await _rig.StartAsync();
        var next = await _rig.DecideAsync();
        await _rig.OutcomesAsync(2);
        await _rig.StopAsync();

        Assert.That(_receiver.Received, Has.Count.EqualTo(2));
        Assert.That(_receiver.Received[1].Id, Is.EqualTo(next));
    }

    [Test]
    public async Task Reading_pauses_while_as_many_are_open_as_may_be()
    {
        var answer = new TaskCompletionSource();
        _receiver.Answer = (_, _) => answer.Task;
        _rig.Options = _rig.Options with { OpenDeliveriesMax = 2, PageEventsMax = 1 };
        for (var i = 0; i < 5; i++)
        {
            await _rig.DecideAsync();
        }

        await _rig.StartAsync();
        await _receiver.ArrivedAsync();
        await _receiver.ArrivedAsync();
        Assert.That(_rig.Dispatcher.Status().Open, Is.EqualTo(2));
        Assert.That(_receiver.Received, Has.Count.EqualTo(2));

        answer.SetResult();
        await _rig.OutcomesAsync(5);
        await _rig.StopAsync();
        Assert.That(_receiver.Received.Select(received => received.Id).Distinct().Count(), Is.EqualTo(5));
    }

    [Test]
    public async Task A_second_dispatcher_on_the_same_log_makes_the_first_stop()
    {
        _rig.Options = _rig.Options with { CheckpointEvery = TimeSpan.FromSeconds(1) };
        await _rig.StartAsync();
        await _rig.DecideAsync();
        await _rig.OutcomesAsync(1);
        var other = new StoredDispatchCheckpoint(_rig.Store);
        while (!await other.SaveAsync(await other.LoadAsync() == Checkpoint.Start ? await _rig.Store.HeadAsync() : Checkpoint.Start))
        {
            // The first one saved in between, which is its right.
        }

        await _rig.DecideAsync();
        await _rig.Time.RunAsync(_rig.Dispatcher.Completion.ContinueWith(_ => true, TaskScheduler.Default), DispatchRig.Waits);

        Assert.That(_rig.Dispatcher.Status().Fault, Is.EqualTo("Another dispatcher has moved the checkpoint."));
        await _rig.StopAsync();
    }

    [Test]
    public async Task A_call_brings_back_its_answer()
    {
        _receiver.Answer = (_, context) => Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, """{"score": 7}""");
        await _rig.DecideAsync(EventNames.CallRequested, Call(_receiver.Url + "/{{customer.email}}?q=1"));
        await _rig.StartAsync();

        var outcome = (await _rig.OutcomesAsync(1)).Single();
        await _rig.StopAsync();

        Assert.That(outcome.Name, Is.EqualTo(EventNames.CallAnswered));
        Assert.That(outcome.Properties.GetProperty("response").GetRawText(), Is.EqualTo("""{"score":7}"""));
        Assert.That(_receiver.Received.Single().Path, Is.EqualTo("/hook/ada@example.com?q=1"));
        Assert.That(_receiver.Received.Single().Json.GetRawText(), Is.EqualTo("""{"name":"Ada"}"""));
    }

    [TestCase("http://{{customer.host}}/x", "the host of a call cannot be a template")]
    [TestCase("ftp://example.com/x", "the url of a call must be absolute, http or https, without user, password or fragment")]
    [TestCase("http://127.0.0.1:9/{{> p}}", "template: T107")]
    public async Task A_call_that_cannot_be_made_fails_with_its_reason_and_is_no_dead_letter(string url, string reason)
    {
        await _rig.DecideAsync(EventNames.CallRequested, Call(url));
        await _rig.StartAsync();

        var outcome = (await _rig.OutcomesAsync(1)).Single();
        await _rig.StopAsync();

        Assert.That(outcome.Name, Is.EqualTo(EventNames.CallFailed));
        Assert.That(outcome.Text("reason"), Is.EqualTo(reason));
        Assert.That(await _rig.Store.DeadLetters.CountAsync(), Is.Zero);
    }

    [Test]
    public async Task A_call_that_the_journey_no_longer_waits_for_is_not_made()
    {
        await _rig.DecideAsync(EventNames.CallRequested, Call(_receiver.Url.ToString(), until: "2026-03-01T12:00:00Z"));
        await _rig.StartAsync();

        var outcome = (await _rig.OutcomesAsync(1)).Single();
        await _rig.StopAsync();

        Assert.That(outcome.Text("reason"), Is.EqualTo("too late: the journey no longer waits for the answer"));
        Assert.That(_receiver.Received, Is.Empty);
    }

    private string _slow = "";

    private static object Call(string url, string until = "2026-03-01T20:00:00Z") =>
        new { journey = "j", version = 1, run = "r", step = "s", url, method = "POST", body = new { name = "{{customer.firstName}}" }, until };
}

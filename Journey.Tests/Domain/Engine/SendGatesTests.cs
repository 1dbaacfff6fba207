using Journey.Domain.Engine;

namespace Journey.Tests.Domain.Engine;

internal sealed class SendGatesTests
{
    /// <param name="limits">Further keys of the journey, one a line.</param>
    private static World Newsletter(string send = "{ channel: email, template: news }", params string[] limits) => new($$"""
        journey: newsletter
        enter: { on: News Published, reentry: concurrent }
        {{string.Join('\n', limits)}}
        steps:
          - { id: news, send: {{send}} }
          - { id: after, task: { team: store, title: Done } }
        """);

    private static World Granted(World world, params string[] channels)
    {
        foreach (var channel in channels)
        {
            world.On("2026-03-01T00:00Z", "Consent Granted", new { channel });
        }

        return world;
    }

    private static string[] Sent(World world, string at = "2026-03-01T12:00Z") => world.On(at, "News Published").Said;

    [Test]
    public void An_opt_in_channel_needs_consent_that_was_granted()
    {
        Assert.That(Sent(Newsletter())[1], Is.EqualTo("03-01 12:00 Message Suppressed: news email consent"));
        Assert.That(Sent(Granted(Newsletter(), "email"))[1], Is.EqualTo("03-01 12:00 Message Requested: news email"));
    }

    [Test]
    public void Another_channel_needs_consent_that_was_not_revoked()
    {
        var world = Newsletter("{ channel: web, template: news }");
        Assert.That(Sent(world)[1], Is.EqualTo("03-01 12:00 Message Requested: news web"));
        world.On("2026-03-02T00:00Z", "Consent Revoked", new { channel = "web" });
        Assert.That(Sent(world, "2026-03-02T12:00Z")[1], Is.EqualTo("03-02 12:00 Message Suppressed: news web consent"));
    }

    [Test]
    public void Consent_is_asked_for_the_sends_own_purpose()
    {
        var world = Newsletter("{ channel: email, template: news, purpose: service }");
        Assert.That(Sent(Granted(world, "email"))[1], Is.EqualTo("03-01 12:00 Message Suppressed: news email consent"));
        world.On("2026-03-02T00:00Z", "Consent Granted", new { channel = "email", purpose = "service" });
        Assert.That(Sent(world, "2026-03-02T12:00Z")[1], Is.EqualTo("03-02 12:00 Message Requested: news email"));
    }

    [Test]
    public void The_first_channel_that_reaches_and_may_is_taken()
    {
        const string send = "{ channel: email, template: news, fallback: [push, sms] }";
        Assert.That(Sent(Granted(Newsletter(send), "email", "push", "sms"))[1], Is.EqualTo("03-01 12:00 Message Requested: news email"));
        Assert.That(Sent(Granted(Newsletter(send), "sms"))[1], Is.EqualTo("03-01 12:00 Message Requested: news sms"));

        var world = Granted(Newsletter(send), "email", "push", "sms");
        world.Facts.Unreachable.UnionWith(["email", "push"]);
        Assert.That(Sent(world)[1], Is.EqualTo("03-01 12:00 Message Requested: news sms"));
    }

    [Test]
    public void Who_can_be_reached_nowhere_is_recorded_as_such()
    {
        var world = Granted(Newsletter("{ channel: email, template: news, fallback: [push] }"), "email", "push");
        world.Facts.Unreachable.UnionWith(["email", "push"]);
        Assert.That(Sent(world)[1], Is.EqualTo("03-01 12:00 Message Suppressed: news email unreachable"));
    }

    [Test]
    public void A_refused_address_is_passed_over_and_is_the_reason_where_nothing_else_is_left()
    {
        const string send = "{ channel: email, template: news, fallback: [push, sms] }";
        var world = Granted(Newsletter(send), "email", "push");
        world.Facts.Refused["email"] = AddressFault.Bounced;
        world.Facts.Unreachable.Add("sms");
        Assert.That(Sent(world)[1], Is.EqualTo("03-01 12:00 Message Requested: news push"));

        world.Facts.Refused["push"] = AddressFault.Complained;
        Assert.That(Sent(world, "2026-03-02T12:00Z")[1], Is.EqualTo("03-02 12:00 Message Suppressed: news email bounced"));

        world.Facts.Unreachable.Remove("sms");
        Assert.That(Sent(world, "2026-03-03T12:00Z")[1], Is.EqualTo("03-03 12:00 Message Suppressed: news sms consent"));
    }

    [Test]
    public void Without_consent_the_channel_that_would_reach_is_named()
    {
        var world = Newsletter("{ channel: email, template: news, fallback: [push] }");
        world.Facts.Unreachable.Add("email");
        Assert.That(Sent(world)[1], Is.EqualTo("03-01 12:00 Message Suppressed: news push consent"));
    }

    [Test]
    public void Gates_are_asked_in_order()
    {
        const string quiet = "limits: { cap: { max: 1, per: 24h }, quiet: { from: \"00:00\", to: \"23:00\" }, onBlocked: skip }";
        var world = Newsletter("{ channel: email, template: news }", "holdout: 99.99999999%", "guard: event.ok", quiet);
        Assert.That(Sent(world)[1], Does.EndWith("consent"));
        Assert.That(Sent(Granted(world, "email"))[1], Does.EndWith("holdout"));

        world = Granted(Newsletter("{ channel: email, template: news }", "guard: event.ok", quiet), "email");
        Assert.That(Sent(world)[1], Does.EndWith("guard"));
        Assert.That(world.On("2026-03-01T23:30Z", "News Published", new { ok = true }).Said[1], Does.EndWith("Message Requested: news email"));
        Assert.That(world.On("2026-03-02T12:00Z", "News Published", new { ok = true }).Said[1], Does.EndWith("cap"));
        Assert.That(world.On("2026-03-03T12:00Z", "News Published", new { ok = true }).Said[1], Does.EndWith("quiet"));
    }

    [Test]
    public void A_withheld_message_does_not_keep_the_run_from_its_next_step() => Assert.That(Sent(Newsletter()), Is.EqualTo([
        "03-01 12:00 Run Entered: newsletter",
        "03-01 12:00 Message Suppressed: news email consent",
        "03-01 12:00 Task Requested: after",
        "03-01 12:00 Run Exited: newsletter completed",
    ]));

    [Test]
    public void A_cap_that_waits_holds_until_the_oldest_message_leaves_the_window()
    {
        var world = Granted(Newsletter(limits: "limits: { cap: { max: 2, per: 24h, channel: email }, onBlocked: wait }"), "email");
        Sent(world, "2026-03-01T08:00Z");
        Sent(world, "2026-03-01T09:00Z");
        Assert.That(Sent(world, "2026-03-01T10:00Z")[1], Is.EqualTo("03-01 10:00 Run Waiting: news cap until 03-02 08:00"));
        Assert.That(world.Until("2026-03-03T00:00Z").Said[0], Is.EqualTo("03-02 08:00 Message Requested: news email"));
    }

    [Test]
    public void Two_runs_held_by_one_cap_are_let_through_one_by_one()
    {
        var world = Granted(Newsletter(limits: "limits: { cap: { max: 1, per: 24h }, onBlocked: wait }"), "email");
        Sent(world, "2026-03-01T08:00Z");
        Sent(world, "2026-03-01T09:00Z");
        Sent(world, "2026-03-01T10:00Z");
        Assert.That(world.Until("2026-03-05T00:00Z").Said.Where(line => !line.Contains("after") && !line.Contains("Exited")), Is.EqualTo([
            "03-02 08:00 Message Requested: news email",
            "03-02 08:00 Run Waiting: news cap until 03-03 08:00",
            "03-03 08:00 Message Requested: news email",
        ]));
    }

    [Test]
    public void A_cap_that_skips_goes_on_and_one_that_exits_ends_the_run()
    {
        var skips = Granted(Newsletter(limits: "limits: { cap: { max: 1, per: 24h }, onBlocked: skip }"), "email");
        Sent(skips, "2026-03-01T08:00Z");
        Assert.That(Sent(skips, "2026-03-01T09:00Z")[1..], Is.EqualTo([
            "03-01 09:00 Message Suppressed: news email cap",
            "03-01 09:00 Task Requested: after",
            "03-01 09:00 Run Exited: newsletter completed",
        ]));

        var exits = Granted(Newsletter(limits: "limits: { cap: { max: 1, per: 24h }, onBlocked: exit }"), "email");
        Sent(exits, "2026-03-01T08:00Z");
        Assert.That(Sent(exits, "2026-03-01T09:00Z")[1..], Is.EqualTo([
            "03-01 09:00 Message Suppressed: news email cap",
            "03-01 09:00 Run Exited: newsletter cap",
        ]));
    }

    [Test]
    public void The_window_of_a_cap_is_half_open()
    {
        var world = Granted(Newsletter(limits: "limits: { cap: { max: 1, per: 24h }, onBlocked: skip }"), "email");
        Sent(world, "2026-03-01T08:00Z");
        Assert.That(Sent(world, "2026-03-02T07:59:59.999Z")[1], Does.Contain("cap"));
        Assert.That(Sent(world, "2026-03-02T08:00Z")[1], Does.Contain("Message Requested"));
    }

    [TestCase("all", "Message Suppressed: news email cap")]
    [TestCase("this", "Message Requested: news email")]
    public void A_cap_counts_every_journeys_messages_unless_told_otherwise(string whose, string expected)
    {
        var world = Granted(Newsletter(limits: $"limits: {{ cap: {{ max: 1, per: 24h, journey: {whose} }}, onBlocked: skip }}"), "email");
        world.Publish("""
            rule: welcome
            on: Signed Up
            do: [ { id: hi, send: { channel: email, template: hi } } ]
            """);
        world.On("2026-03-01T08:00Z", "Signed Up");
        _ = world.Said;
        Assert.That(Sent(world)[1], Does.EndWith(expected));
    }

    [Test]
    public void A_cap_on_one_channel_does_not_count_the_others()
    {
        var world = Granted(Newsletter("{ channel: sms, template: news }", "limits: { cap: { max: 1, per: 24h, channel: email }, onBlocked: skip }"), "sms");
        Sent(world, "2026-03-01T08:00Z");
        Assert.That(Sent(world, "2026-03-01T09:00Z")[1], Does.EndWith("Message Requested: news sms"));
    }

    [Test]
    public void Quiet_hours_across_midnight_hold_until_they_end()
    {
        var world = Granted(Newsletter(limits: "limits: { quiet: { from: \"21:00\", to: \"09:00\" } }"), "email");
        world.Facts.Zone = "Europe/Rome";
        Assert.That(Sent(world, "2026-03-01T19:59:59Z")[1], Does.Contain("Message Requested"));
        Assert.That(Sent(world, "2026-03-01T20:00Z")[1], Is.EqualTo("03-01 20:00 Run Waiting: news quiet until 03-02 08:00"));
        Assert.That(Sent(world, "2026-03-02T01:00Z")[1], Is.EqualTo("03-02 01:00 Run Waiting: news quiet until 03-02 08:00"));
        Assert.That(world.Until("2026-03-02T08:00Z").Said.Count(line => line.Contains("03-02 08:00 Message Requested")), Is.EqualTo(2));
        Assert.That(Sent(world, "2026-03-02T08:00Z")[1], Does.Contain("Message Requested"));
    }

    [Test]
    public void Every_gate_is_asked_again_after_a_hold()
    {
        const string quiet = "limits: { quiet: { from: \"21:00\", to: \"09:00\" } }";
        var revoked = Granted(Newsletter(limits: quiet), "email");
        Sent(revoked, "2026-03-01T22:00Z");
        revoked.On("2026-03-01T23:00Z", "Consent Revoked", new { channel = "email" });
        Assert.That(revoked.Until("2026-03-03T00:00Z").Said[0], Is.EqualTo("03-02 09:00 Message Suppressed: news email consent"));

        var guarded = Granted(Newsletter(limits: ["guard: count(\"Order Completed\") == 0", quiet]), "email");
        Sent(guarded, "2026-03-01T22:00Z");
        guarded.On("2026-03-01T23:00Z", "Order Completed");
        Assert.That(guarded.Until("2026-03-03T00:00Z").Said[0], Is.EqualTo("03-02 09:00 Message Suppressed: news email guard"));
    }

    [Test]
    public void A_message_that_waited_may_meet_the_other_limit()
    {
        var world = Granted(Newsletter(limits: "limits: { cap: { max: 1, per: 12h }, quiet: { from: \"21:00\", to: \"09:00\" } }"), "email");
        Sent(world, "2026-03-01T12:00Z");
        Assert.That(Sent(world, "2026-03-01T13:00Z")[1], Is.EqualTo("03-01 13:00 Run Waiting: news cap until 03-02 00:00"));
        Assert.That(world.Until("2026-03-03T00:00Z").Said[..2], Is.EqualTo([
            "03-02 00:00 Run Waiting: news quiet until 03-02 09:00",
            "03-02 09:00 Message Requested: news email",
        ]));
    }

    [Test]
    public void A_holdout_goes_through_every_step_with_its_sends_withheld()
    {
        var world = Granted(Newsletter(limits: ["holdout: 99.99999999%", "goal: { on: Order Completed, within: 3d }"]), "email");
        Sent(world);
        world.On("2026-03-02T12:00Z", "Order Completed");
        Assert.That(world.Decisions.Select(DecisionText.Of), Is.EqualTo([
            "03-01 12:00 Run Entered: newsletter (holdout)",
            "03-01 12:00 Message Suppressed: news email holdout",
            "03-01 12:00 Task Requested: after",
            "03-01 12:00 Run Exited: newsletter completed",
            "03-02 12:00 Goal Reached: newsletter (holdout)",
        ]));
    }
}

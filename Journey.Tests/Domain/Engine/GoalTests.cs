using System.Text.Json;
using Journey.Domain.Events;

namespace Journey.Tests.Domain.Engine;

internal sealed class GoalTests
{
    private static World With(string goal, string rest = "1h") => new World($$"""
        journey: nudge
        enter: { on: Store Visited, reentry: after-exit }
        exit: { on: Order Completed, where: has(event.ends), as: bought }
        goal: { on: Order Completed, {{goal}} }
        steps:
          - { id: news, send: { channel: web, template: news } }
          - { id: rest, wait: {{rest}} }
        """).On("2026-03-01T10:00Z", "Store Visited");

    private static int Goals(World world) => world.Decisions.Count(decision => decision.Name == EventNames.GoalReached);

    [TestCase("2026-03-01T10:00:00Z", 1)]
    [TestCase("2026-03-04T09:59:59.999Z", 1)]
    [TestCase("2026-03-04T10:00:00Z", 0)]
    public void A_goal_counts_within_its_window_from_entry_also_after_the_run_ended(string at, int expected) =>
        Assert.That(Goals(With("within: 3d").On(at, "Order Completed")), Is.EqualTo(expected));

    [Test]
    public void A_goal_counts_once_in_a_run() =>
        Assert.That(Goals(With("within: 3d", "2d").On("2026-03-01T11:00Z", "Order Completed").On("2026-03-02T11:00Z", "Order Completed").On("2026-03-03T11:00Z", "Order Completed")), Is.EqualTo(1));

    [Test]
    public void A_goal_without_a_window_counts_as_long_as_the_run_lives()
    {
        Assert.That(Goals(With("credit: none").On("2026-03-01T10:59:59Z", "Order Completed")), Is.EqualTo(1));
        Assert.That(Goals(With("credit: none").On("2026-03-01T11:00:00Z", "Order Completed")), Is.Zero);
    }

    [TestCase("credit: none")]
    [TestCase("within: 3d")]
    public void The_event_that_ends_the_run_may_be_its_goal(string goal)
    {
        var world = With(goal).On("2026-03-01T10:30Z", "Order Completed", new { ends = true });
        Assert.That(world.Said[^2..], Is.EqualTo(["03-01 10:30 Run Exited: nudge bought", "03-01 10:30 Goal Reached: nudge"]));
        Assert.That(Goals(world.On("2026-03-01T10:31Z", "Order Completed")), Is.EqualTo(1));
    }

    [Test]
    public void What_happened_before_entry_is_no_goal_although_it_arrives_later() =>
        Assert.That(Goals(With("within: 3d").On("2026-03-01T09:59Z", "Order Completed")), Is.Zero);

    [TestCase("within: 3d", "last-message", true)]
    [TestCase("credit: any-message", "any-message", false)]
    [TestCase("credit: none", "none", false)]
    public void A_goal_says_what_it_is_credited_to(string goal, string rule, bool namesMessage)
    {
        var world = With(goal).On("2026-03-01T10:30Z", "Order Completed");
        var message = world.Decisions.Single(decision => decision.Name == EventNames.MessageRequested);
        var reached = world.Decisions.Single(decision => decision.Name == EventNames.GoalReached);
        using var json = JsonDocument.Parse(StoredPayload.Json(reached.Payload));
        var said = json.RootElement.GetProperty("properties");
        Assert.That(said.GetProperty("credit").GetString(), Is.EqualTo(rule));
        Assert.That(said.GetProperty("messages").GetInt32(), Is.EqualTo(1));
        Assert.That(said.GetProperty("afterSeconds").GetInt32(), Is.EqualTo(1_800));
        Assert.That(said.TryGetProperty("message", out var id) ? id.GetGuid() : Guid.Empty, Is.EqualTo(namesMessage ? message.Id : Guid.Empty));
    }

    [Test]
    public void Every_run_has_a_goal_of_its_own()
    {
        var world = With("within: 3d").On("2026-03-01T12:00Z", "Store Visited").On("2026-03-01T12:30Z", "Order Completed");
        Assert.That(Goals(world), Is.EqualTo(2));
    }
}

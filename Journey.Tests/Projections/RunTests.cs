using Journey.Domain.Events;
using Journey.Projections.ReadModels;
using Journey.Projections.Runs;

namespace Journey.Tests.Projections;

/// <summary>Where runs are, how they end, and what their splits bring.</summary>
public sealed class RunTests
{
    private const string Ads = """
        journey: ads
        enter: { on: Signed Up, reentry: after-exit }
        goal: { on: Order Completed, within: 7d }
        exit: [ { on: Unsubscribed, as: gone } ]
        steps:
          - id: pick
            split:
              - { name: a, weight: 50%, then: [ { id: wait-a, wait: 1d } ] }
              - { name: b, weight: 50%, then: [ { id: wait-b, wait: 1d } ] }
          - { id: rest, wait: 1d }
        """;

    private static string Step(Story story, string column, string step) => story.Rows.Value(ReadModelTables.RunSteps, column, "ads", 1, step);

    [Test]
    public void A_run_is_counted_where_it_is_and_since_when()
    {
        var story = new Story(Ads).Then("2026-03-01T10:00Z", "Signed Up");
        var run = story.State.Runs.Runs.Single();
        var arm = run.Arms.Single().Arm;

        Assert.That((run.Step, run.StepSince), Is.EqualTo(($"wait-{arm}", Story.Instant("2026-03-01T10:00Z"))));
        Assert.That((Step(story, "active", $"wait-{arm}"), Step(story, "active", "rest"), Step(story, "active", "")), Is.EqualTo(("1", "no row", "0")));

        story.Until("2026-03-02T12:00Z");
        Assert.That((run.Step, run.StepSince), Is.EqualTo(("rest", Story.Instant("2026-03-02T10:00Z"))));
        Assert.That((Step(story, "active", $"wait-{arm}"), Step(story, "arrivals", $"wait-{arm}"), Step(story, "active", "rest")), Is.EqualTo(("0", "1", "1")));
        Assert.That(story.Rows.Value(ReadModelTables.Runs, "step_since", Story.Customer, run.Id), Is.EqualTo($"{Story.Instant("2026-03-02T10:00Z")}"));

        story.Until("2026-03-04T00:00Z");
        Assert.That((Step(story, "active", "rest"), Step(story, "arrivals", "rest")), Is.EqualTo(("0", "1")));
        Assert.That(story.Rows.Value(ReadModelTables.Runs, "step_since", Story.Customer, run.Id), Is.EqualTo("null"));
        Assert.That(story.Rows.Value(ReadModelTables.RunEnds, "runs", "ads", 1, "completed"), Is.EqualTo("1"));
    }

    [Test]
    public void Ends_are_counted_by_reason()
    {
        var story = new Story(Ads).Then("2026-03-01T10:00Z", "Signed Up").Then("2026-03-01T11:00Z", "Unsubscribed")
            .Then("2026-03-02T10:00Z", "Signed Up", customer: "c0000000000000002").Until("2026-03-09T00:00Z");

        Assert.That(story.Rows.Value(ReadModelTables.RunEnds, "runs", "ads", 1, "gone"), Is.EqualTo("1"));
        Assert.That(story.Rows.Value(ReadModelTables.RunEnds, "runs", "ads", 1, "completed"), Is.EqualTo("1"));
    }

    [Test]
    public void A_goal_after_the_end_still_counts_for_the_arm_and_once()
    {
        var story = new Story(Ads).Then("2026-03-01T10:00Z", "Signed Up").Until("2026-03-04T00:00Z");
        var arm = story.State.Runs.Runs.Single().Arms.Single().Arm;
        Assert.That(story.Rows.Value(ReadModelTables.SplitArms, "runs", "ads", 1, "pick", arm), Is.EqualTo("1"));

        story.Then("2026-03-05T00:00Z", "Order Completed", new { order_id = "o1" }).Then("2026-03-05T01:00Z", "Order Completed", new { order_id = "o2" });
        Assert.That(story.Rows.Value(ReadModelTables.SplitArms, "goals", "ads", 1, "pick", arm), Is.EqualTo("1"));
    }

    [Test]
    public void Held_out_runs_are_in_no_arm()
    {
        var story = new Story(Ads + "\nholdout: 99%\n").Then("2026-03-01T10:00Z", "Signed Up").Then("2026-03-01T11:00Z", "Order Completed", new { order_id = "o1" })
            .Then("2026-03-01T12:00Z", "Unsubscribed");

        Assert.That(story.Rows.All(ReadModelTables.SplitArms), Is.Empty);
        Assert.That(story.Rows.Value(ReadModelTables.RunEnds, "holdout", "ads", 1, "gone"), Is.EqualTo("1"));
        Assert.That(story.Rows.Value(ReadModelTables.JourneyDays, "goals_holdout", "2026-03-01", "ads", 1), Is.EqualTo("1"));
    }

    [Test]
    public void The_sixty_fifth_active_run_pushes_out_the_oldest_and_takes_it_off_its_step()
    {
        var story = new Story();
        for (var i = 0; i <= RunList.RunsMax; i++)
        {
            story.Then("2026-03-01T10:00Z", EventNames.RunEntered, new { journey = "j", version = 1, run = $"r{i}" }, kind: EventKind.Decision);
        }

        Assert.That(story.State.Runs.Runs, Has.Count.EqualTo(RunList.RunsMax));
        Assert.That(story.Rows.Value(ReadModelTables.RunSteps, "active", "j", 1, ""), Is.EqualTo($"{RunList.RunsMax}"));

        story.Then("2026-03-01T11:00Z", EventNames.RunExited, new { journey = "j", version = 1, run = "r0", reason = "completed" }, kind: EventKind.Decision);
        Assert.That(story.Rows.Value(ReadModelTables.RunSteps, "active", "j", 1, ""), Is.EqualTo($"{RunList.RunsMax}"));
        Assert.That(story.Rows.Value(ReadModelTables.RunEnds, "runs", "j", 1, "completed"), Is.EqualTo("1"));
    }

    [Test]
    public void A_split_run_that_waits_for_its_goal_is_not_pushed_out_by_rules()
    {
        var story = new Story(Ads).Then("2026-03-01T10:00Z", "Signed Up").Then("2026-03-01T11:00Z", "Unsubscribed");
        var arm = story.State.Runs.Runs.Single().Arms.Single().Arm;
        for (var i = 0; i < 10; i++)
        {
            story.Then("2026-03-02T10:00Z", EventNames.RunEntered, new { journey = "rule", version = 1, run = $"r{i}" }, kind: EventKind.Decision)
                .Then("2026-03-02T10:00Z", EventNames.RunExited, new { journey = "rule", version = 1, run = $"r{i}", reason = "completed" }, kind: EventKind.Decision);
        }

        story.Then("2026-03-03T10:00Z", "Order Completed", new { order_id = "o1" });
        Assert.That(story.Rows.Value(ReadModelTables.SplitArms, "goals", "ads", 1, "pick", arm), Is.EqualTo("1"));
    }
}

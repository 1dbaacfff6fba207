using System.Text;
using Journey.Domain.Language;
using Journey.Host.Publishing;
using Journey.Tests.Host.Running;

namespace Journey.Tests.Host.Publishing;

public sealed class PublisherTests
{
    private const string Hello = "journey: hello\nenter: { on: Signed In }\ninFlight: migrate\nsteps:\n  - { id: rest, wait: 1d }\n  - { id: say, task: { team: store, title: Hello } }\n";

    private static Publisher Of(Shopfront shop) => new(shop.Store, shop.Store, shop.Clock);

    private static (string, ReadOnlyMemory<byte>)[] Files(params string[] texts) =>
        [.. texts.Select((text, i) => ($"{i}.yaml", (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(text)))];

    private static async Task<PublishPlan> PublishAsync(Shopfront shop, params string[] texts)
    {
        shop.Clock.Advance(TimeSpan.FromSeconds(1));
        var plan = await Of(shop).PlanAsync(Files(texts));
        Assert.That(await Of(shop).ApplyAsync(plan), Is.InstanceOf<PublishAnswer.Published>());
        return plan;
    }

    private static (string, DocumentChange, int, int, int)[] Lines(PublishPlan plan) =>
        [.. plan.Documents.Select(planned => (planned.Document.Name, planned.Change, planned.Version, planned.Added, planned.Removed))];

    [Test]
    public async Task A_first_publication_is_version_1_and_the_same_text_again_is_nothing()
    {
        await using var shop = new Shopfront();
        Assert.That(Lines(await PublishAsync(shop, Hello)), Is.EqualTo(new[] { ("hello", DocumentChange.New, 1, 6, 0) }));
        Assert.That(Lines(await PublishAsync(shop, Hello)), Is.EqualTo(new[] { ("hello", DocumentChange.Unchanged, 1, 0, 0) }));
        Assert.That((await Of(shop).ReadAsync()).StreamVersion, Is.EqualTo(1));
    }

    [Test]
    public async Task A_changed_text_is_the_next_version()
    {
        await using var shop = new Shopfront();
        await PublishAsync(shop, Hello);
        Assert.That(Lines(await PublishAsync(shop, Hello.Replace("1d", "2d", StringComparison.Ordinal))), Is.EqualTo(new[] { ("hello", DocumentChange.Changed, 2, 1, 1) }));
        Assert.That((await Of(shop).ReadAsync()).History.Latest.Journeys["hello"].Version, Is.EqualTo(2));
    }

    [Test]
    public async Task Tests_are_checked_and_not_published()
    {
        await using var shop = new Shopfront();
        var test = "test: nothing\njourney: hello\ngiven: [{ at: 2026-03-02, event: Signed In }]\nexpect: [no-task]\n";
        Assert.That((await PublishAsync(shop, $"{Hello}---\n{test}")).Documents, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task One_error_keeps_everything_from_being_published()
    {
        await using var shop = new Shopfront();
        var plan = await Of(shop).PlanAsync(Files(Hello, "journey: broken\n"));
        Assert.That(plan.HasErrors, Is.True);
        Assert.That(async () => await Of(shop).ApplyAsync(plan), Throws.InvalidOperationException);
    }

    [Test]
    public async Task Documents_may_refer_to_what_is_published_already()
    {
        await using var shop = new Shopfront();
        await PublishAsync(shop, "segment: vip\nwhere: customer.orders > 5\n");
        var plan = await Of(shop).PlanAsync(Files("journey: greet\nenter: { on: Signed In }\naudience: inSegment(\"vip\")\nsteps: [{ task: { team: store, title: Hello } }]\n"));
        Assert.That(plan.Faults.Select(fault => fault.ToString()), Is.Empty);
    }

    [Test]
    public async Task Of_two_publishers_the_second_learns_that_it_was_not_the_first()
    {
        await using var shop = new Shopfront();
        var (one, other) = (await Of(shop).PlanAsync(Files(Hello)), await Of(shop).PlanAsync(Files(Hello.Replace("Hello", "Ciao", StringComparison.Ordinal))));
        Assert.That(await Of(shop).ApplyAsync(one), Is.InstanceOf<PublishAnswer.Published>());
        Assert.That(await Of(shop).ApplyAsync(other), Is.InstanceOf<PublishAnswer.Conflict>());
        Assert.That((await Of(shop).ReadAsync()).Find("hello")!.Latest.Text, Does.Contain("Hello"));
    }

    [TestCase("inFlight: pin", "rest", 1, 0, 0)]
    [TestCase("inFlight: migrate", "rest", 0, 1, 0)]
    [TestCase("inFlight: migrate", "pause", 0, 1, 0)]
    public async Task A_plan_says_what_becomes_of_runs_under_way(string inFlight, string step, long stay, long move, long end)
    {
        await using var shop = new Shopfront();
        var processor = shop.Processor();
        await processor.PrepareAsync(CancellationToken.None);
        await PublishAsync(shop, Hello);
        await shop.SayAsync("u1", "Signed In");
        await shop.SettleAsync(processor);
        var changed = Hello.Replace("inFlight: migrate", inFlight, StringComparison.Ordinal).Replace("id: rest, wait: 1d", $"id: {step}, wait: 2d", StringComparison.Ordinal);
        var runs = (await Of(shop).PlanAsync(Files(changed))).Documents.Single().InFlight!;
        Assert.That((runs.Runs, runs.Pinned, runs.Moves.Sum(moving => moving.Runs), runs.Ends.Sum(ending => ending.Runs)), Is.EqualTo((1L, stay, move, end)));
    }

    [Test]
    public async Task A_plan_names_the_step_at_which_runs_have_to_end()
    {
        await using var shop = new Shopfront();
        var processor = shop.Processor();
        await processor.PrepareAsync(CancellationToken.None);
        await PublishAsync(shop, Hello);
        await shop.SayAsync("u1", "Signed In");
        await shop.SayAsync("u2", "Signed In");
        await shop.SettleAsync(processor);
        var other = "journey: hello\nenter: { on: Signed In }\ninFlight: migrate\nsteps: [{ id: other, task: { team: store, title: Hello } }]\n";
        var runs = (await Of(shop).PlanAsync(Files(other))).Documents.Single().InFlight!;
        Assert.That(runs.Ends.ToArray(), Is.EqualTo(new[] { new EndingRuns("rest", 2) }));
        Assert.That(await Of(shop).RunsAsync("hello"), Is.EqualTo(new Dictionary<long, long> { [1] = 2 }));
    }

    [Test]
    public async Task A_journey_is_paused_resumed_and_retired_and_comes_back_by_publishing()
    {
        await using var shop = new Shopfront();
        await PublishAsync(shop, Hello);
        var publisher = Of(shop);
        async Task<JourneyStatus> Status() => (await publisher.ReadAsync()).Find("hello")!.Status;
        Assert.That(await publisher.PauseAsync("hello"), Is.InstanceOf<StatusAnswer.Done>());
        Assert.That(await publisher.PauseAsync("hello"), Is.InstanceOf<StatusAnswer.Unchanged>());
        Assert.That(await Status(), Is.EqualTo(JourneyStatus.Paused));
        shop.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await publisher.ResumeAsync("hello"), Is.InstanceOf<StatusAnswer.Done>());
        Assert.That(await publisher.RetireAsync("hello"), Is.InstanceOf<StatusAnswer.Done>());
        Assert.That(await publisher.ResumeAsync("hello"), Is.InstanceOf<StatusAnswer.Refused>());
        Assert.That(await Status(), Is.EqualTo(JourneyStatus.Retired));
        Assert.That(Lines(await PublishAsync(shop, Hello)), Is.EqualTo(new[] { ("hello", DocumentChange.New, 1, 0, 0) }));
        Assert.That(await Status(), Is.EqualTo(JourneyStatus.Active));
    }

    [Test]
    public async Task What_is_not_published_can_be_neither_paused_nor_retired()
    {
        await using var shop = new Shopfront();
        await PublishAsync(shop, Hello, "segment: vip\nwhere: customer.orders > 5\n");
        Assert.That(((StatusAnswer.Unknown)await Of(shop).PauseAsync("helo")).Known.ToArray(), Is.EqualTo(new[] { "hello", "vip" }));
        Assert.That(await Of(shop).PauseAsync("vip"), Is.InstanceOf<StatusAnswer.Refused>());
        Assert.That(await Of(shop).RetireAsync("vip"), Is.InstanceOf<StatusAnswer.Done>());
    }
}

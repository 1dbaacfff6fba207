using System.Text;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Stores.InMemory;

namespace Journey.Tests.Crash;

/// <summary>The crash test's own check must see what it is there to see.</summary>
public sealed class CrashCheckTests
{
    private InMemoryEventLog _log = null!;
    private CrashCheck _check = null!;

    [SetUp]
    public async Task Record()
    {
        _log = new InMemoryEventLog();
        _check = new CrashCheck();
        await Append("c1", "Order Completed", "o1", "{}");
        await Request("d1", "j");
        await Sent("s1", "d1");
    }

    [Test]
    public async Task A_log_in_order_has_no_faults() => Assert.That(await Faults("o1"), Is.Empty);

    [Test]
    public async Task A_lost_order_is_seen() =>
        Assert.That(await Faults("o1", "o2"), Is.EqualTo(new[] { "o2 was acknowledged and is lost", "1 orders are recorded; 2 were sent" }));

    [Test]
    public async Task A_doubled_decision_is_seen()
    {
        await Request("d2", "j");
        await Sent("s2", "d2");

        Assert.That(await Faults("o1"), Is.EqualTo(new[] { "c1 got 2 messages of j" }));
    }

    [Test]
    public async Task A_missing_decision_is_seen()
    {
        await Append("c2", "Order Completed", "o2", "{}");

        Assert.That(await Faults("o1", "o2"), Is.EqualTo(new[] { "1 messages were requested; 2 should have been" }));
    }

    [Test]
    public async Task A_second_outcome_is_seen()
    {
        await Sent("s2", "d1");

        Assert.That(await Faults("o1"), Is.EqualTo(new[] { "the decision d1 has 2 outcomes" }));
    }

    [Test]
    public async Task A_missing_outcome_is_seen()
    {
        await Append("c2", "Order Completed", "o2", "{}");
        await Append("c2", EventNames.MessageRequested, "d2", """{"journey":"j"}""");

        Assert.That(await Faults("o1", "o2"), Is.EqualTo(new[] { "2 messages were requested; 1 have their outcome" }));
    }

    private Task Request(string id, string journey) => Append("c1", EventNames.MessageRequested, id, $$"""{"journey":"{{journey}}"}""");

    private Task Sent(string id, string decision) => Append("c1", EventNames.MessageSent, id, $$"""{"decision":"{{decision}}"}""");

    private async Task Append(string stream, string name, string id, string properties)
    {
        var json = Encoding.UTF8.GetBytes($$"""{"properties":{{properties}}}""");
        var appended = new NewEvent(stream, "test", id, name, EventKind.Interaction, EventFlags.None, ContactChannel.Web, 0, 0, StoredPayload.FromJson(json));
        await _log.AppendAsync([new AppendRequest(stream, ExpectedVersion.Any, [appended])]);
    }

    private async Task<IEnumerable<string>> Faults(params string[] acknowledged)
    {
        await _check.ReadAsync(_log);
        return [.. _check.Faults(acknowledged, journeys: 1)];
    }
}

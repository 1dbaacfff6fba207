using System.Text;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Host.Running;
using Journey.Projections.ReadModels;

namespace Journey.Tests.Host.Running;

public sealed class MovedEventTests
{
    private static readonly Identifier Browser = new(IdentifierKind.AnonymousId, "browser");

    [TestCase(EventKind.Interaction, "Page Viewed")]
    [TestCase(EventKind.Outcome, EventNames.MessageSent)]
    [TestCase(EventKind.Derived, "Points Earned")]
    public async Task What_arrives_on_an_absorbed_stream_is_verified_as_it_was_moved(EventKind kind, string name)
    {
        await using var shop = new Shopfront();
        var processor = shop.Processor();
        await processor.PrepareAsync(CancellationToken.None);
        await shop.SayAsync("u1", "Page Viewed");
        var absorbed = await SayAsync(shop, "visit-1", Browser);
        var survivor = await SayAsync(shop, "visit-2", Browser, new Identifier(IdentifierKind.UserId, "u1"));
        await processor.CatchUpAsync(null, CancellationToken.None);
        Assert.That(absorbed, Is.Not.EqualTo(survivor), "the two became one");

        // What was under way for the absorbed customer when the merge was recorded.
        var late = new NewEvent(
            absorbed, "provider", "late-1", name, kind, EventFlags.None, ContactChannel.Web, shop.Now, shop.Now, StoredPayload.FromJson("""{"properties":{}}"""u8));
        await shop.Store.AppendAsync([new AppendRequest(absorbed, ExpectedVersion.Any, [late])]);
        await processor.CatchUpAsync(null, CancellationToken.None);

        var report = await new Verification(shop.Store).RunAsync(null, CancellationToken.None);
        var moved = (await shop.LogAsync()).Single(recorded => recorded.Name == EventNames.EventMoved);
        Assert.Multiple(() =>
        {
            Assert.That(report.ReadModels.Where(model => !model.Agrees).Select(model => model.Name), Is.Empty);
            Assert.That(report.ReadModels.Single(model => model.Name == "decisions").Rows, Is.EqualTo(1), "the event moved is compared");
            Assert.That(moved.Stream, Is.EqualTo(survivor));
        });
    }

    private static async Task<string> SayAsync(Shopfront shop, string id, params Identifier[] identifiers)
    {
        var ids = string.Join(',', identifiers.Select(one => $"\"{IdentifierNames.Of(one.Kind)}\":\"{one.Value}\""));
        var answers = await shop.Store.IngestAsync(
        [
            new Interaction(
                "test", id, "Page Viewed", ContactChannel.Web, EventFlags.None, shop.Now, shop.Now, [.. identifiers], [],
                StoredPayload.FromJson(Encoding.UTF8.GetBytes("{\"ids\":{" + ids + "},\"properties\":{}}"))),
        ]);
        return ((IngestAnswer.Recorded)answers[0]).Customer;
    }
}

using Journey.Domain.Events;
using Journey.Domain.Language;

namespace Journey.Tests.Domain.Language;

public sealed class KnownEventTests
{
    /// <summary>Of no use to a journey: they are about time, streams, documents and what campaigns cost.</summary>
    private static readonly string[] Internal =
    [
        EventNames.TimeReached, EventNames.IdentityAbsorbed, EventNames.EventMoved,
        EventNames.DocumentPublished, EventNames.JourneyPaused, EventNames.JourneyResumed, EventNames.DocumentRetired,
        EventNames.CampaignCostRecorded, EventNames.CustomerErased,
    ];

    [Test]
    public void Every_event_of_a_customer_that_Journey_writes_is_known()
    {
        var written = typeof(EventNames).GetFields().Select(field => (string)field.GetRawConstantValue()!);
        Assert.That(written.Except(KnownEvents.Names).Except(Internal), Is.Empty);
    }
}

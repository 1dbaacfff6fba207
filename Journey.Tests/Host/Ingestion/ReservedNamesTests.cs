using System.Reflection;
using Journey.Domain.Events;
using Journey.Host.Ingestion;

namespace Journey.Tests.Host.Ingestion;

public sealed class ReservedNamesTests
{
    /// <summary>Names with a meaning that only the outside world can report.</summary>
    private static readonly string[] ForSenders =
    [
        EventNames.MessageDelivered, EventNames.MessageOpened, EventNames.MessageClicked, EventNames.MessageBounced, EventNames.MessageComplained,
        EventNames.ConsentGranted, EventNames.ConsentRevoked, EventNames.Identified, EventNames.GroupJoined, EventNames.AliasGiven,
        EventNames.CampaignCostRecorded,
    ];

    public static IEnumerable<string> Names() => typeof(EventNames)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(field => field.IsLiteral)
        .Select(field => (string)field.GetRawConstantValue()!);

    [TestCaseSource(nameof(Names))]
    public void Every_name_of_ours_is_either_for_senders_or_reserved(string name) =>
        Assert.That(ReservedNames.Events.Contains(name), Is.Not.EqualTo(ForSenders.Contains(name)));

    [Test]
    public void A_reserved_name_is_reserved_in_any_case() => Assert.That(ReservedNames.Check("message requested")?.Code, Is.EqualTo("name-reserved"));

    [TestCase("journey", true)]
    [TestCase("Journey", true)]
    [TestCase("import:orders.csv", true)]
    [TestCase("journey-shop", false)]
    public void Our_own_sources_are_reserved(string source, bool reserved) => Assert.That(ReservedNames.IsSource(source), Is.EqualTo(reserved));
}

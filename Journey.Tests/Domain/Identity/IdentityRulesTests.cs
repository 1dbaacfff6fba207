using Journey.Domain.Identity;
using Journey.Domain.Language;

namespace Journey.Tests.Domain.Identity;

public sealed class IdentityRulesTests
{
    private IdentityMap _map = new();
    private IdentityRules _rules = IdentityRules.Default;
    private long _position;

    [SetUp]
    public void Forget() => (_map, _rules, _position) = (new IdentityMap(), IdentityRules.Default, 0);

    [TestCase("test@*", "test@shop.it", true)]
    [TestCase("*@shop.it", "ann@shop.it", true)]
    [TestCase("*nobody*", "a.NOBODY@shop.it", true)]
    [TestCase("ann@shop.it", "ANN@shop.it", true)]
    [TestCase("ann@shop.it", "ann@shop.it.example", false)]
    [TestCase("test@*", "latest@shop.it", false)]
    public void A_blocked_value_may_have_a_star_at_either_end(string pattern, string value, bool isBlocked)
    {
        _rules = Rules($"blocked: {{ email: ['{pattern}'] }}");

        Assert.That(_rules.IsBlocked(new Identifier(IdentifierKind.Email, value)), Is.EqualTo(isBlocked));
        Assert.That(_rules.IsBlocked(new Identifier(IdentifierKind.UserId, value)), Is.False);
    }

    [Test]
    public void A_blocked_identifier_ties_nobody_together()
    {
        _rules = Rules("blocked: { email: ['e1@*'] }");

        var (one, other) = (When("u1 e1"), When("u2 e1"));

        Assert.That((one.Customer, other.Customer), Is.EqualTo((Ids.FoundedBy("u1"), Ids.FoundedBy("u2"))));
        Assert.That(_map.Find(Ids.One("e1")), Is.Null);
        Assert.That(When("a1 e1").Customer, Is.EqualTo(Ids.FoundedBy("a1")));
        Assert.That(When("a1 u1").Merges, Has.Length.EqualTo(1));
    }

    [Test]
    public void An_event_with_nothing_but_blocked_identifiers_is_nobodys()
    {
        _rules = Rules("blocked: { email: ['e1@*'] }");

        var (one, other) = (When("e1", id: "1"), When("e1", id: "2"));

        Assert.That(one.Customer, Is.Not.EqualTo(other.Customer));
        Assert.That(CustomerId.IsWellFormed(one.Customer));
        Assert.That((one.TeachesSomething, other.TeachesSomething), Is.EqualTo((false, false)));
    }

    [Test]
    public void A_device_of_more_customers_than_the_limit_glues_no_stranger_to_anybody()
    {
        _rules = Rules("limits: { deviceId: 2 }");
        When("u1 d1");
        When("u2 d1");
        Assert.That(When("d1").Customer, Is.EqualTo(Ids.FoundedBy("u2")), "two may share it: it is the last one's");

        When("u3 d1");

        Assert.That(_map.IsShared(Ids.One("d1")));
        Assert.That(When("d1 a1").Customer, Is.EqualTo(Ids.FoundedBy("a1")));
        Assert.That(When("u1 d1").Customer, Is.EqualTo(Ids.FoundedBy("u1")));
        Assert.That(_map.Find(Ids.One("d1")), Is.Null);
    }

    [Test]
    public void A_shared_device_alone_is_a_customer_of_its_own_whom_nobody_becomes()
    {
        _rules = Rules("limits: { deviceId: 1 }");
        When("u1 d1");
        When("u2 d1");

        var alone = When("d1");
        Assert.That(alone.Customer, Is.EqualTo(Ids.FoundedBy("d1")));
        Assert.That(When("d1").Customer, Is.EqualTo(alone.Customer));
        Assert.That(When("u3 d1").Merges, Is.Empty);
        Assert.That(When("d1").Customer, Is.EqualTo(alone.Customer));
    }

    [Test]
    public void One_person_who_goes_to_and_fro_does_not_make_a_device_shared()
    {
        _rules = Rules("limits: { deviceId: 2 }");
        for (var i = 0; i < 5; i++)
        {
            When("u1 d1");
            When("u2 d1");
        }

        Assert.That(_map.IsShared(Ids.One("d1")), Is.False);
    }

    [Test]
    public void On_a_shared_channel_a_device_tells_nobody_while_there_is_anything_else()
    {
        When("u1 d1", channel: "kiosk");
        Assert.That(_map.Find(Ids.One("d1")), Is.Null);
        Assert.That(When("d1", channel: "kiosk").Customer, Is.EqualTo(Ids.FoundedBy("d1")));
        Assert.That(When("u2 d1", channel: "kiosk").Merges, Is.Empty);
        Assert.That(When("e1 a1", channel: "kiosk").Links, Is.EqualTo(Ids.Of("e1")));
    }

    [Test]
    public void Priority_says_which_identifier_decides()
    {
        When("e1");
        When("p1");
        Assert.That(When("e1 p1 d1").Customer, Is.EqualTo(Ids.FoundedBy("e1")));

        Forget();
        _rules = Rules("priority: [userId, phone]");
        Assert.That(_rules.Priority, Is.EqualTo(new[]
        {
            IdentifierKind.UserId, IdentifierKind.Phone, IdentifierKind.LoyaltyCard, IdentifierKind.Email, IdentifierKind.DeviceId, IdentifierKind.AnonymousId,
        }));
        When("e1");
        When("p1");
        Assert.That(When("e1 p1 d1").Customer, Is.EqualTo(Ids.FoundedBy("p1")));
    }

    [Test]
    public void Who_was_parted_is_not_merged_again_nor_whoever_is_one_with_them_later()
    {
        When("u1");
        When("e1");
        When("u1 e1");
        var (known, email) = (Ids.FoundedBy("u1"), Ids.FoundedBy("e1"));
        _map.Unmerge(known, email, Ids.Of("e1"));
        _map.SetKnown(email, new Known(false, false));

        Assert.That(_map.Find(Ids.One("e1"))!.Id, Is.EqualTo(email));
        Assert.That(When("u1 e1"), Has.Property("Customer").EqualTo(known).And.Property("Merges").Empty);

        When("c1");
        When("c1 e1");
        Assert.That(When("u1 c1").Merges, Is.Empty, "the card's customer has absorbed the email's");
    }

    [Test]
    public void What_a_workspace_leaves_out_is_as_without_one()
    {
        var rules = Rules("limits: { deviceId: 3 }");

        Assert.That((rules.Limits[IdentifierKind.DeviceId], rules.Limits[IdentifierKind.AnonymousId]), Is.EqualTo((3, 5)));
        Assert.That(rules.SharedChannels, Is.EqualTo(new[] { "kiosk" }));
        Assert.That(rules.Priority, Is.EqualTo(IdentityRules.Default.Priority));
    }

    private static IdentityRules Rules(string identity)
    {
        var document = DocumentParser.Parse("w.yaml", $"workspace: w\nidentity: {{ {identity} }}").Documents.Single();
        Assert.That(document.Faults, Is.Empty);
        return ((WorkspaceDefinition)document.Definition!).Settings.Identity;
    }

    private Resolution When(string identifiers, string channel = "web", string id = "")
    {
        var resolution = IdentityResolution.Resolve(Ids.Interaction(id, Ids.Of(identifiers), [], channel: channel), _map, _rules);
        _map.Apply(resolution, ++_position, _rules);
        return resolution;
    }
}

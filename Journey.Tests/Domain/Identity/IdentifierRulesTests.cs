using Journey.Domain.Identity;

namespace Journey.Tests.Domain.Identity;

public sealed class IdentifierRulesTests
{
    [TestCase(IdentifierKind.UserId, "  U-1 ", "U-1")]
    [TestCase(IdentifierKind.UserId, "10", "10")]
    [TestCase(IdentifierKind.AnonymousId, "a0-0", "a0-0")]
    [TestCase(IdentifierKind.Email, " Maria.Rossi@Example.IT", "maria.rossi@example.it")]
    [TestCase(IdentifierKind.Email, "contest@shop.it", "contest@shop.it")]
    [TestCase(IdentifierKind.Phone, "+39 (06) 123-456", "+3906123456")]
    [TestCase(IdentifierKind.Phone, "06.123456", "06123456")]
    [TestCase(IdentifierKind.Phone, "123456", "123456")]
    [TestCase(IdentifierKind.Phone, "12345678901234567890", "12345678901234567890")]
    [TestCase(IdentifierKind.LoyaltyCard, "L 0001", "L 0001")]
    public void An_identifier_is_brought_into_one_form(IdentifierKind kind, string raw, string value) =>
        Assert.That(IdentifierRules.Normalize(kind, raw), Is.EqualTo(new Identifier(kind, value)));

    [TestCase(IdentifierKind.UserId, null)]
    [TestCase(IdentifierKind.UserId, "")]
    [TestCase(IdentifierKind.UserId, " \t ")]
    [TestCase(IdentifierKind.UserId, "0")]
    [TestCase(IdentifierKind.UserId, " NULL ")]
    [TestCase(IdentifierKind.UserId, "(null)")]
    [TestCase(IdentifierKind.UserId, "undefined")]
    [TestCase(IdentifierKind.UserId, "None")]
    [TestCase(IdentifierKind.UserId, "nil")]
    [TestCase(IdentifierKind.UserId, "NaN")]
    [TestCase(IdentifierKind.UserId, "n/a")]
    [TestCase(IdentifierKind.UserId, "unknown")]
    [TestCase(IdentifierKind.AnonymousId, "anonymous")]
    [TestCase(IdentifierKind.AnonymousId, "guest")]
    [TestCase(IdentifierKind.DeviceId, "00000000-0000-0000-0000-000000000000")]
    [TestCase(IdentifierKind.LoyaltyCard, "0000")]
    [TestCase(IdentifierKind.Email, "test@shop.it")]
    [TestCase(IdentifierKind.Email, "TEST@shop.it")]
    [TestCase(IdentifierKind.Email, "maria")]
    [TestCase(IdentifierKind.Email, "@shop.it")]
    [TestCase(IdentifierKind.Email, "maria@")]
    [TestCase(IdentifierKind.Email, "maria@@shop.it")]
    [TestCase(IdentifierKind.Phone, "12345")]
    [TestCase(IdentifierKind.Phone, "123456789012345678901")]
    [TestCase(IdentifierKind.Phone, "+000 000 000")]
    public void What_stands_for_many_people_identifies_nobody(IdentifierKind kind, string? raw) =>
        Assert.That(IdentifierRules.Normalize(kind, raw), Is.Null);

    [Test]
    public void A_value_of_256_characters_identifies_and_one_more_does_not()
    {
        var longest = new string('x', IdentifierRules.LengthMax);

        Assert.That(IdentifierRules.Normalize(IdentifierKind.UserId, longest), Is.EqualTo(new Identifier(IdentifierKind.UserId, longest)));
        Assert.That(IdentifierRules.Normalize(IdentifierKind.UserId, longest + "x"), Is.Null);
    }

    [TestCase(IdentifierKind.Email, " A@B.it ")]
    [TestCase(IdentifierKind.Phone, "+39 06 123 456")]
    [TestCase(IdentifierKind.UserId, " u 1 ")]
    public void Normalizing_twice_changes_nothing(IdentifierKind kind, string raw)
    {
        var once = IdentifierRules.Normalize(kind, raw)!.Value;

        Assert.That(IdentifierRules.Normalize(kind, once.Value), Is.EqualTo(once));
    }

    [Test]
    public void Every_kind_has_a_name_of_its_own_on_disk()
    {
        foreach (var kind in Enum.GetValues<IdentifierKind>())
        {
            Assert.That(IdentifierNames.KindOf(IdentifierNames.Of(kind)), Is.EqualTo(kind));
        }
    }
}

using System.Text;
using Journey.Domain.Identity;

namespace Journey.Tests.Domain.Identity;

public sealed class PayloadIdsTests
{
    [Test]
    public void What_is_written_is_read_back_with_aliases_and_several_of_a_kind()
    {
        var interaction = Ids.Interaction("1", "u1 e1 e2 a1", "a2 u2");

        var (identifiers, alias) = PayloadIds.Read(interaction.Payload.Span[1..]);

        Assert.That(Encoding.UTF8.GetString(interaction.Payload.Span[1..]), Is.EqualTo(
            """{"ids":{"userId":"u1","email":["e1@shop.it","e2@shop.it"],"anonymousId":"a1","alias":{"anonymousId":"a2","userId":"u2"}},"properties":{}}"""));
        Assert.That(identifiers, Is.EqualTo(interaction.Identifiers));
        Assert.That(alias, Is.EqualTo(interaction.Alias));
    }

    [TestCase("{}")]
    [TestCase("[]")]
    [TestCase("""{"properties":{"ids":{"userId":"u1"}}}""")]
    [TestCase("""{"ids":null}""")]
    [TestCase("""{"ids":["u1"]}""")]
    [TestCase("""{"ids":{"userId":null,"email":12,"phone":{"a":1},"shoeSize":"42","deviceId":[null,0]}}""")]
    [TestCase("""{"ids":{"userId":"undefined"}}""")]
    public void What_is_no_identifier_is_left_out(string json)
    {
        var (identifiers, alias) = PayloadIds.Read(Encoding.UTF8.GetBytes(json));

        Assert.That(identifiers, Is.Empty);
        Assert.That(alias, Is.Empty);
    }

    [Test]
    public void Identifiers_come_out_normalized()
    {
        var (identifiers, _) = PayloadIds.Read("""{"session":{"deep":[1,{"x":[]}]},"ids":{"email":" A@B.it","phone":"+39 061 23456"}}"""u8);

        Assert.That(identifiers, Is.EqualTo(new[] { new Identifier(IdentifierKind.Email, "a@b.it"), new Identifier(IdentifierKind.Phone, "+3906123456") }));
    }
}

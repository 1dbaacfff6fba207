using System.Text;
using System.Text.Json;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Domain.Language;
using Journey.Domain.Personal;
using Journey.Projections.Customers;

namespace Journey.Tests.Domain.Personal;

/// <summary>What is taken out of a payload, what is left, and that both together are the payload again.</summary>
public sealed class RedactionTests
{
    private static readonly PersonalFields Fields = PersonalFields.Of(new Workspace { PersonalTraits = new Workspace().PersonalTraits.Add("iban") });

    [TestCase("""{"ids":{"userId":"U1","email":["a@b.it","c@d.it"],"alias":{"anonymousId":"x"}},"properties":{"total":12.50}}""",
        """{"ids":{"userId":"*","email":["*","*"],"alias":{"anonymousId":"*"}},"properties":{"total":12.50}}""", TestName = "Every identifier goes")]
    [TestCase("""{"traits":{"email":"a@b.it","plan":"gold","iban":"IT60","phone":39,"firstName":"","vip":true}}""",
        """{"traits":{"email":"*","plan":"gold","iban":"*","phone":0,"firstName":"","vip":true}}""", TestName = "Personal traits go, the workspace's too, and others stay")]
    [TestCase("""{"traits":{"address":{"street":"Via Roma 1","city":"Milano","country":"IT","flat":7,"old":[true,null,"x"],"more":{"city":"Y","z":"w"}}}}""",
        """{"traits":{"address":{"street":"*","city":"Milano","country":"IT","flat":0,"old":[null,null,"*"],"more":{"city":"Y","z":"*"}}}}""",
        TestName = "Of an address country and city stay")]
    [TestCase("""{"properties":{"name":"Shoe","title":"T","email":"a@b.it","loyalty_card":"77","address":"x"}}""",
        """{"properties":{"name":"Shoe","title":"T","email":"*","loyalty_card":"*","address":"*"}}""", TestName = "A property called name means a product")]
    [TestCase("""{"context":{"ip":"1.2.3.4","traits":{"email":"a@b.it","x":"y"},"device":{"id":"D","type":"ios","token":"t"},"page":{"url":"/"}}}""",
        """{"context":{"ip":"*","traits":{"email":"*","x":"y"},"device":{"id":"*","type":"ios","token":"*"},"page":{"url":"/"}}}""", TestName = "Of the context the address and the device go")]
    [TestCase("""{"traits":{"email":"è\"\\ \u20ac"}}""", """{"traits":{"email":"*"}}""", TestName = "Escapes and other alphabets are one value")]
    public void What_is_personal_goes_and_comes_back(string json, string redacted)
    {
        var parting = new Redaction();
        Assert.That(parting.Part(Encoding.UTF8.GetBytes(json), Fields), Is.True);
        Assert.Multiple(() =>
        {
            Assert.That(Encoding.UTF8.GetString(parting.Redacted), Is.EqualTo(redacted));
            Assert.That(Joined(parting), Is.EqualTo(json));
        });
    }

    [TestCase("{}")]
    [TestCase("""{"properties":{"total":1},"session":"s"}""")]
    [TestCase("""{"traits":{"email":null,"firstName":""},"context":"x","ids":{}}""")]
    [TestCase("[]")]
    public void Where_nothing_is_personal_nothing_is_done(string json) =>
        Assert.That(new Redaction().Part(Encoding.UTF8.GetBytes(json), Fields), Is.False);

    [Test]
    public void An_event_that_was_moved_is_looked_into()
    {
        var parting = new Redaction();
        parting.Part("""{"properties":{"from":"c1","payload":{"ids":{"userId":"U1"},"properties":{"email":"x","a":1}}}}"""u8, Fields, key: null, isMoved: true);
        Assert.That(Encoding.UTF8.GetString(parting.Redacted), Is.EqualTo("""{"properties":{"from":"c1","payload":{"ids":{"userId":"*"},"properties":{"email":"*","a":1}}}}"""));
    }

    [TestCase(Redaction.KeptBytesMax, false)]
    [TestCase(Redaction.KeptBytesMax + 1, true)]
    public void A_value_too_long_for_a_profile_stays_too_long(int bytes, bool isLong)
    {
        var parting = new Redaction();
        var json = Encoding.UTF8.GetBytes("""{"traits":{"address":{"country":" """.TrimEnd() + new string('x', bytes - 14) + "\"}}}");
        var isParted = parting.Part(json, Fields);
        var left = isParted ? JsonDocument.Parse(parting.Redacted.ToArray()).RootElement.GetProperty("traits").GetProperty("address").GetRawText().Length : bytes;
        Assert.That((isParted, left > Profile.TraitBytesMax), Is.EqualTo((isLong, isLong)));
    }

    [Test]
    public void The_same_address_has_the_same_placeholder_and_another_another_as_long_as_the_key_is_the_same()
    {
        var one = Addresses("""{"ids":{"email":"ann@example.org","phone":"+390212345678","deviceId":"d1"},"traits":{"email":" Ann@Example.org","phone":"+39 02 12345678"},"properties":{"recipient":"bob@example.org"}}""", 1);
        Assert.Multiple(() =>
        {
            Assert.That(one, Is.All.Matches(@"^\*[0-9a-z]{8}$"));
            Assert.That((one[0], one[1]), Is.EqualTo((one[3], one[4])));
            Assert.That(one.Distinct().Count(), Is.EqualTo(4));
            Assert.That(Addresses("""{"ids":{"email":"ann@example.org"}}""", 2)[0], Is.Not.EqualTo(one[0]));
        });
    }

    private static string[] Addresses(string json, byte seed)
    {
        var parting = new Redaction();
        parting.Part(Encoding.UTF8.GetBytes(json), Fields, [.. Enumerable.Repeat(seed, 32)]);
        Assert.That(Joined(parting), Is.EqualTo(json));
        var redacted = Encoding.UTF8.GetString(parting.Redacted);
        parting.Part(Encoding.UTF8.GetBytes(redacted), Fields, [.. Enumerable.Repeat((byte)9, 32)]);
        Assert.That(Encoding.UTF8.GetString(parting.Redacted), Is.EqualTo(redacted), "Redacted once, it is redacted for ever.");
        return [.. JsonDocument.Parse(redacted).RootElement.EnumerateObject().SelectMany(part => part.Value.EnumerateObject()).Select(member => member.Value.GetString()!)];
    }

    [Test]
    public void A_profile_keeps_values_as_long_as_redaction_thinks() => Assert.That(Redaction.KeptBytesMax, Is.EqualTo(Profile.TraitBytesMax));

    [Test]
    public void A_placeholder_identifies_nobody() => Assert.That(
        Enum.GetValues<IdentifierKind>().Select(kind => IdentifierRules.Normalize(kind, Redaction.Placeholder)), Is.All.Null);

    [Test]
    public void Made_up_payloads_come_back_as_they_were_and_are_redacted_once_and_for_all([Range(1, 200)] int seed)
    {
        var dice = new Random(seed);
        var json = JsonSerializer.Serialize(new Dictionary<string, object?>
        {
            ["ids"] = Made(dice, 2), ["traits"] = Made(dice, 3), ["properties"] = Made(dice, 3), ["context"] = Made(dice, 3), ["session"] = "s",
        });
        var parting = new Redaction();
        if (!parting.Part(Encoding.UTF8.GetBytes(json), Fields))
        {
            return;
        }

        var redacted = Encoding.UTF8.GetString(parting.Redacted);
        Assert.That(Joined(parting), Is.EqualTo(json));
        Assert.That(() => JsonDocument.Parse(redacted), Throws.Nothing);
        parting.Part(Encoding.UTF8.GetBytes(redacted), Fields);
        Assert.That(Encoding.UTF8.GetString(parting.Redacted), Is.EqualTo(redacted));
    }

    [Test]
    public void An_address_has_the_same_placeholder_whether_it_was_met_lately_or_not()
    {
        var secret = new byte[32];
        var often = new Redaction();
        var addresses = Enumerable.Range(0, 20_000).Select(number => $"u{number % 9_000}@shop.example").Append("U1@Shop.example").Append("\\u0075" + "2@shop.example");
        var seen = new Dictionary<string, string>();
        foreach (var address in addresses)
        {
            var placeholder = PlaceholderOf(often, address, secret);
            Assert.That(seen.TryAdd(address, placeholder) || seen[address] == placeholder, address);
        }

        often.Forget();
        Assert.Multiple(() =>
        {
            Assert.That(PlaceholderOf(often, "u77@shop.example", secret), Is.EqualTo(seen["u77@shop.example"]));
            Assert.That(PlaceholderOf(new Redaction(), "u78@shop.example", secret), Is.EqualTo(seen["u78@shop.example"]));
            Assert.That(seen["U1@Shop.example"], Is.EqualTo(seen["u1@shop.example"]), "addresses differ not by capitals");
            Assert.That(seen["\\u0075" + "2@shop.example"], Is.EqualTo(seen["u2@shop.example"]), "nor by how JSON writes them");
            Assert.That(PlaceholderOf(often, "u77@shop.example", [1, .. new byte[31]]), Is.Not.EqualTo(seen["u77@shop.example"]), "another store's secret");
        });
    }

    [Test]
    public void A_sealed_payload_that_is_damaged_is_said_to_be()
    {
        var parting = new Redaction();
        parting.Part("""{"ids":{"userId":"U1"}}"""u8, Fields);
        var whole = Stored(parting, new byte[40]);
        Assert.Multiple(() =>
        {
            Assert.That(Encoding.UTF8.GetString(StoredPayload.Json(whole).Span), Is.EqualTo("""{"ids":{"userId":"*"}}"""));
            Assert.That(() => SealedPayload.Read(whole.AsSpan(0, 5)), Throws.TypeOf<InvalidDataException>());
            Assert.That(() => SealedPayload.Read(whole.AsSpan(0, parting.Redacted.Length + 3)), Throws.TypeOf<InvalidDataException>());
        });
    }

    private static string PlaceholderOf(Redaction parting, string address, byte[] secret)
    {
        parting.Part(Encoding.UTF8.GetBytes($$$"""{"ids":{"email":"{{{address}}}"}}"""), Fields, secret);
        return Encoding.UTF8.GetString(parting.Redacted);
    }

    private static byte[] Stored(Redaction parting, byte[] sealedValues)
    {
        var head = new byte[SealedPayload.HeadLengthMax(parting)];
        return [.. head[..SealedPayload.WriteHead(parting, head)], .. sealedValues];
    }

    private static string Joined(Redaction parting)
    {
        var parts = SealedPayload.Read(Stored(parting, []));
        var joined = new byte[parts.Length];
        parts.Join(parting.Values, joined);
        return Encoding.UTF8.GetString(joined);
    }

    private static object? Made(Random dice, int depth)
    {
        string[] names = ["email", "phone", "address", "iban", "country", "traits", "ip", "device", "id", "x", "name", "userId"];
        return dice.Next(depth == 0 ? 5 : 7) switch
        {
            0 => null,
            1 => dice.Next(2) == 0,
            2 => dice.Next(-5, 5_000) / 8m,
            3 => new string('a', dice.Next(dice.Next(20) == 0 ? 2_000 : 12)),
            4 => "è\"\\\n",
            5 => Enumerable.Range(0, dice.Next(4)).Select(_ => Made(dice, depth - 1)).ToArray(),
            _ => names.OrderBy(_ => dice.Next()).Take(dice.Next(6)).ToDictionary(name => name, _ => Made(dice, depth - 1)),
        };
    }
}

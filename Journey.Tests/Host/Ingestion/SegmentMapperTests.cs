using System.Text;
using System.Text.Json;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Host.Ingestion;

namespace Journey.Tests.Host.Ingestion;

public sealed class SegmentMapperTests
{
    private const long Noon = 1_772_366_400_000; // 2026-03-01T12:00:00Z

    [Test]
    public void A_track_call_becomes_the_event_that_it_names()
    {
        var interaction = Taken("""
            {"type":"track","messageId":"m1","event":"Product Viewed","userId":"u1","anonymousId":"a1",
             "properties":{"product_id":"p1","price":19.90},"context":{"ip":"10.0.0.1","library":{"name":"x"}},"timestamp":"2026-03-01T11:00:00Z"}
            """);
        Assert.Multiple(() =>
        {
            Assert.That(interaction.Source, Is.EqualTo("web-shop"));
            Assert.That(interaction.Id, Is.EqualTo("m1"));
            Assert.That(interaction.Name, Is.EqualTo("Product Viewed"));
            Assert.That(interaction.OccurredAt, Is.EqualTo(Noon - 3_600_000));
            Assert.That(interaction.ReceivedAt, Is.EqualTo(Noon));
            Assert.That(interaction.Identifiers, Is.EqualTo(new[] { new Identifier(IdentifierKind.UserId, "u1"), new Identifier(IdentifierKind.AnonymousId, "a1") }));
            Assert.That(Payload(interaction), Is.EqualTo(
                """{"ids":{"userId":"u1","anonymousId":"a1"},"properties":{"product_id":"p1","price":19.90},"context":{"ip":"10.0.0.1"}}"""));
        });
    }

    [TestCase("page", "Page Viewed")]
    [TestCase("screen", "Screen Viewed")]
    [TestCase("identify", "Identified")]
    [TestCase("group", "Group Joined")]
    [TestCase("alias", "Alias Given")]
    public void Calls_without_a_name_of_their_own_are_recorded_under_one(string type, string name) =>
        Assert.That(Taken($$"""{"type":"{{type}}","userId":"u1","groupId":"g","previousId":"old"}""").Name, Is.EqualTo(name));

    [Test]
    public void A_page_keeps_its_name_and_category_unless_its_properties_say_otherwise() =>
        Assert.That(Payload(Taken("""{"type":"page","anonymousId":"a","name":"Home","category":"Shop","properties":{"name":"Start"}}""")),
            Is.EqualTo("""{"ids":{"anonymousId":"a"},"properties":{"name":"Start","category":"Shop"}}"""));

    [Test]
    public void Traits_of_an_identify_are_kept_and_name_the_customer() =>
        Assert.That(Payload(Taken("""{"type":"identify","userId":"u1","traits":{"email":" Ann@Example.org ","phone":"+39 02 1234567","plan":"gold"}}""")),
            Is.EqualTo("""{"ids":{"userId":"u1","email":"ann@example.org","phone":"+39021234567"},"traits":{"email":" Ann@Example.org ","phone":"+39 02 1234567","plan":"gold"}}"""));

    [Test]
    public void Traits_in_the_context_of_any_call_are_the_customers() =>
        Assert.That(Payload(Taken("""{"type":"track","event":"X","userId":"u1","context":{"traits":{"email":"a@b.it"},"locale":"it-IT"}}""")),
            Is.EqualTo("""{"ids":{"userId":"u1","email":"a@b.it"},"traits":{"email":"a@b.it"},"context":{"locale":"it-IT"}}"""));

    [Test]
    public void A_groups_traits_are_the_groups_and_not_the_customers()
    {
        var interaction = Taken("""{"type":"group","userId":"u1","groupId":"g1","traits":{"email":"office@acme.example"}}""");
        Assert.That(Payload(interaction),
            Is.EqualTo("""{"ids":{"userId":"u1"},"properties":{"groupId":"g1","traits":{"email":"office@acme.example"}}}"""));
    }

    [Test]
    public void An_alias_says_whom_the_customer_was_known_as()
    {
        var interaction = Taken("""{"type":"alias","userId":"u1","previousId":"old"}""");
        Assert.Multiple(() =>
        {
            Assert.That(interaction.Alias, Is.EqualTo(new[] { new Identifier(IdentifierKind.AnonymousId, "old") }));
            Assert.That(PayloadIds.Read(StoredPayload.Json(interaction.Payload).Span).Alias, Is.EqualTo(interaction.Alias));
        });
    }

    [Test]
    public void Loyalty_cards_and_devices_are_identifiers_too() =>
        Assert.That(Taken("""{"type":"track","event":"X","properties":{"loyalty_card":7712},"context":{"device":{"id":"d-1"}}}""").Identifiers,
            Is.EqualTo(new[] { new Identifier(IdentifierKind.LoyaltyCard, "7712"), new Identifier(IdentifierKind.DeviceId, "d-1") }));

    [Test]
    public void A_null_user_id_is_no_user_id_and_a_number_is_its_digits()
    {
        Assert.That(Taken("""{"type":"track","event":"X","userId":null,"anonymousId":42}""").Identifiers,
            Is.EqualTo(new[] { new Identifier(IdentifierKind.AnonymousId, "42") }));
    }

    [TestCase("""{"sessionId":171}""", "{}", "171")]
    [TestCase("""{"session":{"id":"s-1"}}""", "{}", "s-1")]
    [TestCase("{}", """{"session_id":"s-2"}""", "s-2")]
    public void A_session_that_the_sender_names_is_kept(string context, string properties, string session)
    {
        using var json = JsonDocument.Parse(Payload(Taken($$"""{"type":"track","event":"X","userId":"u","context":{{context}},"properties":{{properties}}}""")));
        Assert.That(json.RootElement.GetProperty("session").GetString(), Is.EqualTo(session));
    }

    [TestCase("""{"channel":"Call Center"}""", "track", "call-center")]
    [TestCase("""{"library":{"name":"analytics.js"}}""", "track", "web")]
    [TestCase("""{"library":{"name":"analytics-ios"}}""", "track", "app")]
    [TestCase("""{"library":{"name":"analytics-kotlin"},"userAgent":"Dalvik"}""", "track", "app")]
    [TestCase("""{"device":{"type":"android"},"library":{"name":"analytics-node"}}""", "track", "app")]
    [TestCase("""{"library":{"name":"@segment/analytics-node"}}""", "track", "server")]
    [TestCase("""{"library":{"name":"@segment/analytics-node"},"userAgent":"Mozilla/5.0"}""", "track", "web")]
    [TestCase("""{"os":{"name":"iOS"},"userAgent":"Mozilla/5.0"}""", "track", "web")]
    [TestCase("{}", "page", "web")]
    [TestCase("{}", "screen", "app")]
    [TestCase("{}", "track", "unknown")]
    public void The_channel_is_the_stated_one_or_what_the_context_shows(string context, string type, string channel) =>
        Assert.That(Taken($$"""{"type":"{{type}}","event":"X","userId":"u","context":{{context}}}""").Channel.Name, Is.EqualTo(channel));

    [Test]
    public void The_channel_that_consent_is_about_is_not_the_one_it_was_given_on() =>
        Assert.That(Taken("""{"type":"track","event":"Consent Granted","userId":"u","properties":{"channel":"email"},"context":{"page":{}}}""").Channel.Name, Is.EqualTo("web"));

    [Test]
    public void A_wrong_clock_is_corrected_by_how_wrong_it_was_when_it_sent()
    {
        // Sent an hour and 5 seconds behind our clock; happened 10 minutes before it was sent.
        var interaction = Taken("""{"type":"track","event":"X","userId":"u","timestamp":"2026-03-01T10:49:55Z","sentAt":"2026-03-01T10:59:55Z"}""");
        Assert.That(interaction.OccurredAt, Is.EqualTo(Noon - 600_000));
    }

    [Test]
    public void A_time_in_the_future_is_the_arrival() =>
        Assert.That(Taken("""{"type":"track","event":"X","userId":"u","timestamp":"2031-01-01T00:00:00Z"}""").OccurredAt, Is.EqualTo(Noon));

    [Test]
    public void The_same_content_with_a_time_has_the_same_id_and_without_one_it_may_be_another_event()
    {
        const string timed = """{"type":"track","event":"X","userId":"u","timestamp":"2026-03-01T10:00:00Z"}""";
        const string timeless = """{"type":"track","event":"X","userId":"u"}""";
        var (first, second) = (Taken(timed).Id, Taken(timed).Id);
        var (one, other) = (Taken(timeless).Id, Taken(timeless).Id);
        Assert.Multiple(() =>
        {
            Assert.That(second, Is.EqualTo(first));
            Assert.That(other, Is.Not.EqualTo(one));
        });
    }

    [Test]
    public void An_empty_list_where_a_map_belongs_is_an_empty_map() =>
        Assert.That(Payload(Taken("""{"type":"track","event":"X","userId":"u","properties":[],"context":[]}""")), Is.EqualTo("""{"ids":{"userId":"u"}}"""));

    [Test]
    public void A_batchs_context_stands_in_for_a_message_without_one()
    {
        using var context = JsonDocument.Parse("""{"channel":"kiosk"}""");
        using var message = JsonDocument.Parse("""{"type":"track","event":"X","userId":"u"}""");
        using var mapper = new SegmentMapper(new IngestLimits());
        Assert.That(mapper.Map(message.RootElement, null, "s", new SegmentEnvelope(Noon, null, context.RootElement)).Interaction!.Channel, Is.EqualTo(ContactChannel.Kiosk));
    }

    [TestCase("""{"type":"track","userId":"u"}""", "name-missing")]
    [TestCase("""{"type":"track","event":"  ","userId":"u"}""", "name-missing")]
    [TestCase("""{"type":"track","event":7,"userId":"u"}""", "name-missing")]
    [TestCase("""{"type":"track","event":"a\u0000b","userId":"u"}""", "name-not-printable")]
    [TestCase("""{"type":"track","event":"Message Requested","userId":"u"}""", "name-reserved")]
    [TestCase("""{"type":"trak","event":"X","userId":"u"}""", "unknown-type")]
    [TestCase("""{"event":"X","userId":"u"}""", "unknown-type")]
    [TestCase("""{"type":"track","event":"X"}""", "no-identifier")]
    [TestCase("""{"type":"track","event":"X","userId":""}""", "no-identifier")]
    [TestCase("""{"type":"track","event":"X","userId":true}""", "id-not-text")]
    [TestCase("""{"type":"track","event":"X","userId":"u","properties":"p"}""", "not-an-object")]
    [TestCase("""{"type":"track","event":"X","userId":"u","timestamp":"10:00"}""", "bad-time")]
    [TestCase("""{"type":"track","event":"X","userId":"u","timestamp":"0001-01-01T00:00:00Z"}""", "bad-time")]
    [TestCase("""{"type":"alias","userId":"u"}""", "previous-id-missing")]
    [TestCase("""{"type":"group","userId":"u"}""", "group-id-missing")]
    [TestCase("[]", "not-an-object")]
    [TestCase("null", "not-an-object")]
    public void What_cannot_be_recorded_is_refused_with_a_code(string message, string code) =>
        Assert.That(Map(message).Refusal?.Code, Is.EqualTo(code));

    [Test]
    public void Names_and_ids_are_taken_up_to_their_limits_and_refused_beyond()
    {
        var name = new string('n', IngestLimits.NameLengthMax);
        var id = new string('i', IngestLimits.IdLengthMax);
        Assert.Multiple(() =>
        {
            Assert.That(Map($$"""{"type":"track","event":"{{name}}","userId":"u"}""").Refusal, Is.Null);
            Assert.That(Map($$"""{"type":"track","event":"{{name}}n","userId":"u"}""").Refusal?.Code, Is.EqualTo("name-too-long"));
            Assert.That(Map($$"""{"type":"track","event":"X","userId":"{{id}}","messageId":"{{id}}"}""").Refusal, Is.Null);
            Assert.That(Map($$"""{"type":"track","event":"X","userId":"{{id}}i"}""").Refusal?.Code, Is.EqualTo("id-too-long"));
            Assert.That(Map($$"""{"type":"track","event":"X","userId":"u","messageId":"{{id}}i"}""").Refusal?.Code, Is.EqualTo("id-too-long"));
        });
    }

    private static Interaction Taken(string message)
    {
        var mapped = Map(message);
        Assert.That(mapped.Refusal, Is.Null);
        return mapped.Interaction!;
    }

    private static MappedEvent Map(string message)
    {
        using var json = JsonDocument.Parse(message);
        using var mapper = new SegmentMapper(new IngestLimits());
        return mapper.Map(json.RootElement, null, "web-shop", new SegmentEnvelope(Noon, null, default));
    }

    private static string Payload(Interaction interaction) => Encoding.UTF8.GetString(StoredPayload.Json(interaction.Payload).Span);
}

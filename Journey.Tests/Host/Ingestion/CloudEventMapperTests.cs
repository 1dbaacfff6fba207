using System.Text;
using System.Text.Json;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Host.Ingestion;
using Microsoft.AspNetCore.Http;

namespace Journey.Tests.Host.Ingestion;

public sealed class CloudEventMapperTests
{
    private const long Noon = 1_772_366_400_000;
    private const string Core = "\"specversion\":\"1.0\",\"id\":\"e1\",\"source\":\"/till/7\",\"type\":\"Order Completed\"";

    [Test]
    public void Attributes_say_what_who_when_and_where()
    {
        var interaction = Map($$"""
            { {{Core}},"subject":"u1","time":"2026-03-01T11:00:00Z","journeychannel":"store","journeysession":"s1","traceparent":"00-1","data":{"total":80.00} }
            """).Interaction!;
        Assert.Multiple(() =>
        {
            Assert.That((interaction.Source, interaction.Id, interaction.Name), Is.EqualTo(("/till/7", "e1", "Order Completed")));
            Assert.That((interaction.OccurredAt, interaction.ReceivedAt), Is.EqualTo((Noon - 3_600_000, Noon)));
            Assert.That(interaction.Channel, Is.EqualTo(ContactChannel.Store));
            Assert.That(Payload(interaction), Is.EqualTo(
                """{"ids":{"userId":"u1"},"properties":{"total":80.00},"context":{"traceparent":"00-1"},"session":"s1"}"""));
        });
    }

    [TestCase("\"subject\":\"u1\"", IdentifierKind.UserId, "u1")]
    [TestCase("\"subject\":\"email:Ann@Example.org\"", IdentifierKind.Email, "ann@example.org")]
    [TestCase("\"subject\":\"urn:x:1\"", IdentifierKind.UserId, "urn:x:1")]
    [TestCase("\"journeyuserid\":\"u2\",\"subject\":\"u1\"", IdentifierKind.UserId, "u2")]
    [TestCase("\"journeyanonymousid\":\"a1\"", IdentifierKind.AnonymousId, "a1")]
    [TestCase("\"journeyloyaltycard\":\"77\"", IdentifierKind.LoyaltyCard, "77")]
    [TestCase("\"journeydeviceid\":\"d1\"", IdentifierKind.DeviceId, "d1")]
    [TestCase("\"journeyphone\":\"+39 02 1234567\"", IdentifierKind.Phone, "+39021234567")]
    public void The_customer_is_named_by_an_extension_or_the_subject(string attributes, IdentifierKind kind, string value) =>
        Assert.That(Map($$"""{ {{Core}},{{attributes}}}""").Interaction!.Identifiers, Is.EqualTo(new[] { new Identifier(kind, value) }));

    [TestCase("\"data\":[1,2]", """{"data":[1,2]}""")]
    [TestCase("\"data\":\"text\"", """{"data":"text"}""")]
    [TestCase("\"data_base64\":\"aGk=\"", """{"data_base64":"aGk="}""")]
    public void Data_that_is_no_object_is_kept_as_a_property(string data, string properties)
    {
        using var json = JsonDocument.Parse(Payload(Map($$"""{ {{Core}},"subject":"u1",{{data}}}""").Interaction!));
        Assert.That(json.RootElement.GetProperty("properties").GetRawText(), Is.EqualTo(properties));
    }

    [TestCase("""{"id":"1","source":"s","type":"X","subject":"u"}""", "spec-version")]
    [TestCase("""{"specversion":"0.3","id":"1","source":"s","type":"X","subject":"u"}""", "spec-version")]
    [TestCase("""{"specversion":"1.0","source":"s","type":"X","subject":"u"}""", "attribute-missing")]
    [TestCase("""{"specversion":"1.0","id":"1","type":"X","subject":"u"}""", "attribute-missing")]
    [TestCase("""{"specversion":"1.0","id":"1","source":"s","subject":"u"}""", "attribute-missing")]
    [TestCase("""{"specversion":"1.0","id":"1","source":"s","type":"X"}""", "no-identifier")]
    [TestCase("""{"specversion":"1.0","id":"1","source":"journey","type":"X","subject":"u"}""", "source-reserved")]
    [TestCase("""{"specversion":"1.0","id":"1","source":"s","type":"Run Exited","subject":"u"}""", "name-reserved")]
    [TestCase("""{"specversion":"1.0","id":"1","source":"s","type":"X","subject":"u","time":"yesterday"}""", "bad-time")]
    [TestCase("""{"specversion":"1.0","id":"1","source":"s","type":"X","subject":"u","extra":{}}""", "attribute-not-text")]
    [TestCase("""{"specversion":"1.0","id":"1","source":"s","type":"X","subject":"u","data":1,"data_base64":"aGk="}""", "data-twice")]
    [TestCase("""{"specversion":"1.0","id":"1","source":"s","type":"X","subject":"u","data_base64":"***"}""", "data-not-base64")]
    [TestCase("5", "not-an-object")]
    public void What_is_no_such_event_is_refused_with_a_code(string json, string code) => Assert.That(Map(json).Refusal?.Code, Is.EqualTo(code));

    [TestCase("application/json", """{"total":80}""", """{"total":80}""")]
    [TestCase("application/vnd.shop+json; charset=utf-8", "[1]", """{"data":[1]}""")]
    [TestCase("text/csv", "a,b", """{"data":"a,b"}""")]
    [TestCase("application/octet-stream", "hi", """{"data_base64":"aGk="}""")]
    public void Binary_mode_reads_attributes_from_headers_and_the_data_by_its_type(string contentType, string body, string properties)
    {
        var headers = new HeaderDictionary
        {
            ["ce-specversion"] = "1.0", ["ce-id"] = "1", ["ce-source"] = "/s", ["ce-type"] = "Caff%C3%A8%20Bought", ["Ce-Subject"] = "u1", ["Other"] = "x",
        };
        var interaction = Map(Encoding.UTF8.GetString(CloudEventHeaders.ToJson(headers, contentType, Encoding.UTF8.GetBytes(body), out _)!)).Interaction!;
        using var json = JsonDocument.Parse(Payload(interaction));
        Assert.Multiple(() =>
        {
            Assert.That(interaction.Name, Is.EqualTo("Caffè Bought"));
            Assert.That(json.RootElement.GetProperty("properties").GetRawText(), Is.EqualTo(properties));
        });
    }

    [Test]
    public void Binary_mode_refuses_a_body_that_is_not_the_json_it_claims_to_be() =>
        Assert.That(CloudEventHeaders.ToJson(new HeaderDictionary(), "application/json", "{"u8, out _), Is.Null);

    private static MappedEvent Map(string cloudEvent)
    {
        using var json = JsonDocument.Parse(cloudEvent);
        using var mapper = new CloudEventMapper(new IngestLimits());
        return mapper.Map(json.RootElement, Noon);
    }

    private static string Payload(Interaction interaction) => Encoding.UTF8.GetString(StoredPayload.Json(interaction.Payload).Span);
}

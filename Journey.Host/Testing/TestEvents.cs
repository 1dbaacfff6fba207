using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Domain.Language;
using Journey.Host.Ingestion;
using Journey.Projections.Customers;

namespace Journey.Host.Testing;

/// <summary>What a test says happens, as ingestion would hand it on.</summary>
internal static class TestEvents
{
    public const string Source = "test";

    /// <param name="number">The step's place in the test: its id where it has none of its own.</param>
    /// <param name="properties">The step's properties, completed.</param>
    public static Interaction Interaction(TestStep.Arrives step, int number, JsonObject properties, TestPeople people)
    {
        var says = step.Event is EventNames.Identified or EventNames.AliasGiven;
        return Interaction(
            step.Id ?? $"step-{number}", step.Event, step.Channel, step.Imported, step.OccurredAt, step.Time,
            user: step.AnonymousId is null || says ? people.UserIdOf(step.Customer) : null,
            visitor: step.AnonymousId is { } visitor ? people.VisitorIdOf(visitor) : null,
            properties, step.Traits is null ? null : JsonNode.Parse(step.Traits)!.AsObject());
    }

    /// <summary>What is known of somebody before the test starts: history, which starts nothing.</summary>
    public static IEnumerable<Interaction> Known(string name, TestCustomer customer, long at, TestPeople people)
    {
        if (customer.Traits != "{}" || !customer.Segments.IsEmpty)
        {
            yield return Said(EventNames.Identified, "traits", [], JsonNode.Parse(customer.Traits)!.AsObject());
        }

        foreach (var (channel, granted) in customer.Consent)
        {
            yield return Said(granted ? EventNames.ConsentGranted : EventNames.ConsentRevoked, channel, new JsonObject { ["channel"] = channel }, null);
        }

        Interaction Said(string what, string id, JsonObject properties, JsonObject? traits) => Interaction(
            $"known-{name}-{id}", what, ContactChannel.Unknown, isImported: true, at, at, people.UserIdOf(name), null, properties, traits);
    }

    /// <summary>Completes what a customer or a medium did with a message: of which message, by which run and step.</summary>
    public static bool IsAboutMessage(string name, Workspace workspace) => EventMeanings.Of(name, workspace)
        is EventMeaning.MessageDelivered or EventMeaning.MessageOpened or EventMeaning.MessageClicked or EventMeaning.MessageBounced or EventMeaning.MessageComplained;

    private static Interaction Interaction(
        string id, string name, ContactChannel channel, bool isImported, long occurredAt, long receivedAt, string? user, string? visitor, JsonObject properties, JsonObject? traits)
    {
        var identity = new EventIdentity();
        identity.Require(user, IdentifierKind.UserId, "userId");
        identity.Require(visitor, IdentifierKind.AnonymousId, "anonymousId");
        var payload = new JsonObject();
        if (traits is not null)
        {
            NoticePerson(identity, traits);
            payload["traits"] = traits;
        }

        NoticePerson(identity, properties);
        payload["properties"] = properties;
        var ids = new JsonObject();
        foreach (var identifier in identity.Found)
        {
            ids[IdentifierNames.Of(identifier.Kind)] = identifier.Value;
        }

        payload["ids"] = ids;
        return new Interaction(
            Source, id, name, channel, isImported ? EventFlags.Imported : EventFlags.None, occurredAt, receivedAt, identity.Found, ImmutableArray<Identifier>.Empty,
            StoredPayload.FromJson(JsonSerializer.SerializeToUtf8Bytes(payload)));
    }

    private static void NoticePerson(EventIdentity identity, JsonObject person)
    {
        var element = JsonSerializer.SerializeToElement(person);
        identity.NoticePerson(element);
        identity.Notice(element.Member("deviceId"), IdentifierKind.DeviceId);
    }
}

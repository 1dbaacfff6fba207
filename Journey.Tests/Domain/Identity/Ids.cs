using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Journey.Domain.Events;
using Journey.Domain.Identity;

namespace Journey.Tests.Domain.Identity;

/// <summary>Identifiers written as their letter and number ("u1", "c2", "e1", "p1", "d1", "a1"), and interactions made of them.</summary>
internal static class Ids
{
    public static ImmutableArray<Identifier> Of(string letters) =>
        [.. letters.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(One)];

    public static Identifier One(string text) => new(
        text[0] switch
        {
            'u' => IdentifierKind.UserId,
            'c' => IdentifierKind.LoyaltyCard,
            'e' => IdentifierKind.Email,
            'p' => IdentifierKind.Phone,
            'd' => IdentifierKind.DeviceId,
            'a' => IdentifierKind.AnonymousId,
            _ => throw new ArgumentException(text, nameof(text)),
        },
        text[0] switch { 'e' => $"{text}@shop.it", 'p' => $"+390612345{text[1..]}", _ => text });

    public static string FoundedBy(string identifier) => CustomerId.FoundedBy(One(identifier));

    public static Interaction Interaction(string id, string identifiers, string alias = "", EventFlags flags = EventFlags.None) =>
        Interaction(id, Of(identifiers), Of(alias), flags);

    public static Interaction Interaction(string id, ImmutableArray<Identifier> identifiers, ImmutableArray<Identifier> alias, EventFlags flags = EventFlags.None, string channel = "web")
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            PayloadIds.Write(writer, identifiers, alias);
            writer.WriteStartObject("properties");
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return new Interaction("web-shop", id, "Page Viewed", ContactChannel.From(channel), flags, 1_000, 2_000, identifiers, alias, StoredPayload.FromJson(json.WrittenSpan));
    }
}

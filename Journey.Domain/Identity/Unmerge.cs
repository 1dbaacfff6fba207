using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Journey.Domain.Events;

namespace Journey.Domain.Identity;

/// <summary>A merge is undone: who is parted from whom, and which identifiers go with whom.</summary>
/// <remarks>
/// <c>Identity Restored</c> on the restored customer's stream, with the identifiers that go there:
/// <c>{"ids":{…},"properties":{"survivor":"c…","has_user_id":true,"has_loyalty_card":false}}</c>.
/// <c>Identities Unmerged</c> on the survivor's, right after it: <c>{"properties":{"absorbed":"c…","has_user_id":…,"has_loyalty_card":…}}</c>.
/// The flags say how each of the two is known from then on. The two are never merged again by an event.
/// </remarks>
/// <param name="Identifiers">What goes with the restored customer; everything else stays.</param>
/// <param name="MergedAt">Position of the merge that is undone: undoing it a second time records nothing.</param>
public sealed record Unmerge(
    string Survivor,
    string Restored,
    ImmutableArray<Identifier> Identifiers,
    Known SurvivorKnown,
    Known RestoredKnown,
    long MergedAt)
{
    /// <summary>The restored customer's event, then the survivor's.</summary>
    /// <param name="at">Unix milliseconds.</param>
    public ImmutableArray<NewEvent> ToEvents(long at) =>
    [
        Event(Restored, EventNames.IdentityRestored, at, json =>
        {
            PayloadIds.Write(json, Identifiers, []);
            Properties(json, "survivor", Survivor, RestoredKnown);
        }),
        Event(Survivor, EventNames.IdentitiesUnmerged, at, json => Properties(json, "absorbed", Restored, SurvivorKnown)),
    ];

    /// <summary>Whom an <c>Identity Restored</c> was parted from, or an <c>Identities Unmerged</c> parted, and how the stream's own customer is known.</summary>
    public static (string Other, Known Known) Read(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var properties = document.RootElement.GetProperty("properties");
        var other = properties.TryGetProperty("survivor", out var survivor) ? survivor : properties.GetProperty("absorbed");
        return (other.GetString()!, new Known(properties.GetProperty("has_user_id").GetBoolean(), properties.GetProperty("has_loyalty_card").GetBoolean()));
    }

    private static void Properties(Utf8JsonWriter json, string role, string other, Known known)
    {
        json.WriteStartObject("properties");
        json.WriteString(role, other);
        json.WriteBoolean("has_user_id", known.ByUserId);
        json.WriteBoolean("has_loyalty_card", known.ByLoyaltyCard);
        json.WriteEndObject();
    }

    private NewEvent Event(string stream, string name, long at, Action<Utf8JsonWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }

        return new NewEvent(
            stream, IdentityEvents.Source, StableHash.Id($"{name}\u001f{Restored}\u001f{MergedAt}").ToString(), name, EventKind.Identity,
            EventFlags.LinksIdentity, ContactChannel.Internal, at, at, StoredPayload.FromJson(buffer.WrittenSpan));
    }
}

/// <summary>By what a customer is known: two people with a user id each, or with a card each, are two.</summary>
public readonly record struct Known(bool ByUserId, bool ByLoyaltyCard);

public abstract record UnmergeAnswer
{
    private UnmergeAnswer() { }

    /// <param name="Position">Of <c>Identities Unmerged</c>.</param>
    public sealed record Done(long Position) : UnmergeAnswer;

    /// <summary>The two are not merged, or not any more, or the survivor is somebody else by now.</summary>
    public sealed record NotMerged : UnmergeAnswer;
}

using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Journey.Domain.Events;

namespace Journey.Domain.Identity;

/// <summary>The events that a merge is recorded as. They name customers by their opaque ids only.</summary>
/// <remarks>
/// <c>Identity Absorbed</c> on each absorbed stream: <c>{"properties":{"survivor":"c…","reason":"email"}}</c>.
/// <c>Identities Merged</c> on the survivor's: <c>{"properties":{"absorbed":"c…"}}</c>.
/// </remarks>
public static class IdentityEvents
{
    public const string Source = "journey";

    /// <summary>For each merge the absorbed customer's event, then the survivor's; none if nobody was merged.</summary>
    /// <param name="cause">Its time is theirs, and its source and id make theirs: ingesting it again records them once.</param>
    public static ImmutableArray<NewEvent> Of(ImmutableArray<IdentityMerge> merges, Interaction cause)
    {
        if (merges.IsEmpty)
        {
            return [];
        }

        var events = ImmutableArray.CreateBuilder<NewEvent>(merges.Length * 2);
        foreach (var merge in merges)
        {
            events.Add(Event(merge.Absorbed, EventNames.IdentityAbsorbed, merge, cause, writer =>
            {
                writer.WriteString("survivor", merge.Survivor);
                writer.WriteString("reason", IdentifierNames.Of(merge.Reason));
            }));
            events.Add(Event(merge.Survivor, EventNames.IdentitiesMerged, merge, cause, writer => writer.WriteString("absorbed", merge.Absorbed)));
        }

        return events.MoveToImmutable();
    }

    /// <summary>Whom an <c>Identities Merged</c> names.</summary>
    public static string ReadAbsorbed(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty("properties").GetProperty("absorbed").GetString()!;
    }

    private static NewEvent Event(string stream, string name, IdentityMerge merge, Interaction cause, Action<Utf8JsonWriter> properties)
    {
        var json = new ArrayBufferWriter<byte>(128);
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("properties");
            properties(writer);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return new NewEvent(
            stream,
            Source,
            StableHash.Id($"{name}\u001f{merge.Absorbed}\u001f{cause.Source}\u001f{cause.Id}").ToString(),
            name,
            EventKind.Identity,
            EventFlags.LinksIdentity | (cause.Flags & EventFlags.Imported),
            ContactChannel.Internal,
            cause.OccurredAt,
            cause.ReceivedAt,
            StoredPayload.FromJson(json.WrittenSpan));
    }
}

using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Journey.Domain.Events;

namespace Journey.Host.Dispatch;

/// <summary>What became of a delivery, as events. No personal data: what was said to whom is not repeated here.</summary>
internal static class OutcomeEvents
{
    public const string Source = "dispatcher";

    /// <summary>Consent was withdrawn between the request and the send.</summary>
    public const string ConsentRevoked = "consent-revoked";

    /// <summary>Named by the decision and the outcome: recording it a second time writes nothing.</summary>
    public static string IdOf(string decisionId, string name) => StableHash.Id($"{decisionId}\u001f{name}").ToString();

    public static string SuccessOf(DeliveryKind kind) => kind switch
    {
        DeliveryKind.Message => EventNames.MessageSent,
        DeliveryKind.Task => EventNames.TaskSent,
        _ => EventNames.CallAnswered,
    };

    public static string FailureOf(DeliveryKind kind) => kind switch
    {
        DeliveryKind.Message => EventNames.MessageFailed,
        DeliveryKind.Task => EventNames.TaskFailed,
        _ => EventNames.CallFailed,
    };

    /// <summary>Whether any outcome of this decision is among the recorded ids.</summary>
    public static bool HasOutcome(string decisionId, DeliveryKind kind, HashSet<string> recorded) =>
        recorded.Count > 0
        && (recorded.Contains(IdOf(decisionId, SuccessOf(kind)))
            || recorded.Contains(IdOf(decisionId, FailureOf(kind)))
            || recorded.Contains(IdOf(decisionId, EventNames.MessageSuppressed)));

    public static NewEvent Create(DeliveryRequest request, string name, OutcomeFacts facts, long now)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("properties"u8);
            writer.WriteString("decision"u8, request.Id);
            writer.WriteString("journey"u8, request.Journey);
            writer.WriteNumber("version"u8, request.Version);
            writer.WriteString("run"u8, request.Run);
            writer.WriteString("step"u8, request.Step);
            writer.WriteString("channel"u8, request.Channel.Name);
            WriteText(writer, "template", request.Template);
            WriteText(writer, "provider", facts.Provider);
            WriteText(writer, "reason", facts.Reason);
            if (facts.Attempts > 0)
            {
                writer.WriteNumber("attempts"u8, facts.Attempts);
            }

            if (facts.Response is { } response)
            {
                writer.WritePropertyName("response"u8);
                response.WriteTo(writer);
            }

            if (!facts.Missing.IsDefaultOrEmpty)
            {
                writer.WriteStartArray("missing"u8);
                foreach (var path in facts.Missing)
                {
                    writer.WriteStringValue(path);
                }

                writer.WriteEndArray();
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        var channel = request.Kind == DeliveryKind.Message ? request.Channel : ContactChannel.Internal;
        return new NewEvent(
            request.Customer, Source, IdOf(request.Id, name), name, EventKind.Outcome, EventFlags.None, channel, now, now, StoredPayload.FromJson(buffer.WrittenSpan));
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }
}

/// <param name="Attempts">0: none was made.</param>
/// <param name="Missing">Paths of template values that were not there.</param>
internal readonly record struct OutcomeFacts(
    string? Provider,
    int Attempts,
    string? Reason = null,
    JsonElement? Response = null,
    ImmutableArray<string> Missing = default);

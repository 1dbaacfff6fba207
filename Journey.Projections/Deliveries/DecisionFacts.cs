using System.Text.Json;
using Journey.Projections.Customers;

namespace Journey.Projections.Deliveries;

/// <summary>What a decision or an outcome says, read in one pass over its payload. Reused from event to event.</summary>
internal sealed class DecisionFacts
{
    public string Journey { get; private set; } = "";

    public long Version { get; private set; }

    public string Run { get; private set; } = "";

    public string? Step { get; private set; }

    public string? Key { get; private set; }

    public string Channel { get; private set; } = "";

    public string Template { get; private set; } = "";

    public string Team { get; private set; } = "";

    public string Title { get; private set; } = "";

    public string? Reason { get; private set; }

    public bool IsHoldout { get; private set; }

    public long Until { get; private set; }

    public long Due { get; private set; }

    /// <summary>The arm that a split's run took.</summary>
    public string? Variant { get; private set; }

    /// <summary>The bounce was said to be for now only: a full mailbox, a server that is down.</summary>
    public bool IsSoft { get; private set; }

    /// <summary>The address that the event is about; null: it does not say.</summary>
    public string? Address { get; private set; }

    /// <summary>The id of the decision that an outcome answers.</summary>
    public string? Answers { get; private set; }

    public void Read(ReadOnlySpan<byte> payload, Vocabulary vocabulary)
    {
        Clear();
        var json = new Utf8JsonReader(payload);
        if (!JsonScan.EnterObject(ref json, "properties"u8))
        {
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var member = json.ValueSpan;
            if (!json.Read())
            {
                return;
            }

            Take(ref json, member, vocabulary);
        }
    }

    private void Take(ref Utf8JsonReader json, ReadOnlySpan<byte> member, Vocabulary vocabulary)
    {
        switch (member)
        {
            case var m when m.SequenceEqual("journey"u8): Journey = Shared(ref json, vocabulary); break;
            case var m when m.SequenceEqual("version"u8): Version = json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var version) ? version : 0; break;
            case var m when m.SequenceEqual("run"u8): Run = JsonScan.Text(ref json) ?? ""; break;
            case var m when m.SequenceEqual("step"u8): Step = Shared(ref json, vocabulary); break;
            case var m when m.SequenceEqual("key"u8): Key = JsonScan.Text(ref json); break;
            case var m when m.SequenceEqual("channel"u8): Channel = Shared(ref json, vocabulary); break;
            case var m when m.SequenceEqual("template"u8): Template = Shared(ref json, vocabulary); break;
            case var m when m.SequenceEqual("team"u8): Team = Shared(ref json, vocabulary); break;
            case var m when m.SequenceEqual("title"u8): Title = JsonScan.Text(ref json) ?? ""; break;
            case var m when m.SequenceEqual("reason"u8) || m.SequenceEqual("error"u8): Reason ??= JsonScan.Text(ref json); break;
            case var m when m.SequenceEqual("holdout"u8): IsHoldout = JsonScan.Flag(ref json); break;
            case var m when m.SequenceEqual("until"u8): Until = JsonScan.Instant(ref json); break;
            case var m when m.SequenceEqual("due"u8): Due = JsonScan.Instant(ref json); break;
            case var m when m.SequenceEqual("variant"u8): Variant = Shared(ref json, vocabulary); break;
            case var m when IsBounceKind(m): IsSoft |= IsForNow(JsonScan.Text(ref json)); break;
            case var m when m.SequenceEqual("email"u8) || m.SequenceEqual("phone"u8) || m.SequenceEqual("recipient"u8): Address ??= JsonScan.Text(ref json); break;
            case var m when IsAnswer(m): Answers ??= JsonScan.Text(ref json); break;
            default: json.Skip(); break;
        }
    }

    private static bool IsAnswer(ReadOnlySpan<byte> member) =>
        member.SequenceEqual("message_id"u8) || member.SequenceEqual("messageId"u8) || member.SequenceEqual("message"u8)
        || member.SequenceEqual("decision"u8) || member.SequenceEqual("task"u8) || member.SequenceEqual("task_id"u8);

    private static bool IsBounceKind(ReadOnlySpan<byte> member) =>
        member.SequenceEqual("type"u8) || member.SequenceEqual("bounce_type"u8) || member.SequenceEqual("bounceType"u8) || member.SequenceEqual("bounce"u8);

    /// <summary>As the big mail services call it.</summary>
    private static bool IsForNow(string? kind) => kind?.ToLowerInvariant() is "soft" or "transient" or "temporary" or "undetermined" or "blocked" or "block" or "deferred";

    private static string Shared(ref Utf8JsonReader json, Vocabulary vocabulary) =>
        JsonScan.Text(ref json) is { } text ? vocabulary.Name(text).Text : "";

    private void Clear()
    {
        Journey = Run = Channel = Template = Team = Title = "";
        Step = Key = Reason = Answers = Variant = Address = null;
        Version = Until = Due = 0;
        IsHoldout = IsSoft = false;
    }
}

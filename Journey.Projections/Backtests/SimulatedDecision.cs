using Journey.Domain.Events;
using Journey.Projections.Customers;
using Journey.Projections.Deliveries;

namespace Journey.Projections.Backtests;

/// <summary>What a simulated decision says beside where it was taken.</summary>
/// <param name="Key">Of the run, where the decision says it.</param>
public readonly record struct SimulatedDecision(string Key, string Channel, string Template, string Team, string Reason, bool IsHoldout)
{
    /// <summary>Of a decision that says nothing more.</summary>
    public static SimulatedDecision Nothing { get; } = new("", "", "", "", "", false);
}

/// <summary>Reads decisions; for one thread at a time.</summary>
/// <remarks>
/// They are ours, written without spaces, and a quotation mark inside of a text is escaped: so a member of ours is found by its name and marks,
/// before anything of the designer's own, without parsing what stands before it. A text with escapes is parsed after all.
/// </remarks>
public sealed class DecisionReading(Vocabulary vocabulary)
{
    private readonly DecisionFacts _facts = new();

    public SimulatedDecision Read(NewEvent decision)
    {
        var json = StoredPayload.Json(decision.Payload).Span;

        switch (decision.Name)
        {
            // Nearly every second decision is that a run waits, and most of them say until when and nothing else.
            case EventNames.RunWaiting when json.IndexOf("\"reason\":"u8) < 0:
                return SimulatedDecision.Nothing;
            case EventNames.RunExited when Find(json, "\"reason\":\""u8) is { } reason:
                return SimulatedDecision.Nothing with { Reason = reason };
            case EventNames.MessageRequested when Find(json, "\"channel\":\""u8) is { } channel && Find(json, "\"template\":\""u8) is { } template:
                return SimulatedDecision.Nothing with { Channel = channel, Template = template };
        }

        _facts.Read(json, vocabulary);
        return new(_facts.Key ?? "", _facts.Channel, _facts.Template, _facts.Team, _facts.Reason ?? "", _facts.IsHoldout);
    }

    /// <param name="opening">The member's name and the quotation mark that opens its text.</param>
    private string? Find(ReadOnlySpan<byte> json, ReadOnlySpan<byte> opening)
    {
        var start = json.IndexOf(opening);
        if (start < 0)
        {
            return null;
        }

        var text = json[(start + opening.Length)..];
        var end = text.IndexOfAny((byte)'"', (byte)'\\');
        return end > 0 && text[end] == '"' ? vocabulary.Intern(text[..end]) : null;
    }
}

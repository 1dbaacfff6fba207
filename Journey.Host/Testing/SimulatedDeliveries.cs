using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Journey.Domain.Events;
using Journey.Domain.Language;

namespace Journey.Host.Testing;

/// <summary>What becomes of messages, tasks and calls in a test.</summary>
/// <remarks>
/// A message and a task are sent at once, unless the test says itself what becomes of one of them: then it says so for all. A call is answered
/// only where the test says how, and otherwise runs into its timeout.
/// </remarks>
internal sealed class SimulatedDeliveries
{
    private readonly bool _messages;
    private readonly bool _tasks;

    public SimulatedDeliveries(ImmutableArray<TestStep> given)
    {
        var names = given.OfType<TestStep.Arrives>().Select(step => step.Event).ToHashSet(StringComparer.Ordinal);
        _messages = !names.Contains(EventNames.MessageSent) && !names.Contains(EventNames.MessageFailed);
        _tasks = !names.Contains(EventNames.TaskSent) && !names.Contains(EventNames.TaskFailed);
    }

    /// <summary>What kind of request an outcome answers; null: the event is no outcome.</summary>
    public static string? RequestOf(string outcome) => outcome switch
    {
        EventNames.MessageSent or EventNames.MessageFailed => EventNames.MessageRequested,
        EventNames.TaskSent or EventNames.TaskFailed => EventNames.TaskRequested,
        EventNames.CallAnswered or EventNames.CallFailed => EventNames.CallRequested,
        _ => null,
    };

    /// <summary>The outcome that follows a decision by itself; null: none does.</summary>
    public NewEvent? OutcomeOf(NewEvent decision, long now) => decision switch
    {
        { Kind: EventKind.Decision, Name: EventNames.MessageRequested } when _messages => Outcome(decision.Stream, decision.Id, decision.Payload, EventNames.MessageSent, null, now),
        { Kind: EventKind.Decision, Name: EventNames.TaskRequested } when _tasks => Outcome(decision.Stream, decision.Id, decision.Payload, EventNames.TaskSent, null, now),
        _ => null,
    };

    /// <param name="said">What the test says of it; the rest is taken from the request.</param>
    public static NewEvent Outcome(string stream, string decision, ReadOnlyMemory<byte> request, string name, JsonObject? said, long now)
    {
        var properties = said ?? [];
        properties["decision"] = decision;
        TakeOver(properties, request, "journey", "version", "run", "step", "channel", "template");
        return new NewEvent(stream, "dispatcher", $"{decision}|{name}", name, EventKind.Outcome, EventFlags.None, ContactChannel.Internal, now, now,
            StoredPayload.FromJson(JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["properties"] = properties })));
    }

    /// <summary>Copies properties of a decision that are not said already.</summary>
    public static void TakeOver(JsonObject properties, ReadOnlyMemory<byte> decision, params ReadOnlySpan<string> names)
    {
        using var json = JsonDocument.Parse(StoredPayload.Json(decision));
        var requested = json.RootElement.GetProperty("properties");
        foreach (var name in names)
        {
            if (!properties.ContainsKey(name) && requested.TryGetProperty(name, out var value))
            {
                properties[name] = JsonSerializer.SerializeToNode(value);
            }
        }
    }
}

using System.Globalization;
using System.Text.Json;
using Journey.Domain.Engine;
using Journey.Domain.Events;

namespace Journey.Tests.Domain.Engine;

/// <summary>A decision as a line that a person would write: when, what, and what matters of it.</summary>
internal static class DecisionText
{
    public static string Of(Decision decision)
    {
        using var json = JsonDocument.Parse(StoredPayload.Json(decision.Payload));
        var said = json.RootElement.GetProperty("properties");
        var what = decision.Kind == EventKind.Derived ? said.GetRawText() : decision.Name switch
        {
            EventNames.RunEntered => Join(said, "journey", "key", "holdout"),
            EventNames.RunNotEntered => Join(said, "journey", "key", "reason"),
            EventNames.RunWaiting => Join(said, "step", "reason", "until"),
            EventNames.RunBranched => Join(said, "step", "variant"),
            EventNames.RunMigrated => $"{Join(said, "journey", "step")} {said.GetProperty("from")} to {said.GetProperty("version")}",
            EventNames.MessageRequested => Join(said, "step", "channel"),
            EventNames.MessageSuppressed => Join(said, "step", "channel", "reason"),
            EventNames.TraitsSet => said.GetProperty("traits").GetRawText(),
            EventNames.GoalReached => Join(said, "journey", "key", "holdout"),
            EventNames.RunExited => Join(said, "journey", "reason"),
            _ => Join(said, "step"),
        };
        return $"{Time(decision.OccurredAt)} {decision.Name}: {what}";
    }

    private static string Join(JsonElement said, params string[] names) =>
        string.Join(' ', names.Where(name => said.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.False).Select(name => Part(name, said.GetProperty(name))));

    private static string Part(string name, JsonElement value) => name switch
    {
        "holdout" => "(holdout)",
        "until" => $"until {Time(DateTimeOffset.Parse(value.GetString()!, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds())}",
        "key" => $"[{value.GetString()}]",
        _ => value.GetString()!,
    };

    private static string Time(long milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("MM-dd HH:mm", CultureInfo.InvariantCulture);
}

using System.Text.Json;
using Journey.Domain.Time;

namespace Journey.Host.Ingestion;

/// <summary>When an event happened, from what a sender's clock says. All instants in Unix milliseconds.</summary>
public static class EventTimes
{
    /// <summary>Numbers below this are seconds: as milliseconds they would lie before March 1973.</summary>
    private const double SecondsBelow = 100_000_000_000;

    /// <summary>Corrects by how wrong the sender's clock was when it sent; never later than the arrival, never before 1970.</summary>
    /// <param name="timestamp">When it happened, by the sender's clock.</param>
    /// <param name="sentAt">When it was sent, by the same clock; null: the clock is taken to be right.</param>
    public static long OccurredAt(long? timestamp, long? sentAt, long receivedAt) =>
        timestamp is not { } stated ? receivedAt
        : Math.Clamp(stated + (sentAt is { } sent ? receivedAt - sent : 0), 0, receivedAt);

    /// <summary>ISO 8601 text, or a number of milliseconds (or seconds) since 1970.</summary>
    /// <returns>Null: not a time from 1970 on.</returns>
    public static long? Parse(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Parse(value.GetString()),
        JsonValueKind.Number when value.TryGetDouble(out var number) && number is >= 0 and < 253_402_300_800_000 =>
            (long)(number < SecondsBelow ? number * 1_000 : number),
        _ => null,
    };

    public static long? Parse(string? text) =>
        // Demanding a year first keeps out texts such as "10:00", which would be read as of today.
        text is { Length: >= 10 } && text.AsSpan(0, 4).IndexOfAnyExceptInRange('0', '9') < 0 && text[4] == '-'
        && Instants.TryParse(text, out var milliseconds) && milliseconds >= 0
            ? milliseconds
            : null;
}

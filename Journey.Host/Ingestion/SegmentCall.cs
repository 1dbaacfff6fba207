using System.Text.Json;
using Journey.Domain.Events;

namespace Journey.Host.Ingestion;

/// <summary>The calls of Segment's API that say something about a customer.</summary>
public enum SegmentCall { Track, Identify, Page, Screen, Group, Alias }

public static class SegmentCalls
{
    public const string PageViewed = "Page Viewed";
    public const string ScreenViewed = "Screen Viewed";

    /// <summary>By the <c>type</c> of a message in a batch.</summary>
    public static SegmentCall? Parse(string? type) => type switch
    {
        "track" => SegmentCall.Track,
        "identify" => SegmentCall.Identify,
        "page" => SegmentCall.Page,
        "screen" => SegmentCall.Screen,
        "group" => SegmentCall.Group,
        "alias" => SegmentCall.Alias,
        _ => null,
    };

    /// <summary>The name that the call is recorded under; null where it may not be.</summary>
    internal static string? EventName(this SegmentCall call, JsonElement message) => call switch
    {
        SegmentCall.Track => message.Member("event") is { ValueKind: JsonValueKind.String } name ? name.GetString()!.Trim() : null,
        SegmentCall.Identify => EventNames.Identified,
        SegmentCall.Page => PageViewed,
        SegmentCall.Screen => ScreenViewed,
        SegmentCall.Group => EventNames.GroupJoined,
        SegmentCall.Alias => EventNames.AliasGiven,
        _ => throw new ArgumentOutOfRangeException(nameof(call), call, null),
    };
}

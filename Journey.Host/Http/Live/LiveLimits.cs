namespace Journey.Host.Http.Live;

/// <summary>Bounds of <c>/v1/live</c>.</summary>
internal static class LiveLimits
{
    /// <summary>Events that a client that says nothing gets per second.</summary>
    public const int EventsDefault = 100;

    /// <summary>Events that a client can ask for per second.</summary>
    public const int EventsMax = 10_000;

    /// <summary>Events that a client may be behind before the rest is dropped and the feed goes on at the log's end.</summary>
    public const int BehindMax = 1_000;

    /// <summary>Channels with a rate of their own.</summary>
    public const int ChannelsMax = 50;

    /// <summary>Between two overviews, and at the latest between two signs of life.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    /// <summary>Clients wait this long, in milliseconds, before they connect again.</summary>
    public const int RetryMilliseconds = 1_000;
}

using System.Collections.Immutable;

namespace Journey.Host.Dispatch;

/// <summary>How deliveries are read from the log, and where they go.</summary>
public sealed record DispatchOptions
{
    /// <summary>Gets how many deliveries may be read from the log and not have their outcome yet; reading then pauses.</summary>
    /// <value>1 to 100,000. The default is 1,024. After a crash at most so many, and those of one page more, are looked at again.</value>
    public int OpenDeliveriesMax { get; init => field = Checked(value, 1, 100_000, nameof(OpenDeliveriesMax)); } = 1_024;

    /// <summary>Gets how many events are read at a time.</summary>
    /// <value>1 to 10,000. The default is 500.</value>
    public int PageEventsMax { get; init => field = Checked(value, 1, 10_000, nameof(PageEventsMax)); } = 500;

    /// <summary>Gets the least time between two saves of the checkpoint.</summary>
    /// <value>10 milliseconds to 1 hour. The default is 1 second.</value>
    public TimeSpan CheckpointEvery { get; init => field = Checked(value, TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1), nameof(CheckpointEvery)); } = TimeSpan.FromSeconds(1);

    /// <summary>Gets how long a stop waits for attempts under way; what is not done by then is delivered again after the next start.</summary>
    /// <value>0 to 5 minutes. The default is 10 seconds.</value>
    public TimeSpan DrainTimeout { get; init => field = Checked(value, TimeSpan.Zero, TimeSpan.FromMinutes(5), nameof(DrainTimeout)); } = TimeSpan.FromSeconds(10);

    /// <summary>Gets where each channel's messages go, by channel name; tasks go by the name "task".</summary>
    public ImmutableDictionary<string, ChannelOptions> Channels { get; init; } = ImmutableDictionary<string, ChannelOptions>.Empty;

    /// <summary>Gets where a channel goes that <see cref="Channels"/> does not name.</summary>
    /// <value>The default is the console.</value>
    public ChannelOptions Default { get; init; } = new ChannelOptions.Console();

    /// <summary>Gets how calls are made.</summary>
    public CallOptions Calls { get; init; } = new();

    public ChannelOptions For(string channel) => Channels.GetValueOrDefault(channel, Default);

    private static T Checked<T>(T value, T min, T max, string name) where T : IComparable<T> =>
        value.CompareTo(min) >= 0 && value.CompareTo(max) <= 0
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} must be between {min} and {max}.");
}

/// <summary>Where one channel's deliveries go.</summary>
public abstract record ChannelOptions
{
    private ChannelOptions() { }

    public ResilienceOptions Resilience { get; init; } = new();

    public sealed record Console : ChannelOptions
    {
        /// <param name="showContent">Also print what is said and to whom: personal data, so only where that is wanted.</param>
        public Console(bool showContent = false)
        {
            ShowContent = showContent;
            Resilience = new ResilienceOptions { RatePerSecond = 100_000 };
        }

        public bool ShowContent { get; }
    }

    public sealed record Webhook : ChannelOptions
    {
        /// <exception cref="ArgumentException">The address is not absolute http or https, carries a user or fragment, or there is no secret.</exception>
        public Webhook(Uri url, ImmutableArray<WebhookSecret> secrets)
        {
            Url = WebhookAddress.Checked(url);
            Secrets = secrets.IsDefaultOrEmpty ? throw new ArgumentException("A webhook needs at least one secret to sign with.", nameof(secrets)) : secrets;
        }

        public Uri Url { get; }

        /// <summary>Every delivery is signed with each: the new one first while receivers change over.</summary>
        public ImmutableArray<WebhookSecret> Secrets { get; }
    }
}

public sealed record CallOptions
{
    /// <summary>Gets the secrets that calls are signed with; none: calls are not signed.</summary>
    public ImmutableArray<WebhookSecret> Secrets { get; init; } = [];

    /// <summary>Gets how each host that is called is treated. A journey waits for the answer, so it is told sooner than a message gives up.</summary>
    public ResilienceOptions Resilience { get; init; } = new() { AttemptsMax = 3, GiveUpAfter = TimeSpan.FromMinutes(5), DelayMax = TimeSpan.FromMinutes(1) };
}

/// <summary>Addresses that deliveries may go to.</summary>
public static class WebhookAddress
{
    public static bool IsUsable(Uri url) =>
        url.IsAbsoluteUri && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps) && url.UserInfo.Length == 0 && url.Fragment.Length == 0;

    public static Uri Checked(Uri url) => IsUsable(url)
        ? url
        : throw new ArgumentException("A webhook's address must be absolute, http or https, without user, password or fragment.", nameof(url));
}

using System.Collections.Immutable;
using Journey.Domain.Identity;
using Journey.Domain.Time;

namespace Journey.Domain.Language;

/// <summary>Thresholds and settings for the whole workspace: the <c>workspace</c> document, or these defaults. All times in milliseconds.</summary>
public sealed record Workspace
{
    public static Workspace Default { get; } = new();

    public long CartAbandonedAfter { get; init; } = Instants.Hour;
    public long BrowseAbandonedAfter { get; init; } = Instants.Hour;
    public long CheckoutAbandonedAfter { get; init; } = Instants.Hour;
    public long CartExpiresAfter { get; init; } = 10 * Instants.Day;

    /// <summary>How long after a message a conversion still counts as recovered by it.</summary>
    public long RecoveryWindow { get; init; } = 3 * Instants.Day;

    public long SessionGap { get; init; } = 30 * Instants.Minute;

    /// <summary>Session gap by channel name, where it differs.</summary>
    public ImmutableDictionary<string, long> SessionGapByChannel { get; init; } = ImmutableDictionary<string, long>.Empty;

    /// <summary>Older events are projected and never trigger.</summary>
    public long AllowedLateness { get; init; } = 24 * Instants.Hour;

    /// <summary>IANA zone for customers whose own is not known.</summary>
    public string DefaultZone { get; init; } = "UTC";

    /// <summary>ISO 4217, for amounts that come without a currency.</summary>
    public string DefaultCurrency { get; init; } = "EUR";

    /// <summary>Channels on which a send needs consent that was granted; on others it needs only not to have been revoked.</summary>
    public ImmutableHashSet<string> OptInChannels { get; init; } = ["email", "sms", "push"];

    /// <summary>Event names the workspace adds to the known ones, for near-miss suggestions and warnings.</summary>
    public ImmutableArray<string> EventNames { get; init; } = [];

    /// <summary>Names by which this shop calls the standard ecommerce events: recorded name to standard name ("add_to_cart" to "Product Added").</summary>
    public ImmutableDictionary<string, string> EventAliases { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The event that a journey map calls a success, by its standard name: names that are aliases of it count too.</summary>
    public string ConversionEvent { get; init; } = "Order Completed";

    /// <summary>Traits that are personal data: conditions may not read them.</summary>
    public ImmutableHashSet<string> PersonalTraits { get; init; } =
        ["email", "phone", "firstName", "lastName", "name", "address", "birthday", "username", "avatar", "title"];

    /// <summary>Which identifiers say who somebody is.</summary>
    public IdentityRules Identity { get; init; } = IdentityRules.Default;

    /// <summary>Sources of traits, the best first: a better one's word stands whatever its time. Empty: the newest word wins, whoever said it.</summary>
    public ImmutableArray<string> TraitSources { get; init; } = [];

    /// <summary>Groups of event names for journey maps: group to names. Each name is in one group at most.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<string>> Stages { get; init; } =
        ImmutableSortedDictionary.Create<string, ImmutableArray<string>>(StringComparer.Ordinal);
}

/// <summary>The <c>workspace</c> document.</summary>
public sealed record WorkspaceDefinition(string Name, string? Description, SourcePlace At, Workspace Settings) : Definition(Name, Description, At)
{
    public override string Kind => "workspace";
}

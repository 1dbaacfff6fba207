using System.Text.Json;
using Journey.Domain.Language;
using Journey.Domain.Time;
using Journey.Projections.Customers;

namespace Journey.Host.Http.Queries;

/// <summary>A trait as it stands, who said so, and when.</summary>
public sealed record TraitView(string Name, JsonElement Value, string Source, string At);

/// <param name="Channel">* is every channel.</param>
/// <param name="Purpose">* is every purpose.</param>
/// <param name="State">granted or revoked.</param>
/// <param name="History">Everything that was said, newest first, as far as it is kept.</param>
public sealed record ConsentView(string Channel, string Purpose, string State, string At, string Source, IReadOnlyList<ConsentWord> History);

public sealed record ConsentWord(string State, string At, string Source);

/// <param name="Amount">A plain decimal.</param>
public sealed record MoneyView(string Currency, string Amount);

/// <param name="RecencyDays">Whole days since the latest order; null: there is none.</param>
/// <param name="DaysBetweenOrders">Mean days from one order to the next; null: fewer than two.</param>
/// <param name="AverageOrder">Of the revenue in the main currency; null: no order.</param>
/// <param name="Devices">Devices and browsers.</param>
public sealed record LifetimeView(long Events, string? FirstSeenAt, string? LastSeenAt, long Orders, IReadOnlyList<MoneyView> Revenue, string? FirstOrderAt, string? LastOrderAt,
    long? RecencyDays, double? DaysBetweenOrders, MoneyView? AverageOrder, string? PreferredChannel, string? LastStore, int Devices);

/// <param name="Last">The score given last.</param>
public sealed record ScoreView(decimal Last, string LastAt, long Answers, decimal Average);

/// <param name="Nps">0 to 10; null: never answered.</param>
/// <param name="Csat">1 to 5; null: never answered.</param>
public sealed record ScoresView(ScoreView? Nps, ScoreView? Csat);

/// <summary>What a customer's state says of them, for people to read.</summary>
/// <param name="Traits">By name.</param>
/// <param name="Consent">By channel and purpose.</param>
public sealed record CustomerView(IReadOnlyList<TraitView> Traits, IReadOnlyList<ConsentView> Consent, LifetimeView Lifetime, ScoresView Scores)
{
    /// <param name="now">Unix milliseconds: what recency is counted to.</param>
    public static CustomerView Of(CustomerState state, Workspace workspace, long now) => new(
        [.. state.Profile.Traits.OrderBy(static trait => trait.Name, StringComparer.Ordinal).Select(Trait)],
        [.. state.Profile.Consents.OrderBy(static consent => (consent.Channel, consent.Purpose)).Select(consent => Consented(state.Profile, consent))],
        Figures(state, workspace, now),
        new ScoresView(Scored(state.Profile.Nps), Scored(state.Profile.Csat)));

    private static TraitView Trait(Trait trait)
    {
        var json = new Utf8JsonReader(trait.Json);
        return new TraitView(trait.Name, JsonElement.ParseValue(ref json), trait.Source, Instants.ToIso(trait.At));
    }

    private static ConsentView Consented(Profile profile, in Consent consent)
    {
        var (channel, purpose) = (consent.Channel, consent.Purpose);
        return new ConsentView(channel, purpose, CustomerRows.NameOf(consent.State), Instants.ToIso(consent.At), consent.Source,
        [
            .. profile.ConsentHistory.Reverse().Where(word => word.Channel == channel && word.Purpose == purpose)
                .Select(static word => new ConsentWord(CustomerRows.NameOf(word.State), Instants.ToIso(word.At), word.Source)),
        ]);
    }

    private static LifetimeView Figures(CustomerState state, Workspace workspace, long now)
    {
        var lifetime = state.Lifetime;
        var main = lifetime.MainRevenue(workspace.DefaultCurrency);
        return new LifetimeView(
            lifetime.Events, Iso(lifetime.FirstSeenAt), Iso(lifetime.LastSeenAt), lifetime.Orders,
            [.. lifetime.Revenue.Select(Shown)], Iso(lifetime.FirstOrderAt), Iso(lifetime.LastOrderAt),
            lifetime.LastOrderAt == 0 ? null : Math.Max(0, (now - lifetime.LastOrderAt) / Instants.Day),
            lifetime.DaysBetweenOrders is { } days ? Math.Round(days, 2) : null,
            lifetime.Orders <= 0 ? null : Shown(main with { Amount = decimal.Round(main.Amount / lifetime.Orders, 2) }),
            lifetime.PreferredChannel, lifetime.LastStore, state.Identifiers.Devices);
    }

    private static MoneyView Shown(Money money) => new(money.Currency, money.Amount.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private static ScoreView? Scored(in Score score) => score.Answers == 0 ? null : new ScoreView(score.Last, Instants.ToIso(score.LastAt), score.Answers, score.Average!.Value);

    private static string? Iso(long at) => at == 0 ? null : Instants.ToIso(at);
}

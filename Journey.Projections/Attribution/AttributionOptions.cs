using System.Collections.Immutable;
using Journey.Domain.Time;

namespace Journey.Projections.Attribution;

public enum AttributionDimension
{
    Channel,
    Campaign,
}

/// <summary>What is asked. All times in milliseconds.</summary>
public sealed record AttributionOptions
{
    public const string DefaultConversion = "Order Completed";
    public const long LookbackMax = 400 * Instants.Day;

    public ImmutableArray<AttributionModel> Models { get; init; } = AttributionModels.All;

    public AttributionDimension By { get; init; }

    /// <summary>A touch counts for a conversion that comes at most so much later.</summary>
    public long Lookback
    {
        get;
        init => field = value is >= Instants.Minute and <= LookbackMax ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Lookback must be between one minute and 400 days.");
    } = 30 * Instants.Day;

    /// <summary>Conversions from this instant on.</summary>
    public long From { get; init; } = long.MinValue;

    /// <summary>Conversions before this instant.</summary>
    public long To { get; init; } = long.MaxValue;

    /// <summary>Revenue in this currency is credited; conversions count whatever they were paid in.</summary>
    public string Currency { get; init; } = "EUR";

    /// <summary>Time decay: a touch is worth half of one that is so much nearer to the conversion.</summary>
    public long HalfLife
    {
        get;
        init => field = value is >= Instants.Minute and <= LookbackMax ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "HalfLife must be between one minute and 400 days.");
    } = 7 * Instants.Day;

    /// <summary>Position-based: the first touch's share.</summary>
    public double FirstShare { get; init; } = 0.4;

    /// <summary>Position-based: the last touch's share. Both together are at most one.</summary>
    public double LastShare { get; init; } = 0.4;

    /// <summary>Markov: how many touches back a step of the chain looks.</summary>
    /// <value>1 to 3; the default value is 1.</value>
    public int Order
    {
        get;
        init => field = value is >= 1 and <= 3 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Order must be 1, 2 or 3.");
    } = 1;
}

using Journey.Host.Http.Parameters;

namespace Journey.Host.Http.Queries;

/// <summary>What every list takes.</summary>
internal static class PagingParameters
{
    public const int LimitMax = 1_000;
    public const int LimitDefault = 100;

    public static NumberParameter Limit { get; } = new("limit", "The most items to answer.", 1, LimitMax, LimitDefault);

    public static PageParameter After { get; } = new();
}

namespace Journey.Host.Stores;

/// <summary>Bounds that every store has.</summary>
public static class StoreLimits
{
    /// <summary>Events in a page, at most.</summary>
    public const int PageMax = 100_000;

    /// <summary>Rows that one query returns, at most.</summary>
    public const int RowsMax = 100_000;
}

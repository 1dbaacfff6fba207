namespace Journey.Host.Running.Rebuilding;

/// <summary>The alphabet of streams' names in 64 slices: what a rebuild does at a time, and notes as done.</summary>
/// <remarks>
/// Customers' ids are "c" and random characters of base 32, so that the slices hold about as many each. Whoever is called otherwise is in one of
/// them as well. Part of what a generation on disk means: a change raises the version of the folds.
/// </remarks>
internal static class StreamSlices
{
    public const int Count = 64;

    private const string Letters = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <summary>The middle of the letters.</summary>
    private const char Middle = 'g';

    /// <summary>A name that comes before all others of the slice.</summary>
    public static string From(int slice) => slice switch
    {
        0 => "",
        _ when slice % 2 == 0 => $"c{Letters[slice / 2]}",
        _ => $"c{Letters[slice / 2]}{Middle}",
    };

    /// <summary>The name that the next slice begins with; null: there is none.</summary>
    public static string? Before(int slice) => slice == Count - 1 ? null : From(slice + 1);
}

namespace Journey.Host.Running.Rebuilding;

/// <summary>How much of the machine a rebuild takes.</summary>
public sealed class RebuildOptions
{
    /// <summary>Gets or sets how many partitions' worth of work goes on side by side.</summary>
    /// <value>The default is the number of processors, at most 8; 1 to 64.</value>
    public int Workers
    {
        get;
        set => field = Checked(value, 1, 64, nameof(Workers));
    } = Math.Clamp(Environment.ProcessorCount, 1, 8);

    /// <summary>Gets or sets how many of the read models' sums are added up in memory, all workers together, before they are written.</summary>
    /// <value>The default is 1,000,000, some 100 MB; 1 to 100,000,000. With fewer, sums are written more often and one by one with what is there already.
    /// A worker looks after each slice of the customers, so that a slice's sums are in memory whatever is said here.</value>
    public int SumsMax
    {
        get;
        set => field = Checked(value, 1, 100_000_000, nameof(SumsMax));
    } = 1_000_000;

    /// <summary>Gets or sets how many events are read at once.</summary>
    /// <value>The default is 32,768; 1 to 100,000.</value>
    public int PageEvents
    {
        get;
        set => field = Checked(value, 1, 100_000, nameof(PageEvents));
    } = 32_768;

    private static int Checked(int value, int min, int max, string name) => value >= min && value <= max
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be between {min:N0} and {max:N0}.");
}

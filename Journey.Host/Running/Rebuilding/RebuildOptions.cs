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

    /// <summary>Gets or sets how many customers' states are in memory at once, all workers together.</summary>
    /// <value>The default is 50,000, some 1.2 GB where each has fifty events; 64 to 10,000,000. With fewer, the log is read more often: once for so many customers
    /// as fit, in at most 64 turns, so the real bound is a 64th of the customers for each worker.</value>
    public int CustomersMax
    {
        get;
        set => field = Checked(value, 64, 10_000_000, nameof(CustomersMax));
    } = 50_000;

    /// <summary>Gets or sets how many events are read at once.</summary>
    /// <value>The default is 8,192; 1 to 100,000.</value>
    public int PageEvents
    {
        get;
        set => field = Checked(value, 1, 100_000, nameof(PageEvents));
    } = 8_192;

    private static int Checked(int value, int min, int max, string name) => value >= min && value <= max
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be between {min:N0} and {max:N0}.");
}

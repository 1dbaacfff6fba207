namespace Journey.Host.Running;

/// <summary>How much the processor takes at once and keeps at hand.</summary>
public sealed class ProcessorOptions
{
    /// <summary>Gets or sets how many events one batch, and so one transaction, may hold.</summary>
    /// <value>The default value is 16,000; 1 to 100,000. The result is the same at any size; a backlog is worked off faster in
    /// large batches, because a customer met twice is written once.</value>
    public int BatchEventsMax
    {
        get;
        set => field = value is >= 1 and <= 100_000 ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "BatchEventsMax must be between 1 and 100,000.");
    } = 16_000;

    /// <summary>Gets or sets how many customers' states stay decoded.</summary>
    /// <value>The default value is 25,000, some 100 MB at most; 1 to 10,000,000.</value>
    public int StatesKeptMax
    {
        get;
        set => field = value is >= 1 and <= 10_000_000 ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "StatesKeptMax must be between 1 and 10,000,000.");
    } = 25_000;
}

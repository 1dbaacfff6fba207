namespace Journey.Host.Scans;

/// <summary>How much one scan of the log may keep, and how many threads it may take.</summary>
public sealed class ScanLimits
{
    public static ScanLimits Default { get; } = new();

    /// <summary>Gets or sets how many interactions one scan may keep: about 40 bytes each until the answer is there.</summary>
    /// <value>The default value is 20,000,000.</value>
    public int StepsMax
    {
        get;
        set => field = value is >= 1 and <= 1_000_000_000 ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "StepsMax must be between 1 and 1,000,000,000.");
    } = 20_000_000;

    /// <summary>Gets or sets how many threads read and count. The answer is the same with any number.</summary>
    /// <value>The default value is the number of processors, at most 4.</value>
    public int Workers
    {
        get;
        set => field = value is >= 1 and <= 64 ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Workers must be between 1 and 64.");
    } = Math.Clamp(Environment.ProcessorCount, 1, 4);
}

/// <summary>The slice that was asked for holds more than one scan keeps. Its message says how to ask for less.</summary>
public sealed class ScanTooLargeException(long stepsMax) : Exception(
    $"This slice of the log holds more than {stepsMax:N0} interactions, which is the most that one computation keeps. Name a shorter period (from, to) or a channel.");

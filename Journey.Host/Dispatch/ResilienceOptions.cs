namespace Journey.Host.Dispatch;

/// <summary>How one provider is treated when it is slow, busy or down.</summary>
public sealed record ResilienceOptions
{
    /// <summary>Gets how many attempts a delivery gets before it is a dead letter.</summary>
    /// <value>1 to 20. The default is 6.</value>
    public int AttemptsMax { get; init => field = Checked(value, 1, 20, nameof(AttemptsMax)); } = 6;

    /// <summary>Gets how long one attempt may take.</summary>
    /// <value>10 milliseconds to 24 hours. The default is 10 seconds.</value>
    public TimeSpan AttemptTimeout { get; init => field = Checked(value, TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(24), nameof(AttemptTimeout)); } = TimeSpan.FromSeconds(10);

    /// <summary>Gets the wait before the second attempt; each further wait is twice as long on average, with jitter.</summary>
    /// <value>1 millisecond to 1 hour. The default is 1 second.</value>
    public TimeSpan FirstDelay { get; init => field = Checked(value, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1), nameof(FirstDelay)); } = TimeSpan.FromSeconds(1);

    /// <summary>Gets the longest wait between two attempts, also where the receiver's Retry-After asks for more.</summary>
    /// <value>1 millisecond to 24 hours. The default is 5 minutes.</value>
    public TimeSpan DelayMax { get; init => field = Checked(value, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(24), nameof(DelayMax)); } = TimeSpan.FromMinutes(5);

    /// <summary>Gets the age, counted from the first attempt, after which a delivery is not attempted again; also how long it waits for an open circuit.</summary>
    /// <value>1 second to 7 days. The default is 30 minutes.</value>
    public TimeSpan GiveUpAfter { get; init => field = Checked(value, TimeSpan.FromSeconds(1), TimeSpan.FromDays(7), nameof(GiveUpAfter)); } = TimeSpan.FromMinutes(30);

    /// <summary>Gets how many attempts a second are made at most, evenly spaced.</summary>
    /// <value>0.01 to 100,000. The default is 100.</value>
    public double RatePerSecond { get; init => field = Checked(value, 0.01, 100_000, nameof(RatePerSecond)); } = 100;

    /// <summary>Gets how many deliveries are under way with this provider at once, waiting for a retry included.</summary>
    /// <value>1 to 1,024. The default is 32.</value>
    public int ConcurrencyMax { get; init => field = Checked(value, 1, 1_024, nameof(ConcurrencyMax)); } = 32;

    /// <summary>Gets the share of failed attempts at which the circuit opens.</summary>
    /// <value>Above 0, at most 1. The default is 0.5.</value>
    public double BreakRatio { get; init => field = Checked(value, 0.001, 1, nameof(BreakRatio)); } = 0.5;

    /// <summary>Gets how many attempts within <see cref="BreakSampling"/> are needed before the circuit may open.</summary>
    /// <value>2 to 10,000. The default is 10.</value>
    public int BreakMinimum { get; init => field = Checked(value, 2, 10_000, nameof(BreakMinimum)); } = 10;

    /// <summary>Gets the period over which failures are counted.</summary>
    /// <value>500 milliseconds to 24 hours. The default is 30 seconds.</value>
    public TimeSpan BreakSampling { get; init => field = Checked(value, TimeSpan.FromMilliseconds(500), TimeSpan.FromHours(24), nameof(BreakSampling)); } = TimeSpan.FromSeconds(30);

    /// <summary>Gets how long an open circuit stays open before one attempt is let through to try.</summary>
    /// <value>500 milliseconds to 24 hours. The default is 30 seconds.</value>
    public TimeSpan BreakDuration { get; init => field = Checked(value, TimeSpan.FromMilliseconds(500), TimeSpan.FromHours(24), nameof(BreakDuration)); } = TimeSpan.FromSeconds(30);

    private static T Checked<T>(T value, T min, T max, string name) where T : IComparable<T> =>
        value.CompareTo(min) >= 0 && value.CompareTo(max) <= 0
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} must be between {min} and {max}.");
}

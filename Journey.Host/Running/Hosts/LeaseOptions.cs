namespace Journey.Host.Running.Hosts;

/// <summary>How one of several hosts on a store makes itself known.</summary>
public sealed record LeaseOptions
{
    /// <summary>Gets the host's name: the same machine may run several.</summary>
    public string Name { get; init; } = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid().ToString("n")[..6]}";

    /// <summary>Gets where it answers, for people.</summary>
    public string Url { get; init; } = "";

    /// <summary>Gets how often it says that it lives.</summary>
    /// <value>2 seconds.</value>
    public TimeSpan Beat { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets how long what it holds stays its own when it says nothing more: others take it over then.</summary>
    /// <value>6 seconds: a host may miss two beats, and what a dead one held is taken over within ten seconds.</value>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>Gets how far its clock may be off the store's: due times fire by it, and arrivals are stamped with it.</summary>
    /// <value>5 seconds.</value>
    public TimeSpan ClockOffMax { get; init; } = TimeSpan.FromSeconds(5);
}

namespace Journey.Tests.Crash;

/// <summary>One life of the server: started, put under load by several clients, and killed at a moment nobody chose.</summary>
internal static class CrashRound
{
    private const int AcknowledgementsMax = 40;
    private const int DelayMaxMs = 150;
    private const int StartMaxMs = 1_000;

    /// <summary>One life in ten ends while it begins: opening, recovering, publishing, catching up.</summary>
    private const int StartsInTen = 1;

    /// <summary>Answers how many batches were acknowledged before the end.</summary>
    public static async Task<int> RunAsync(string store, string documents, IReadOnlyList<Sender> senders, Random random)
    {
        if (random.Next(10) < StartsInTen)
        {
            await using var starting = ServerProcess.BeginServing(store, documents);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(StartMaxMs)));
            await starting.KillAsync();
            return 0;
        }

        await using var server = await ServerProcess.StartAsync(store, documents);
        using var client = new HttpClient { BaseAddress = server.Url };
        using var stop = new CancellationTokenSource();
        var acknowledged = 0;
        var killAt = random.Next(1, AcknowledgementsMax);
        var delay = TimeSpan.FromMilliseconds(random.Next(DelayMaxMs));
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var load = Task.WhenAll(senders.Select(sender => Task.Run(() => sender.LoadAsync(client, Count, stop.Token))));

        // All senders stop by themselves only when the server is gone, which would be a crash of its own.
        if (await Task.WhenAny(reached.Task, load) == load)
        {
            await load;
            throw new InvalidOperationException($"The server went away by itself:\n{server.Errors}");
        }

        await Task.Delay(delay);
        await server.KillAsync();
        await stop.CancelAsync();
        await load;
        return acknowledged;

        void Count()
        {
            if (Interlocked.Increment(ref acknowledged) == killAt)
            {
                reached.SetResult();
            }
        }
    }
}

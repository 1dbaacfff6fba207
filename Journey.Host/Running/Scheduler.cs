using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Stores;

namespace Journey.Host.Running;

/// <summary>The one place that looks at a clock: what it sees becomes a "Time Reached" event in the customer's stream.</summary>
/// <remarks>
/// Due times are a column of customer state, so a lost timer is not possible: after a crash they are simply still due.
/// The event's id is named by (customer, due, last position), so recording the same due time twice writes once.
/// </remarks>
/// <param name="held">The partitions whose customers are this host's to wake, a bit for each; null: all.</param>
public sealed class Scheduler(IEventLog log, IStateStore states, Func<long, CancellationToken, Task> processed, TimeProvider clock, Func<ulong>? held = null) : IDisposable
{
    /// <summary>Most due times recorded in one commit.</summary>
    public const int BatchMax = 2_000;

    /// <summary>Longest sleep, real or accelerated: a due time that appears meanwhile wakes the scheduler through <see cref="Wake"/>.</summary>
    private static readonly TimeSpan _sleepMax = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan _retry = TimeSpan.FromMilliseconds(250);

    private readonly SemaphoreSlim _wake = new(0, 1);
    private long _sleepingUntil = long.MaxValue;

    /// <summary>Says that some customer's next due time is now this: the sleep is cut short where it matters.</summary>
    public void Wake(long earliestDue)
    {
        if (earliestDue < Interlocked.Read(ref _sleepingUntil) && _wake.CurrentCount == 0)
        {
            try
            {
                _wake.Release();
            }
            catch (SemaphoreFullException)
            {
                // Another commit woke it first, which is all that was wanted.
            }
        }
    }

    /// <summary>Says that other customers are to be woken than before: whatever it slept for, it looks again.</summary>
    public void LookAgain() => Wake(long.MinValue);

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await WakeThoseDueAsync(stop);
            }
            catch (StoreException error) when (error.IsPassing)
            {
                // What is due stays due.
                await Task.Delay(_retry, stop);
            }
        }
    }

    private async Task WakeThoseDueAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var (recorded, waiting) = await RecordDueAsync(stop);
            if (recorded > 0)
            {
                continue;
            }

            // From here on every commit wakes us; a due time committed before this line is seen by the query after it.
            Interlocked.Exchange(ref _sleepingUntil, long.MaxValue);
            var next = await states.NextDueAsync(Held, stop);
            var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            var sleep = next is { } due ? TimeSpan.FromMilliseconds(Math.Clamp(due - now, 1, (long)_sleepMax.TotalMilliseconds)) : _sleepMax;
            Interlocked.Exchange(ref _sleepingUntil, next ?? long.MaxValue);
            if (waiting > 0)
            {
                // Recorded before, and not folded yet: the processor is behind, or a partition stands still.
                await Task.Delay(_retry, stop);
                continue;
            }

            using var woken = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var timer = Task.Delay(sleep, clock, woken.Token);
            await Task.WhenAny(timer, _wake.WaitAsync(woken.Token));
            await woken.CancelAsync();
        }
    }

    /// <summary>Records every due time that has come, and returns once the processor has folded them.</summary>
    /// <returns>How many were recorded now, and how many had been recorded before and still wait to be folded.</returns>
    public async Task<(int Recorded, int Waiting)> RecordDueAsync(CancellationToken stop)
    {
        for (var max = BatchMax; ; max *= 4)
        {
            var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            var due = await states.DueAsync(now, max, Held, stop);
            var recorded = due.Count == 0 ? 0 : await RecordAsync(due, now, stop);

            // A full page of which none is new hides what comes after it: ask for a longer one.
            if (recorded > 0 || due.Count < max)
            {
                return (recorded, due.Count - recorded);
            }
        }
    }

    private async Task<int> RecordAsync(IReadOnlyList<DueCustomer> due, long now, CancellationToken stop)
    {
        var requests = new AppendRequest[due.Count];
        for (var i = 0; i < requests.Length; i++)
        {
            requests[i] = new AppendRequest(due[i].Customer, ExpectedVersion.Any, [TimeReached(due[i], now)]);
        }

        var recorded = 0;
        var last = 0L;
        foreach (var result in await log.AppendAsync(requests, stop))
        {
            if (result is AppendResult.Appended appended)
            {
                recorded++;
                last = Math.Max(last, appended.LastPosition);
            }
        }

        // Asked again before these are folded, the store would answer with the same customers.
        if (recorded > 0)
        {
            await processed(last, stop);
        }

        return recorded;
    }

    private ulong Held => held?.Invoke() ?? ReadOptions.AllPartitions;

    private static NewEvent TimeReached(DueCustomer due, long now) =>
        TimeReached(due.Customer, $"{due.DueAt}|{due.LastPosition}", EventFlags.None, due.DueAt, Math.Max(now, due.DueAt));

    /// <param name="cause">With the customer it names the event: the same cause is recorded once.</param>
    /// <param name="at">The time that has come, Unix milliseconds; <paramref name="now"/> is when that was noticed.</param>
    internal static NewEvent TimeReached(string customer, string cause, EventFlags flags, long at, long now) => new(
        customer,
        "scheduler",
        StableHash.Id($"{customer}|{cause}").ToString(),
        EventNames.TimeReached,
        EventKind.Time,
        flags,
        ContactChannel.Internal,
        at,
        now,
        StoredPayload.Empty);

    public void Dispose() => _wake.Dispose();
}

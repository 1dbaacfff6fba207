using System.Text.Json;
using Journey.Domain.EventLog;
using Microsoft.AspNetCore.Http;

namespace Journey.Host.Http.Live;

/// <summary>What one client of <c>/v1/live</c> gets: every client reads the log for itself, so that a slow one holds up nobody.</summary>
/// <remarks>
/// Messages: <c>event</c> (any committed event but decisions), <c>decision</c>, <c>overview</c> once a second, and
/// <c>dropped</c> with how many events were left out because the client, or the rate it asked for, could not keep up.
/// The id of a message is the checkpoint after it, where there is one: a client that comes back with it goes on from there.
/// </remarks>
internal sealed class LiveFeed(IEventLog log, OverviewReader overviews, TimeProvider time)
{
    private const int ReadAtOnce = 200;

    /// <param name="from">Null: from now on.</param>
    /// <param name="eventsPerSecond">0: overviews only.</param>
    public async Task WriteAsync(HttpResponse response, Checkpoint? from, int eventsPerSecond, CancellationToken cancellation)
    {
        var messages = new EventStreamWriter(response.BodyWriter);
        await messages.RetryAsync(LiveLimits.RetryMilliseconds, cancellation);
        var at = from ?? await log.HeadAsync(cancellation);
        var position = log.PositionOf(at);
        while (true)
        {
            var began = time.GetTimestamp();
            await messages.SendAsync("overview", null, JsonSerializer.SerializeToUtf8Bytes(await overviews.ReadAsync(cancellation), JsonSerializerOptions.Web), cancellation);
            var left = eventsPerSecond;
            while (left > 0 && await HasMoreAsync(at, LiveLimits.Beat - time.GetElapsedTime(began), cancellation))
            {
                var head = await log.HeadAsync(cancellation);
                var behind = log.PositionOf(head) - position;
                if (behind > Math.Max(LiveLimits.BehindMax, eventsPerSecond))
                {
                    at = head;
                    position += behind;
                    await messages.SendAsync("dropped", at.Token, JsonSerializer.SerializeToUtf8Bytes(new DroppedEvents(behind), JsonSerializerOptions.Web), cancellation);
                    continue;
                }

                var page = await log.ReadAsync(at, Math.Min(left, ReadAtOnce), cancellation);
                for (var i = 0; i < page.Events.Count; i++)
                {
                    var told = LiveEvent.From(page.Events[i]);

                    // Only after its last event is the checkpoint of a page known.
                    var id = i == page.Events.Count - 1 ? page.Next.Token : null;
                    await messages.SendAsync(told.Kind == "decision" ? "decision" : "event", id, JsonSerializer.SerializeToUtf8Bytes(told, JsonSerializerOptions.Web), cancellation);
                    position = told.Position;
                }

                at = page.Next;
                left -= page.Events.Count;
            }

            if (LiveLimits.Beat - time.GetElapsedTime(began) is { Ticks: > 0 } rest)
            {
                await Task.Delay(rest, time, cancellation);
            }
        }
    }

    /// <returns>False: nothing came within the time.</returns>
    private async ValueTask<bool> HasMoreAsync(Checkpoint after, TimeSpan within, CancellationToken cancellation)
    {
        if (within <= TimeSpan.Zero)
        {
            return false;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(within);
        try
        {
            await log.WaitAsync(after, limit.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }
}

/// <param name="Count">Events between the last one told and the next.</param>
public sealed record DroppedEvents(long Count);

using System.Net.Http.Json;

namespace Journey.Tests.Crash;

/// <summary>One client of Segment's batch API that knows what was acknowledged, and sends everything else again with the same id.</summary>
internal sealed class Sender(string name)
{
    private const int BatchMax = 5;

    private readonly List<string> _acknowledged = [];
    private readonly Queue<string> _unacknowledged = new();
    private int _made;

    /// <summary>Ids of events that were answered 200.</summary>
    public IReadOnlyList<string> Acknowledged => _acknowledged;

    public bool HasUnacknowledged => _unacknowledged.Count > 0;

    /// <summary>Sends new events until it is told to stop, or the connection breaks.</summary>
    public async Task LoadAsync(HttpClient client, Action acknowledged, CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                while (_unacknowledged.Count < BatchMax)
                {
                    _unacknowledged.Enqueue($"{name}-{++_made}");
                }

                if (await SendAsync(client, stop))
                {
                    acknowledged();
                }
            }
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            // What was under way stays unacknowledged, whether it was recorded or not.
        }
    }

    /// <summary>Sends what is left, until nothing is.</summary>
    public async Task FinishAsync(HttpClient client)
    {
        while (HasUnacknowledged)
        {
            await SendAsync(client, CancellationToken.None);
        }
    }

    private async Task<bool> SendAsync(HttpClient client, CancellationToken stop)
    {
        var ids = _unacknowledged.Take(BatchMax).ToArray();
        var batch = ids.Select(id => new
        {
            type = "track",
            messageId = id,
            userId = $"user-{id}",
            @event = "Order Completed",
            properties = new { order_id = id, total = 10, currency = "EUR" },
        });
        using var response = await client.PostAsJsonAsync("/v1/batch", new { writeKey = "crash", batch }, stop);
        if (!response.IsSuccessStatusCode)
        {
            return false;
        }

        foreach (var id in ids)
        {
            _unacknowledged.Dequeue();
            _acknowledged.Add(id);
        }

        return true;
    }
}

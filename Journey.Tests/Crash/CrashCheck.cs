using System.Text.Json;
using Journey.Domain.EventLog;
using Journey.Domain.Events;

namespace Journey.Tests.Crash;

/// <summary>What must hold of a log however often its server was killed.</summary>
internal sealed class CrashCheck
{
    private readonly HashSet<(string Source, string Id)> _keys = [];
    private readonly Dictionary<(string Customer, string Journey), int> _requests = [];
    private readonly Dictionary<string, int> _sent = new(StringComparer.Ordinal);
    private readonly HashSet<string> _requestIds = new(StringComparer.Ordinal);
    private readonly HashSet<string> _orders = new(StringComparer.Ordinal);
    private readonly List<string> _broken = [];
    private Checkpoint _at;
    private long _position;

    public long Events => _position;

    public int Orders => _orders.Count;

    public int Sent => _sent.Count;

    /// <summary>Reads on from where the last call ended, to the end of the log.</summary>
    public async Task ReadAsync(IEventLog log)
    {
        while (await log.ReadAsync(_at, 5_000) is { AtEnd: false } page)
        {
            foreach (var recorded in page.Events)
            {
                Take(recorded);
            }

            _at = page.Next;
        }
    }

    /// <summary>Everything that does not hold, in words; empty when all does.</summary>
    public IEnumerable<string> Faults(IReadOnlyCollection<string> acknowledged, int journeys)
    {
        foreach (var fault in _broken)
        {
            yield return fault;
        }

        foreach (var lost in acknowledged.Where(id => !_orders.Contains(id)))
        {
            yield return $"{lost} was acknowledged and is lost";
        }

        if (_orders.Count != acknowledged.Count)
        {
            yield return $"{_orders.Count} orders are recorded; {acknowledged.Count} were sent";
        }

        foreach (var ((customer, journey), count) in _requests.Where(request => request.Value != 1))
        {
            yield return $"{customer} got {count} messages of {journey}";
        }

        if (_requests.Count != _orders.Count * journeys)
        {
            yield return $"{_requests.Count} messages were requested; {_orders.Count * journeys} should have been";
        }

        foreach (var (decision, count) in _sent.Where(sent => sent.Value != 1 || !_requestIds.Contains(sent.Key)))
        {
            yield return $"the decision {decision} has {count} outcomes";
        }

        if (_sent.Count != _requestIds.Count)
        {
            yield return $"{_requestIds.Count} messages were requested; {_sent.Count} have their outcome";
        }
    }

    private void Take(in RecordedEvent recorded)
    {
        if (recorded.Position != ++_position)
        {
            _broken.Add($"position {recorded.Position} stands where {_position} belongs");
            _position = recorded.Position;
        }

        if (!_keys.Add((recorded.Source, recorded.Id)))
        {
            _broken.Add($"{recorded.Source}/{recorded.Id} ({recorded.Name}) is recorded twice");
        }

        switch (recorded.Name)
        {
            case "Order Completed":
                _orders.Add(recorded.Id);
                break;
            case EventNames.MessageRequested:
                var key = (recorded.Stream, Property(recorded, "journey"));
                _requests[key] = _requests.GetValueOrDefault(key) + 1;
                _requestIds.Add(recorded.Id);
                break;
            case EventNames.MessageSent:
                var decision = Property(recorded, "decision");
                _sent[decision] = _sent.GetValueOrDefault(decision) + 1;
                break;
        }
    }

    private static string Property(in RecordedEvent recorded, string name)
    {
        using var json = JsonDocument.Parse(recorded.Json);
        return json.RootElement.GetProperty("properties").GetProperty(name).GetString()!;
    }
}

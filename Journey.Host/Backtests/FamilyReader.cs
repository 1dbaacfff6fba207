using System.Text.Json;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Stores;
using Journey.Projections.Backtests;

namespace Journey.Host.Backtests;

/// <summary>Reads customers one after the other, each with everybody who became one with them, in the order that a view asks for.</summary>
internal sealed class FamilyReader : IDisposable
{
    private const long LateAfter = 60_000;

    private readonly IStreamScan _scan;
    private readonly BacktestPlan _plan;
    private readonly PageBuffer _payloads = new();
    private readonly HistoryTally _read = new();
    private readonly bool _isByOccurrence;
    private readonly long _allowedLateness;

    public FamilyReader(IJourneyStore store, BacktestPlan plan)
    {
        _plan = plan;
        _scan = store.ScanStreams(plan.Head, plan.Interest.Wants, skipsImported: plan.Request.IncludeImported);
        _isByOccurrence = plan.Request.View == BacktestView.Occurrence;
        _allowedLateness = plan.World.Latest.Workspace.AllowedLateness;
    }

    public FamilyHistory Family { get; } = new();

    /// <summary>Of the families read so far.</summary>
    public HistoryTally Tally { get; } = new();

    public long Streams => _scan.Streams;

    public string NameOf(long stream) => _scan.NameOf(stream);

    /// <summary>Reads the family that a stream is the first one of.</summary>
    /// <returns>False: it is no customer's stream, or its family begins with another, or nothing of it is in the period's reach.</returns>
    public bool Read(long stream)
    {
        var name = _scan.NameOf(stream);
        if (SystemStreams.IsSystem(name))
        {
            return false;
        }

        Family.Clear();
        _payloads.Restart();
        _read.Clear();
        Family.Streams.Add(name);
        Read(stream, name);
        if (!ReadRelatives(stream))
        {
            return false;
        }

        Arrange();
        _read.Customers = Family.Events.Count > 0 || _read.Events > 0 ? 1 : 0;
        _read.Merged = Family.Streams.Count - 1;
        Tally.Add(_read);
        return Family.Events.Count > 0;
    }

    public void Dispose() => _scan.Dispose();

    private void Read(long stream, string name) => _scan.Read(stream, name, Family.Events, _payloads, Count);

    private void Count(EventKind kind, EventFlags flags, long occurredAt, long receivedAt)
    {
        _read.Events++;
        if (kind != EventKind.Interaction)
        {
            return;
        }

        _read.Interactions++;
        if ((flags & EventFlags.Imported) != 0)
        {
            _read.Imported++;
        }
        else if (receivedAt - occurredAt > LateAfter)
        {
            _read.Late++;
            _read.TooLate += receivedAt - occurredAt > _allowedLateness ? 1 : 0;
        }
    }

    /// <returns>False: a relative's stream is older, and the family is read with that one.</returns>
    private bool ReadRelatives(long first)
    {
        for (var i = 0; i < Family.Events.Count; i++)
        {
            var recorded = Family.Events[i];
            if (recorded.Name == EventNames.CustomerErased)
            {
                _read.Erased++;
            }

            if (recorded.Kind != EventKind.Identity || RelativeOf(recorded) is not { } relative || Family.Streams.Contains(relative))
            {
                continue;
            }

            var stream = _scan.NumberOf(relative);
            if (stream > 0 && stream < first)
            {
                return false;
            }

            Family.Streams.Add(relative);
            if (stream > 0)
            {
                Read(stream, relative);
            }
        }

        return true;
    }

    private static string? RelativeOf(in RecordedEvent recorded) => recorded.Name switch
    {
        EventNames.IdentitiesMerged or EventNames.IdentitiesUnmerged => PropertyOf(recorded, "absorbed"),
        EventNames.IdentityAbsorbed or EventNames.IdentityRestored => PropertyOf(recorded, "survivor"),
        _ => null,
    };

    /// <summary>Null as well where the event cannot be read: the fold says so.</summary>
    private static string? PropertyOf(in RecordedEvent recorded, string name)
    {
        try
        {
            using var json = JsonDocument.Parse(recorded.Json);
            return json.RootElement.TryGetProperty("properties", out var properties) && properties.TryGetProperty(name, out var value) ? value.GetString() : null;
        }
        catch (Exception error) when (error is JsonException or InvalidDataException or InvalidOperationException)
        {
            return null;
        }
    }

    private void Arrange()
    {
        var events = Family.Events;
        if (Family.Streams.Count > 1)
        {
            events.Sort(static (left, right) => left.Position.CompareTo(right.Position));
        }

        if (_plan.Skipped.Count > 0)
        {
            events.RemoveAll(recorded => _plan.Skipped.Contains(recorded.Position));
        }

        if (_plan.Period.ByTime)
        {
            ArrangeByTime(events);
        }
    }

    private void ArrangeByTime(List<RecordedEvent> events)
    {
        // Who was parted again was never one: then everybody keeps a stream, and merges happen when they did.
        var isOne = _isByOccurrence && !events.Exists(static recorded => recorded.Kind == EventKind.Identity && recorded.Name == EventNames.IdentityRestored);
        if (isOne)
        {
            events.RemoveAll(static recorded => recorded.Kind == EventKind.Identity);
        }

        for (var i = 0; i < events.Count; i++)
        {
            var recorded = events[i];
            var counts = recorded.IsImported && _plan.Request.IncludeImported;
            events[i] = recorded with
            {
                Stream = isOne ? Family.Streams[0] : recorded.Stream,
                Flags = counts ? recorded.Flags & ~EventFlags.Imported : recorded.Flags,
                ReceivedAt = _isByOccurrence || counts ? recorded.OccurredAt : recorded.ReceivedAt,
            };
        }

        events.RemoveAll(recorded => recorded.ReceivedAt > _plan.Period.End);
        if (IsInOrder(events))
        {
            return;
        }

        events.Sort(static (left, right) => left.ReceivedAt != right.ReceivedAt ? left.ReceivedAt.CompareTo(right.ReceivedAt) : left.Position.CompareTo(right.Position));
        for (var i = 0; i < events.Count; i++)
        {
            events[i] = events[i] with { Position = i + 1 };
        }

        Family.IsRecordedOrder = false;
    }

    private static bool IsInOrder(List<RecordedEvent> events)
    {
        for (var i = 1; i < events.Count; i++)
        {
            if (events[i].ReceivedAt < events[i - 1].ReceivedAt)
            {
                return false;
            }
        }

        return true;
    }
}

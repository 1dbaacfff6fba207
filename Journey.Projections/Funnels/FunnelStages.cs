using System.Collections.Frozen;
using Journey.Domain.Cel;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Projections.Facts;

namespace Journey.Projections.Funnels;

/// <summary>Which of a funnel's stages an interaction reaches. Payloads are parsed for conditions only, and only where the name fits.</summary>
public sealed class FunnelStages : IDisposable
{
    /// <summary>Stages are bits of a number.</summary>
    public const int StagesMax = 20;

    private readonly FunnelDefinition _funnel;
    private readonly string? _channel;
    private readonly FrozenDictionary<string, int[]> _byEvent;
    private readonly ThreadLocal<Facts> _facts = new(static () => new Facts());

    public FunnelStages(FunnelDefinition funnel, string? channel)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(funnel.Stages.Length, StagesMax);
        (_funnel, _channel) = (funnel, channel);
        _byEvent = funnel.Stages.Select(static (stage, i) => (stage.On, i)).GroupBy(static pair => pair.On)
            .ToFrozenDictionary(static group => group.Key, static group => group.Select(static pair => pair.i).ToArray(), StringComparer.Ordinal);
    }

    public bool ReadsPayloads => _funnel.Stages.Any(static stage => stage.Where is not null);

    /// <summary>A bit for each stage; -1: it reaches none.</summary>
    public int CodeOf(in RecordedEvent recorded)
    {
        if (!_byEvent.TryGetValue(recorded.Name, out var stages) || (_channel is not null && recorded.Channel.Name != _channel))
        {
            return -1;
        }

        var reached = 0;
        foreach (var stage in stages)
        {
            if (_funnel.Stages[stage].Where is not { } where || where.IsTrue(_facts.Value!.Of(recorded)))
            {
                reached |= 1 << stage;
            }
        }

        return reached == 0 ? -1 : reached;
    }

    public void Dispose() => _facts.Dispose();

    /// <summary>The event alone: a funnel is counted without anybody's state.</summary>
    private sealed class Facts : ICelActivation
    {
        private readonly EventFacts _event = new();
        private readonly FactMap<EventFacts> _map = new(FactFields.Event, static (e, name) => e.Property(name));

        public Facts Of(in RecordedEvent recorded)
        {
            _event.Bind(recorded);
            return this;
        }

        public bool TryResolve(string name, out CelValue value)
        {
            value = name switch
            {
                "event" => CelValue.Map(_map.Of(_event)),
                "now" => CelValue.Timestamp(_event.Recorded.OccurredAt),
                _ => default,
            };
            return name is "event" or "now";
        }

        public CelValue Call(string function, ReadOnlySpan<CelValue> args) => CelValue.Error($"There is no function {function} in a funnel.");
    }
}

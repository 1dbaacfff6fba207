using System.Collections.Concurrent;
using Journey.Domain.Events;
using Journey.Domain.Language;

namespace Journey.Projections.Maps;

/// <summary>What each interaction is called on the map that is asked for, as a number; and whether it is the conversion that is hoped for.</summary>
/// <remarks>Shared by the threads of one scan: the numbers depend on who came first, and mean nothing outside of it.</remarks>
public sealed class MapLabels
{
    private readonly ConcurrentDictionary<(string Name, string Channel), int> _codes = new();
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly List<string> _labels = [];
    private readonly Lock _writing = new();
    private readonly MapQuery _query;
    private readonly Workspace _workspace;
    private readonly Dictionary<string, string> _stageOf = new(StringComparer.Ordinal);
    private readonly long _from;
    private readonly long _to;

    /// <param name="workspace">In force now: grouping is a way of reading, not a fact.</param>
    public MapLabels(MapQuery query, Workspace workspace)
    {
        (_query, _workspace) = (query, workspace);
        (_from, _to) = (query.From ?? long.MinValue, query.To ?? long.MaxValue);
        foreach (var (stage, names) in workspace.Stages)
        {
            foreach (var name in query.Stages == MapStages.Off ? [] : names)
            {
                _stageOf[name] = stage;
            }
        }
    }

    public int Count => _labels.Count;

    public string this[int label] => _labels[label];

    /// <summary>The label in the upper bits, the conversion in the lowest; -1: it is not on this map.</summary>
    public int CodeOf(in RecordedEvent recorded)
    {
        var channel = recorded.Channel.Name;
        return recorded.OccurredAt < _from || recorded.OccurredAt >= _to || (_query.Channel is { } only && only != channel)
            ? -1
            : _codes.TryGetValue((recorded.Name, channel), out var code) ? code : Learn(recorded.Name, channel);
    }

    /// <summary>The number of a label; -1: nothing is called so.</summary>
    public int Find(string label) => _ids.GetValueOrDefault(label, -1);

    public static int LabelOf(int code) => code >> 1;

    public static bool IsConversion(int code) => (code & 1) != 0;

    private int Learn(string name, string channel)
    {
        lock (_writing)
        {
            var isStage = _stageOf.TryGetValue(name, out var stage);
            var code = !isStage && _query.Stages == MapStages.Only ? -1
                : (IdOf(JourneyMapQuery.LabelOf(_query.Activity, stage ?? name, channel)) << 1) | (Converts(name) ? 1 : 0);
            _codes[(name, channel)] = code;
            return code;
        }
    }

    private bool Converts(string name) =>
        (_workspace.EventAliases.TryGetValue(name, out var standard) ? standard : name) == _workspace.ConversionEvent || name == _workspace.ConversionEvent;

    private int IdOf(string label)
    {
        if (!_ids.TryGetValue(label, out var id))
        {
            id = _labels.Count;
            _labels.Add(label);
            _ids.Add(label, id);
        }

        return id;
    }
}

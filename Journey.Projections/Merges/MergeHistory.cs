using Journey.Domain.Events;
using Journey.Projections.Customers;

namespace Journey.Projections.Merges;

/// <summary>The events that a merge folds again: the streams of everybody who became one person, as far as they stood before it.</summary>
/// <remarks>
/// The caller reads each stream in <see cref="Missing"/> whole, up to <see cref="Position"/>, and supplies it, until none is missing:
/// a stream may name further ones that were absorbed into it earlier. What happened on an absorbed stream after it was absorbed was moved
/// to the survivor's, and is taken from there.
/// </remarks>
public sealed class MergeHistory
{
    private readonly Dictionary<string, List<RecordedEvent>> _own = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<RecordedEvent>> _other = new(StringComparer.Ordinal);
    private readonly List<(string Stream, bool IsOwn)> _missing = [];

    internal MergeHistory(in RecordedEvent merge, string? absorbed)
    {
        Position = merge.Position;
        Stream = merge.Stream;
        Absorbed = absorbed;
        _missing.Add((merge.Stream, true));
        if (absorbed is not null && absorbed != merge.Stream)
        {
            _missing.Add((absorbed, false));
        }
    }

    /// <summary>Global position of the merge: only events before it matter.</summary>
    public long Position { get; }

    /// <summary>The stream the merge stands on.</summary>
    public string Stream { get; }

    /// <summary>On the survivor's stream: who was absorbed. Null on the absorbed one's.</summary>
    public string? Absorbed { get; }

    /// <summary>Streams still to be read.</summary>
    public IReadOnlyList<string> Missing => [.. _missing.Select(static missing => missing.Stream)];

    public bool IsComplete => _missing.Count == 0;

    /// <param name="events">The stream's events before <see cref="Position"/>, in order; later ones are passed over. Payloads are copied.</param>
    /// <exception cref="ArgumentException">The stream is not missing.</exception>
    public void Supply(string stream, IEnumerable<RecordedEvent> events)
    {
        var index = _missing.FindIndex(missing => missing.Stream == stream);
        if (index < 0)
        {
            throw new ArgumentException($"The merge at {Position} does not ask for {stream}.", nameof(stream));
        }

        var isOwn = _missing[index].IsOwn;
        _missing.RemoveAt(index);
        List<RecordedEvent> kept = [];
        (isOwn ? _own : _other)[stream] = kept;
        foreach (var recorded in events)
        {
            if (LogPlaces.Order(recorded.Position) >= LogPlaces.Order(Position) || (recorded.Name == EventNames.IdentityAbsorbed && recorded.Kind == EventKind.Identity))
            {
                break;
            }

            kept.Add(recorded with { Payload = recorded.Payload.ToArray() });
            if (IdentityFacts.AbsorbedBy(recorded) is { } absorbed && !_own.ContainsKey(absorbed) && !_other.ContainsKey(absorbed)
                && !_missing.Exists(missing => missing.Stream == absorbed))
            {
                _missing.Add((absorbed, isOwn));
            }
        }
    }

    /// <summary>What the merge's own stream stood for so far, in position order.</summary>
    internal IEnumerable<RecordedEvent> Own => InOrder(_own.Values);

    /// <summary>That, and what comes to it, in position order.</summary>
    internal IEnumerable<RecordedEvent> Union => InOrder(_own.Values.Concat(_other.Values));

    /// <summary>Everybody who is now one with the stream's customer, in alphabetical order.</summary>
    internal IEnumerable<string> Everybody => _own.Keys.Concat(_other.Keys).Where(stream => stream != Stream).Order(StringComparer.Ordinal);

    private static IEnumerable<RecordedEvent> InOrder(IEnumerable<List<RecordedEvent>> streams) =>
        streams.SelectMany(static events => events).OrderBy(static recorded => LogPlaces.Order(recorded.Position));
}

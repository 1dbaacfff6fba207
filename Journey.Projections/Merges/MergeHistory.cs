using Journey.Domain.Events;
using Journey.Projections.Customers;

namespace Journey.Projections.Merges;

/// <summary>The events that a merge, or its undoing, folds again: the streams of everybody concerned, as far as they stood before it.</summary>
/// <remarks>The caller supplies the streams in <see cref="Missing"/>, until none is missing: see <see cref="StreamFamily"/>.</remarks>
public sealed class MergeHistory
{
    private readonly RecordedEvent _merge;
    private readonly StreamFamily _family;
    private OwnEvents? _after;

    internal MergeHistory(in RecordedEvent merge)
    {
        _merge = merge with { Payload = merge.Payload.ToArray() };
        Absorbed = IdentityFacts.AbsorbedBy(merge);
        _family = new StreamFamily(
            merge.Position,
            merge.Stream,
            Absorbed,
            IdentityFacts.RestoredFrom(merge),
            merge.Name == EventNames.IdentitiesUnmerged ? IdentityFacts.PartedFrom(merge) : null);
    }

    /// <summary>Global position of the merge: only events before it matter.</summary>
    public long Position => _family.Before;

    /// <summary>The stream the merge stands on.</summary>
    public string Stream => _merge.Stream;

    /// <summary>Who is absorbed by a merge, on the survivor's stream; null for anything else.</summary>
    public string? Absorbed { get; }

    /// <summary>Streams still to be read.</summary>
    public IReadOnlyList<string> Missing => _family.Missing;

    public bool IsComplete => _family.Missing.Count == 0;

    /// <param name="events">The stream's events before <see cref="Position"/>, in order; later ones are passed over. Payloads are copied.</param>
    /// <exception cref="ArgumentException">The stream is not missing.</exception>
    public void Supply(string stream, IEnumerable<RecordedEvent> events) => _family.Supply(stream, events);

    /// <summary>What the stream stood for so far, in position order; nothing where it stood for nobody.</summary>
    internal IEnumerable<RecordedEvent> Before => _family.Own(Stream, Position) is { IsAbsorbed: false } own ? own.All() : [];

    /// <summary>What it stands for from here on, in position order.</summary>
    internal IEnumerable<RecordedEvent> After => Then.All();

    /// <summary>Everybody who is one with the stream's customer from here on, and since when, in alphabetical order.</summary>
    internal IReadOnlyDictionary<string, long> Everybody => Then.Absorbed();

    /// <summary>Where a merge is undone, on the survivor's stream: what goes with the restored customer; null otherwise.</summary>
    internal Parting? Parting => _merge.Name == EventNames.IdentitiesUnmerged ? _family.PartingAt(_merge) : null;

    private OwnEvents Then => _after ??= _family.After(_merge);
}

using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Projections.Customers;

namespace Journey.Projections.Merges;

/// <summary>Whose events are whose: what a customer stands for, across the streams of everybody they were merged with and parted from.</summary>
/// <remarks>
/// The caller reads each stream in <see cref="Missing"/> whole, up to <see cref="Before"/>, and supplies it, until none is missing: a stream may
/// name further ones. What happened on an absorbed stream after it was absorbed was told on the survivor's, and is taken from there; once the
/// merge is undone it is taken from where it happened.
/// </remarks>
public sealed class StreamFamily
{
    private readonly Dictionary<string, List<RecordedEvent>> _streams = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Stream, long Before), OwnEvents> _own = [];
    private readonly List<string> _missing = [];

    /// <param name="before">Global position: only events before it matter.</param>
    public StreamFamily(long before, params ReadOnlySpan<string?> streams)
    {
        Before = before;
        foreach (var stream in streams)
        {
            Need(stream);
        }
    }

    public long Before { get; }

    /// <summary>Streams still to be read.</summary>
    public IReadOnlyList<string> Missing => [.. _missing];

    /// <summary>Streams that were read.</summary>
    public IEnumerable<string> Streams => _streams.Keys;

    /// <param name="events">The stream's events before <see cref="Before"/>, in order; later ones are passed over. Payloads are copied.</param>
    /// <exception cref="ArgumentException">The stream is not missing.</exception>
    public void Supply(string stream, IEnumerable<RecordedEvent> events)
    {
        if (!_missing.Remove(stream))
        {
            throw new ArgumentException($"The merge at {Before} does not ask for {stream}.", nameof(stream));
        }

        List<RecordedEvent> kept = [];
        _streams[stream] = kept;
        foreach (var recorded in events)
        {
            if (LogPlaces.Order(recorded.Position) >= LogPlaces.Order(Before))
            {
                break;
            }

            kept.Add(recorded with { Payload = recorded.Payload.ToArray() });
            Need(IdentityFacts.AbsorbedBy(recorded));
            Need(IdentityFacts.RestoredFrom(recorded));
        }
    }

    /// <summary>The customer's events before <see cref="Before"/>, in position order. None for one who is somebody else now.</summary>
    /// <remarks>A customer who was parted from another shares with them the events by which time passed while they were one.</remarks>
    public IEnumerable<RecordedEvent> EventsOf(string customer) => Own(customer, Before).All();

    /// <summary>Who is one with the customer: streams, and since which merge.</summary>
    public IReadOnlyDictionary<string, long> AbsorbedBy(string customer) => Own(customer, Before).Absorbed();

    /// <summary>What the merge of one customer into another made one, and what has happened to the survivor since: for whoever parts them again.</summary>
    /// <returns>Null: they are not merged directly.</returns>
    public (IReadOnlyList<RecordedEvent> Absorbed, IReadOnlyList<RecordedEvent> Since, long MergedAt)? Merged(string survivor, string absorbed)
    {
        var own = Own(survivor, Before);
        return own.Parts.TryGetValue(absorbed, out var part)
            ? ([.. part.Events.All()], [.. own.Native.Where(e => LogPlaces.Order(e.Position) > LogPlaces.Order(part.Since)).OrderBy(static e => LogPlaces.Order(e.Position))], part.Since)
            : null;
    }

    internal OwnEvents Own(string stream, long before)
    {
        if (_own.TryGetValue((stream, before), out var known))
        {
            return known;
        }

        var own = new OwnEvents();
        _own.Add((stream, before), own);
        List<RecordedEvent>? aside = null;
        var absorbedAt = 0L;
        foreach (var recorded in _streams.GetValueOrDefault(stream) ?? [])
        {
            if (LogPlaces.Order(recorded.Position) >= LogPlaces.Order(before))
            {
                break;
            }

            switch (recorded)
            {
                case { Kind: EventKind.Identity, Name: EventNames.IdentitiesMerged } when IdentityFacts.AbsorbedBy(recorded) is { } absorbed && absorbed != stream:
                    own.Parts[absorbed] = (recorded.Position, Own(absorbed, recorded.Position));
                    break;
                case { Kind: EventKind.Identity, Name: EventNames.IdentitiesUnmerged }:
                    GiveBack(own, stream, IdentityFacts.PartedFrom(recorded), recorded.Position);
                    break;
                case { Kind: EventKind.Identity, Name: EventNames.IdentityAbsorbed }:
                    (aside, absorbedAt) = ([], recorded.Position);
                    break;
                case { Kind: EventKind.Identity, Name: EventNames.IdentityRestored }:
                    var share = ShareOf(own, stream, recorded, absorbedAt);
                    own.Native.AddRange(aside ?? []);
                    own.Native.AddRange(share);
                    aside = null;
                    break;
                case { Kind: EventKind.Identity, Name: EventNames.EventMoved } when !own.Takes(recorded):
                    break;
                default:
                    (aside ?? own.Native).Add(recorded);
                    break;
            }
        }

        own.IsAbsorbed = aside is not null;
        return own;
    }

    /// <summary>The customer's events once this merge, or its undoing, is done.</summary>
    internal OwnEvents After(in RecordedEvent recorded)
    {
        var own = Own(recorded.Stream, recorded.Position).Copy();
        switch (recorded.Name)
        {
            case EventNames.IdentitiesMerged when IdentityFacts.AbsorbedBy(recorded) is { } absorbed && absorbed != recorded.Stream:
                own.Parts[absorbed] = (recorded.Position, Own(absorbed, recorded.Position));
                break;
            case EventNames.IdentitiesUnmerged:
                GiveBack(own, recorded.Stream, IdentityFacts.PartedFrom(recorded), recorded.Position);
                break;
            case EventNames.IdentityRestored:
                return Own(recorded.Stream, long.MaxValue, recorded);
        }

        return own;
    }

    /// <summary>What went with the restored customer when a merge was undone: null where it was none.</summary>
    internal Parting? PartingAt(in RecordedEvent unmerged)
    {
        var absorbed = IdentityFacts.PartedFrom(unmerged);
        var own = Own(unmerged.Stream, unmerged.Position);
        if (!own.Parts.TryGetValue(absorbed, out var part) || RestoredBefore(absorbed, unmerged.Position) is not { } restored)
        {
            return null;
        }

        var parting = new Parting(PayloadIds.Read(restored.Json.Span).Identifiers, absorbed, part.Events);
        foreach (var recorded in own.Native.Where(e => LogPlaces.Order(e.Position) > LogPlaces.Order(part.Since)).OrderBy(static e => LogPlaces.Order(e.Position)))
        {
            parting.Goes(recorded);
        }

        return parting;
    }

    /// <summary>The whole stream with one event more: the one at hand, which is not among those supplied.</summary>
    private OwnEvents Own(string stream, long before, in RecordedEvent last)
    {
        var events = _streams[stream];
        events.Add(last);
        try
        {
            return Own(stream, before);
        }
        finally
        {
            events.RemoveAt(events.Count - 1);
            _own.Remove((stream, before));
        }
    }

    private void GiveBack(OwnEvents own, string survivor, string absorbed, long position)
    {
        if (!own.Parts.Remove(absorbed, out var part) || RestoredBefore(absorbed, position) is not { } restored)
        {
            return;
        }

        var parting = new Parting(PayloadIds.Read(restored.Json.Span).Identifiers, absorbed, part.Events);
        List<RecordedEvent> kept = [];
        foreach (var recorded in own.Native.OrderBy(static e => LogPlaces.Order(e.Position)))
        {
            if (LogPlaces.Order(recorded.Position) <= LogPlaces.Order(part.Since) || !parting.Goes(recorded) || recorded.Kind == EventKind.Time)
            {
                kept.Add(recorded);
            }
        }

        own.Native = kept;
    }

    /// <summary>What the survivor was told while the two were one, and is this customer's.</summary>
    private List<RecordedEvent> ShareOf(OwnEvents own, string stream, in RecordedEvent restored, long absorbedAt)
    {
        var survivor = Own(IdentityFacts.RestoredFrom(restored)!, restored.Position);
        var parting = new Parting(PayloadIds.Read(restored.Json.Span).Identifiers, stream, own);
        List<RecordedEvent> share = [];
        foreach (var recorded in survivor.Native.OrderBy(static e => LogPlaces.Order(e.Position)))
        {
            if (LogPlaces.Order(recorded.Position) > LogPlaces.Order(absorbedAt) && parting.Goes(recorded) && !Parting.IsToldTwice(recorded))
            {
                share.Add(recorded);
            }
        }

        return share;
    }

    private RecordedEvent? RestoredBefore(string stream, long position)
    {
        RecordedEvent? restored = null;
        foreach (var recorded in _streams.GetValueOrDefault(stream) ?? [])
        {
            if (LogPlaces.Order(recorded.Position) >= LogPlaces.Order(position))
            {
                break;
            }

            restored = recorded is { Kind: EventKind.Identity, Name: EventNames.IdentityRestored } ? recorded : restored;
        }

        return restored;
    }

    private void Need(string? stream)
    {
        if (stream is not null && !_streams.ContainsKey(stream) && !_missing.Contains(stream))
        {
            _missing.Add(stream);
        }
    }
}

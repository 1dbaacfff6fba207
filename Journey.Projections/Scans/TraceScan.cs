using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Projections.Customers;
using Journey.Projections.Maps;
using Journey.Projections.Merges;

namespace Journey.Projections.Scans;

/// <summary>What one stretch of the log holds of its customers' traces, kept small: 16 bytes for each step that counts, 28 for sessions.</summary>
/// <remarks>
/// Pure, and for one thread. Payloads are read for the sender's session id only, and only where sessions are the cases; names, channels and times
/// come with the event. A customer's steps are a chain through the stretch, from the last back to the first: appending is all it does.
/// </remarks>
public sealed class TraceScan(TraceOptions options, StepCode code)
{
    private readonly Dictionary<string, int> _streams = new(StringComparer.Ordinal);
    private readonly List<(int Last, int Count)> _chains = [];
    private readonly ChunkedList<Step> _steps = new();
    private readonly ChunkedList<SessionStep> _sessions = new();
    private readonly List<long> _gaps = [];
    private string? _lastStream;
    private int _lastChain;

    /// <summary>Steps kept so far.</summary>
    public int Steps => _steps.Count;

    internal IEnumerable<string> Streams => _streams.Keys;

    /// <summary>By absorbed stream: who survives it, and how many steps of this stretch came before.</summary>
    internal Dictionary<string, (string Survivor, int Before)> Absorbed { get; } = new(StringComparer.Ordinal);

    /// <summary>Absorbed and surviving streams, of every merge.</summary>
    internal List<(string One, string Other)> Links { get; } = [];

    /// <summary>Streams that were parted from others again.</summary>
    internal HashSet<string> Parted { get; } = new(StringComparer.Ordinal);

    /// <summary>By stream: whether the customer was in the segment when the stretch ended. Those of whom nothing was told are left out.</summary>
    internal Dictionary<string, bool> Members { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether payloads of interactions are looked into.</summary>
    public static bool ReadsPayloads(TraceOptions options) => options.Case == CaseNotion.Session;

    /// <param name="recorded">In position order; events of system streams are passed over.</param>
    /// <param name="workspace">In force at that place.</param>
    /// <exception cref="InvalidDataException">An event of ours cannot be read.</exception>
    public void Add(in RecordedEvent recorded, Workspace workspace)
    {
        if (recorded.ReceivedAt > (options.AsOf ?? long.MaxValue))
        {
            return;
        }

        switch (recorded.Kind)
        {
            case EventKind.Interaction when !SystemStreams.IsSystem(recorded.Stream):
                Keep(recorded.Stream, recorded, workspace);
                break;
            case EventKind.Identity when recorded.Name == EventNames.EventMoved:
                var moved = MovedEvent.Read(recorded);
                if (moved.Kind == EventKind.Interaction)
                {
                    Keep(recorded.Stream, moved, workspace);
                }

                break;
            case EventKind.Identity when recorded.Name == EventNames.IdentityAbsorbed:
                var survivor = IdentityFacts.SurvivorOf(recorded);
                Absorbed[recorded.Stream] = (survivor, _steps.Count);
                Links.Add((recorded.Stream, survivor));
                Members[recorded.Stream] = false;
                break;
            case EventKind.Identity when recorded.Name is EventNames.IdentitiesUnmerged or EventNames.IdentityRestored:
                Parted.Add(recorded.Stream);
                break;
            case EventKind.Derived when options.Segment is not null && recorded.Name is EventNames.SegmentEntered or EventNames.SegmentLeft:
                if (JsonScan.Property(recorded.Json.Span, "segment"u8) == options.Segment)
                {
                    Members[recorded.Stream] = recorded.Name == EventNames.SegmentEntered;
                }

                break;
        }
    }

    /// <summary>How many steps of a stream there are before a place in this stretch.</summary>
    internal int Count(string stream) => _streams.TryGetValue(stream, out var chain) ? _chains[chain].Count : 0;

    /// <summary>Writes a stream's steps, in order, into the end of the target.</summary>
    /// <param name="into">As long as <see cref="Count"/> says.</param>
    internal void Copy(string stream, int stretch, Span<TraceStep> into)
    {
        if (!_streams.TryGetValue(stream, out var chain))
        {
            return;
        }

        var at = _chains[chain].Last;
        for (var i = into.Length - 1; i >= 0; i--)
        {
            ref readonly var step = ref _steps[at];
            ref readonly var session = ref options.Case == CaseNotion.Session ? ref _sessions[at] : ref SessionStep.None;
            into[i] = new TraceStep(step.At, ((long)stretch << 32) | (uint)at, step.Code, session.Named, options.Case == CaseNotion.Session ? _gaps[session.Gap] : 0);
            at = step.Previous;
        }
    }

    private void Keep(string stream, in RecordedEvent recorded, Workspace workspace)
    {
        // What a campaign cost happened to no customer: it is on no map.
        if (EventMeanings.IsCost(recorded.Name, workspace))
        {
            return;
        }

        var counted = code(recorded);
        if (options.Case == CaseNotion.Session)
        {
            // What does not count still belongs to a session, and keeps it going.
            var named = JsonScan.Session(recorded.Json.Span);
            _sessions.Add(new SessionStep(named is null ? 0 : StableHash.Of(named) | 1, GapIndex(Sessions.GapOf(workspace, recorded.Channel.Name))));
        }
        else if (counted < 0)
        {
            return;
        }

        var chain = ChainOf(stream);
        var (last, count) = _chains[chain];
        _chains[chain] = (_steps.Count, count + 1);
        _steps.Add(new Step(recorded.OccurredAt, counted, last));
    }

    private int ChainOf(string stream)
    {
        if (ReferenceEquals(stream, _lastStream))
        {
            return _lastChain;
        }

        if (!_streams.TryGetValue(stream, out var chain))
        {
            chain = _chains.Count;
            _streams.Add(stream, chain);
            _chains.Add((-1, 0));
        }

        (_lastStream, _lastChain) = (stream, chain);
        return chain;
    }

    private int GapIndex(long gap)
    {
        var index = _gaps.IndexOf(gap);
        if (index < 0)
        {
            index = _gaps.Count;
            _gaps.Add(gap);
        }

        return index;
    }

    private readonly record struct Step(long At, int Code, int Previous);

    /// <param name="Named">Hash of the sender's session id; 0: none was given.</param>
    private readonly record struct SessionStep(ulong Named, int Gap)
    {
        public static readonly SessionStep None;
    }
}

/// <param name="Ordinal">Its place in the log, among what was kept.</param>
/// <param name="Named">Stands for the sender's session id; 0: none was given.</param>
/// <param name="Gap">The inactivity gap of its channel, milliseconds.</param>
internal readonly record struct TraceStep(long At, long Ordinal, int Code, ulong Named, long Gap);

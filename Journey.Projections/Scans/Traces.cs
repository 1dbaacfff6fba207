using System.Runtime.InteropServices;

namespace Journey.Projections.Scans;

/// <summary>The traces of everybody, out of the stretches that a log was scanned in.</summary>
/// <remarks>Customers who turned out to be one have one trace, in the order of the log. Read by any number of threads, each with a reader of its own.</remarks>
public sealed class Traces
{
    private readonly IReadOnlyList<TraceScan> _stretches;
    private readonly TraceOptions _options;
    private readonly Dictionary<string, (string Survivor, long Before)> _absorbed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _families = new(StringComparer.Ordinal);

    private readonly PartedTraces? _parted;

    /// <param name="stretches">In the order of the log.</param>
    /// <param name="parted">Of everybody in <see cref="PartedTraces.FamiliesIn"/>; null: nobody is.</param>
    public Traces(TraceOptions options, IReadOnlyList<TraceScan> stretches, PartedTraces? parted = null)
    {
        _options = options;
        _stretches = stretches;
        _parted = parted;
        HashSet<string> streams = new(StringComparer.Ordinal);
        for (var i = 0; i < stretches.Count; i++)
        {
            streams.UnionWith(stretches[i].Streams);
            foreach (var (stream, (survivor, before)) in stretches[i].Absorbed.Where(absorbed => parted?.Streams.Contains(absorbed.Key) != true))
            {
                _absorbed[stream] = (survivor, ((long)i << 32) | (uint)before);
            }
        }

        foreach (var stream in _absorbed.Keys)
        {
            var survivor = SurvivorOf(stream);
            streams.Add(survivor);
            (CollectionsMarshal.GetValueRefOrAddDefault(_families, survivor, out _) ??= []).Add(stream);
        }

        streams.ExceptWith(_absorbed.Keys);
        if (parted is not null)
        {
            streams.ExceptWith(parted.Streams);
            streams.UnionWith(parted.Steps.Streams);
        }

        if (options.Segment is not null)
        {
            streams.RemoveWhere(stream => !IsMember(stream));
        }

        Customers = [.. streams.Order(StringComparer.Ordinal)];
    }

    /// <summary>Everybody who has a trace, or might, in alphabetical order.</summary>
    public IReadOnlyList<string> Customers { get; }

    /// <summary>Puts the traces of some customers together, one after another.</summary>
    public void Visit(IEnumerable<string> customers, ITraceVisitor visitor, CancellationToken cancellation = default)
    {
        var reader = new TraceReader(_options);
        foreach (var customer in customers)
        {
            cancellation.ThrowIfCancellationRequested();
            Gather(customer, reader);
            reader.Visit(customer, visitor);
        }
    }

    private void Gather(string customer, TraceReader reader)
    {
        reader.Clear();
        if (_parted is { } parted && parted.Streams.Contains(customer))
        {
            parted.Steps.Copy(customer, _stretches.Count, reader.Room(parted.Steps.Count(customer)));
            return;
        }

        Gather(customer, long.MaxValue, reader);
        if (_families.TryGetValue(customer, out var family))
        {
            foreach (var stream in family)
            {
                Gather(stream, _absorbed[stream].Before, reader);
            }

            reader.SortByArrival();
        }
    }

    /// <summary>What still arrived on a stream after it was absorbed was told on the survivor's, and is taken from there.</summary>
    private void Gather(string stream, long before, TraceReader reader)
    {
        for (var i = 0; i < _stretches.Count; i++)
        {
            _stretches[i].Copy(stream, i, reader.Room(_stretches[i].Count(stream)));
        }

        reader.DropFrom(before);
    }

    private string SurvivorOf(string stream)
    {
        // A chain is no longer than there are merges: a circle cannot be recorded, but must not hang us either.
        for (var i = 0; i <= _absorbed.Count && _absorbed.TryGetValue(stream, out var next); i++)
        {
            stream = next.Survivor;
        }

        return stream;
    }

    private bool IsMember(string stream)
    {
        for (var i = _stretches.Count - 1; i >= 0; i--)
        {
            if (_stretches[i].Members.TryGetValue(stream, out var isMember))
            {
                return isMember;
            }
        }

        return false;
    }
}

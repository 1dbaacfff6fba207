using Journey.Projections.Customers;
using Journey.Projections.Maps;

namespace Journey.Projections.Scans;

/// <summary>One customer's steps on their way to traces: memory used again from customer to customer.</summary>
internal sealed class TraceReader(TraceOptions options)
{
    private readonly Dictionary<ulong, string> _named = [];
    private readonly Dictionary<Session, int> _sessionIndex = new(ReferenceEqualityComparer.Instance);
    private TraceStep[] _steps = new TraceStep[64];
    private int[] _codes = new int[64];
    private long[] _times = new long[64];
    private int[] _sessionOf = new int[64];
    private int _count;
    private int _addedFrom;

    public void Clear() => _count = _addedFrom = 0;

    /// <summary>Room for further steps.</summary>
    public Span<TraceStep> Room(int count)
    {
        var needed = _count + count;
        if (needed > _steps.Length)
        {
            Array.Resize(ref _steps, Math.Max(needed, _steps.Length * 2));
        }

        var room = _steps.AsSpan(_count, count);
        _count = needed;
        return room;
    }

    /// <summary>Of the steps added since this was last called: without those from a place in the log on.</summary>
    public void DropFrom(long ordinal)
    {
        while (_count > _addedFrom && _steps[_count - 1].Ordinal >= ordinal)
        {
            _count--;
        }

        _addedFrom = _count;
    }

    public void SortByArrival() => _steps.AsSpan(0, _count).Sort(static (left, right) => left.Ordinal.CompareTo(right.Ordinal));

    public void Visit(string customer, ITraceVisitor visitor)
    {
        if (_count == 0)
        {
            return;
        }

        if (options.ByOccurrence)
        {
            SortByOccurrence();
        }

        if (_codes.Length < _count)
        {
            (_codes, _times, _sessionOf) = (new int[_steps.Length], new long[_steps.Length], new int[_steps.Length]);
        }

        if (options.Case == CaseNotion.Customer)
        {
            Tell(customer, visitor, session: -1);
            return;
        }

        var sessions = SplitIntoSessions();
        for (var session = 0; session < sessions; session++)
        {
            Tell(customer, visitor, session);
        }
    }

    private void SortByOccurrence()
    {
        var steps = _steps.AsSpan(0, _count);
        for (var i = 1; i < steps.Length; i++)
        {
            if (steps[i].At < steps[i - 1].At)
            {
                steps.Sort(static (left, right) => left.At != right.At ? left.At.CompareTo(right.At) : left.Ordinal.CompareTo(right.Ordinal));
                return;
            }
        }
    }

    /// <summary>By the very rules that sessions are kept by live, bounds included.</summary>
    private int SplitIntoSessions()
    {
        var sessions = new Sessions();
        _sessionIndex.Clear();
        _named.Clear();
        for (var i = 0; i < _count; i++)
        {
            ref readonly var step = ref _steps[i];
            var session = sessions.For(NameOf(step.Named), step.At, step.Gap, i, out _);
            session.See("", EventMeaning.None, step.At, imported: false);
            if (!_sessionIndex.TryGetValue(session, out var index))
            {
                _sessionIndex.Add(session, index = _sessionIndex.Count);
            }

            _sessionOf[i] = index;
        }

        return _sessionIndex.Count;
    }

    private string? NameOf(ulong named)
    {
        if (named == 0)
        {
            return null;
        }

        if (!_named.TryGetValue(named, out var name))
        {
            _named.Add(named, name = named.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        return name;
    }

    private void Tell(string customer, ITraceVisitor visitor, int session)
    {
        var told = 0;
        for (var i = 0; i < _count; i++)
        {
            if (_steps[i].Code >= 0 && (session < 0 || _sessionOf[i] == session))
            {
                (_codes[told], _times[told]) = (_steps[i].Code, _steps[i].At);
                told++;
            }
        }

        if (told > 0)
        {
            visitor.Visit(customer, _codes.AsSpan(0, told), _times.AsSpan(0, told));
        }
    }
}

using System.Runtime.InteropServices;
using Journey.Domain.Events;
using Journey.Projections.Customers;
using Journey.Projections.Maps;
using Journey.Projections.ReadModels;

namespace Journey.Projections;

/// <summary>What folding a batch gives, beside the states: what to append, what to change in the tables, whose state to write.</summary>
/// <remarks>Reused from batch to batch: <see cref="Reset"/> in between.</remarks>
public sealed class FoldOutput
{
    private readonly List<NewEvent> _events = [];
    private readonly Dictionary<string, CustomerState> _touched = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Day, KnownName Channel), long> _channelDays = [];
    private CustomerState? _lastTouched;
    private RecordedEvent _basis;
    private int _ordinal;

    /// <summary>The source of everything Journey itself writes.</summary>
    public const string Source = "journey";

    /// <summary>Whether a recorded event is one that a fold gives, and a second fold gives again; ingest writes the merges themselves.</summary>
    public static bool Gives(in RecordedEvent recorded) =>
        recorded.Source == Source && (recorded.Kind is EventKind.Derived or EventKind.Decision || recorded.Name == EventNames.EventMoved);

    /// <summary>Derived events and decisions in the order of what they follow from. Ids are name-based: a second fold gives the same ones.</summary>
    public IReadOnlyList<NewEvent> Events => _events;

    /// <summary>Rows and sums; complete once the batch was closed by <see cref="BatchFold"/>.</summary>
    public ReadModelChanges Changes { get; } = new();

    /// <summary>The customers whose states changed, in the order in which they were first touched.</summary>
    public IReadOnlyCollection<CustomerState> Touched => _touched.Values;

    internal MapSums Map { get; } = new();

    /// <summary>By name, which derived events are only noted, without id and payload, because nobody will store or fold them; null, as live: none.</summary>
    internal Func<string, bool>? OnlyNotes { get; set; }

    /// <summary>False in a refold: what was derived and decided then stands in the log already, and nobody asks for it.</summary>
    public bool Emits { get; init; } = true;

    public void Reset()
    {
        _events.Clear();
        _touched.Clear();
        _lastTouched = null;
        _channelDays.Clear();
        Changes.Clear();
        Map.Clear();
    }

    /// <summary>Forgets the events so far, in a batch of many pages whose events nobody appends.</summary>
    public void DropEvents() => _events.Clear();

    /// <summary>For folds whose rows nobody reads: none are kept.</summary>
    internal static FoldOutput WithoutRows()
    {
        var output = new FoldOutput();
        output.Changes.Keeps = false;
        return output;
    }

    internal void Touch(CustomerState state)
    {
        if (!ReferenceEquals(state, _lastTouched))
        {
            _lastTouched = state;
            _touched.TryAdd(state.Customer, state);
        }
    }

    internal void CountChannelDay(long at, KnownName channel) =>
        CollectionsMarshal.GetValueRefOrAddDefault(_channelDays, (Days.NumberOf(at), channel), out _)++;

    /// <summary>How many sums are being added up.</summary>
    public int SumCount => Changes.SumCount + _channelDays.Count + Map.Count;

    /// <summary>Turns sums and changed states into rows.</summary>
    internal void Close(Vocabulary vocabulary)
    {
        PutRows();
        CloseSums(vocabulary);
    }

    /// <summary>Turns the changed states into rows, and forgets them.</summary>
    internal void CloseCustomers()
    {
        PutRows();
        _touched.Clear();
        _lastTouched = null;
    }

    private void PutRows()
    {
        foreach (var state in _touched.Values)
        {
            if (!state.IsNobody)
            {
                CustomerRows.PutChanged(state, state.DefaultCurrency, Changes);
            }
        }
    }

    private void CloseSums(Vocabulary vocabulary)
    {
        foreach (var ((day, channel), count) in _channelDays)
        {
            Changes.Add(ReadModelTables.ChannelDays, [Days.NameOfNumber(day), channel.Text], count);
        }

        MapRows.Write(Map, Changes, vocabulary);
    }

    /// <summary>The event that is being folded, or was last: the one to name when a fold fails.</summary>
    public RecordedEvent At => _basis;

    /// <summary>What is derived and decided from here on follows from this event.</summary>
    internal void Begin(in RecordedEvent basis)
    {
        _basis = basis;
        _ordinal = 0;
    }

    /// <summary>A derived event of the basis event's customer. Its id is made of customer, basis position and ordinal.</summary>
    /// <param name="imported">It follows from imported history, and so triggers nothing either.</param>
    internal void Derive(string name, long occurredAt, bool imported, Func<ReadOnlyMemory<byte>> payload) =>
        Derive(name, occurredAt, imported, payload, static payload => payload());

    /// <param name="subject">What <paramref name="payload"/> is about.</param>
    internal void Derive<T>(string name, long occurredAt, bool imported, T subject, Func<T, ReadOnlyMemory<byte>> payload)
    {
        if (!Emits)
        {
            return;
        }

        var ordinal = _ordinal++;
        var flags = imported ? EventFlags.Imported : EventFlags.None;
        if (OnlyNotes is { } only && only(name))
        {
            Note(_basis.Stream, name, EventKind.Derived, flags, occurredAt);
            return;
        }

        // Where some are only noted, none is met again by its id.
        var id = OnlyNotes is null ? StableHash.Id($"{_basis.Stream}|{_basis.Position}|{ordinal}").ToString() : "";
        _events.Add(new NewEvent(_basis.Stream, Source, id, name, EventKind.Derived, flags, ContactChannel.Internal, occurredAt, _basis.ReceivedAt, payload(subject)));
    }

    /// <summary>An event that has a name and a time, and neither id nor payload.</summary>
    internal void Note(string stream, string name, EventKind kind, EventFlags flags, long occurredAt)
    {
        if (Emits)
        {
            _events.Add(new NewEvent(stream, Source, "", name, kind, flags, ContactChannel.Internal, occurredAt, _basis.ReceivedAt, default));
        }
    }

    internal void Append(string stream, Guid id, string name, EventKind kind, EventFlags flags, long occurredAt, ReadOnlyMemory<byte> payload)
    {
        if (Emits)
        {
            _events.Add(new NewEvent(stream, Source, id.ToString(), name, kind, flags, ContactChannel.Internal, occurredAt, _basis.ReceivedAt, payload));
        }
    }
}

using System.Collections.Concurrent;
using System.Text.Json;
using Journey.Domain.Engine;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Domain.Language.Publishing;
using Journey.Domain.Time;

namespace Journey.Tests.Domain.Engine;

/// <summary>One customer, one log, virtual time: what is due before an event is elapsed before it, as the scheduler would.</summary>
internal sealed class World
{
    private static readonly ConcurrentDictionary<string, (DefinitionHistory, long)> Published = [];

    private readonly List<Decision> _decisions = [];
    private DefinitionHistory _definitions = DefinitionHistory.Empty;
    private long _position;
    private int _read;
    private int _met;

    public World(string documents, IEngineTrace? trace = null)
    {
        Sink = new DecisionSink(trace);

        // Properties make thousands of worlds of the same documents.
        (_definitions, _position) = Published.GetOrAdd(documents, text =>
        {
            Publish(text);
            return (_definitions, _position);
        });
    }

    public DecisionSink Sink { get; }

    public EngineState State { get; set; } = new();

    public ShopFacts Facts { get; set; } = new();

    public DefinitionSet Definitions => _definitions.Latest;

    public IReadOnlyList<Decision> Decisions => _decisions;

    /// <summary>The lines of what was decided since this was last read.</summary>
    public string[] Said
    {
        get
        {
            var lines = _decisions.Skip(_read).Select(DecisionText.Of).ToArray();
            _read = _decisions.Count;
            return lines;
        }
    }

    public World Publish(string documents)
    {
        var set = DocumentParser.Parse("test.yaml", documents);
        Assert.That(set.Faults.Where(fault => fault.Severity == FaultSeverity.Error), Is.Empty);
        foreach (var document in set.Documents)
        {
            Define(DefinitionDocuments.Publish(document, _position));
        }

        return this;
    }

    public World Pause(string journey) => Define(DefinitionDocuments.Pause(journey, _position));

    public World Resume(string journey) => Define(DefinitionDocuments.Resume(journey, _position));

    public World Retire(string journey) => Define(DefinitionDocuments.Retire("journey", journey, _position));

    /// <summary>Everything that is due until then elapses, and then the event arrives.</summary>
    public World On(string at, string name, object? properties = null, EventKind kind = EventKind.Interaction, string? receivedAt = null, EventFlags flags = EventFlags.None)
    {
        Until(at);
        return React(Event(Instant(at), name, properties, kind, receivedAt is null ? null : Instant(receivedAt), flags));
    }

    /// <summary>An event that a projection derived.</summary>
    public World Derived(string at, string name, object? properties = null) => On(at, name, properties, EventKind.Derived);

    public World Until(string at)
    {
        for (var until = Instant(at); JourneyEngine.NextDue(State) is { } due && due <= until;)
        {
            var reached = Event(due, EventNames.TimeReached, null, EventKind.Time, due, EventFlags.None);
            Facts.Apply(reached);
            while (JourneyEngine.NextDue(State) is { } next && next <= due)
            {
                JourneyEngine.ElapseNext(Definitions, State, reached, next, Facts, Sink);
                Take();
            }
        }

        return this;
    }

    public World React(in RecordedEvent recorded)
    {
        Facts.Apply(recorded);
        JourneyEngine.React(Definitions, State, recorded, Facts, Sink);
        Take();
        return this;
    }

    /// <summary>Records the events that <c>emit</c> steps asked for, as they would be met behind the log's end.</summary>
    public World MeetEmitted()
    {
        for (; _met < _decisions.Count; _met++)
        {
            if (_decisions[_met] is { Kind: EventKind.Derived } emitted)
            {
                React(Event(emitted.OccurredAt, emitted.Name, null, EventKind.Derived, null, EventFlags.None) with { Payload = emitted.Payload });
            }
        }

        return this;
    }

    public RecordedEvent Event(long at, string name, object? properties, EventKind kind, long? receivedAt, EventFlags flags)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(new { properties = properties ?? new { } });
        _position++;
        return new(_position, Facts.CustomerId, _position, 0, "test", $"e{_position}", string.Intern(name), kind, flags, ContactChannel.Web,
            at, receivedAt ?? at, StoredPayload.FromJson(json));
    }

    public byte[] StateBytes()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        State.Write(writer);
        return stream.ToArray();
    }

    public static EngineState ReadState(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        return EngineState.Read(reader);
    }

    public static long Instant(string text) =>
        Instants.TryParse(text, out var at) ? at : throw new ArgumentException($"{text} is no instant.", nameof(text));

    /// <summary>Takes what the sink collected, for calls made beside <see cref="React"/>.</summary>
    public World Take()
    {
        _decisions.AddRange(Sink.Decisions);
        Sink.Clear();
        return this;
    }

    private World Define(NewEvent definition)
    {
        _position++;
        _definitions = _definitions.Apply(new RecordedEvent(_position, definition.Stream, _position, 0, definition.Source, definition.Id, definition.Name,
            definition.Kind, definition.Flags, definition.Channel, definition.OccurredAt, definition.ReceivedAt, definition.Payload));
        Assert.That(_definitions.Poison, Is.Empty);
        return this;
    }
}

using System.Buffers;
using System.Text.Json;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Domain.Language.Publishing;
using Journey.Domain.Time;
using Journey.Projections;
using Journey.Projections.Customers;
using Journey.Projections.ReadModels;

namespace Journey.Tests.Projections;

/// <summary>A log in the making: what is told is folded at once, and what follows from it is read back, as it is live.</summary>
internal sealed class Story
{
    public const string Customer = "c0000000000000001";

    private readonly List<RecordedEvent> _log = [];
    private readonly Dictionary<string, long> _versions = [];
    private readonly BatchFold _fold;
    private readonly FoldOutput _output = new();
    private DefinitionHistory _definitions = DefinitionHistory.Empty;

    public Story(params string[] documents)
    {
        Vocabulary = new Vocabulary();
        _fold = new BatchFold(Vocabulary);
        foreach (var text in documents)
        {
            var parsed = DocumentParser.Parse("story.yaml", text);
            Assert.That(parsed.HasErrors, Is.False, string.Join('\n', parsed.Faults));
            foreach (var document in parsed.Documents)
            {
                var published = Append(DefinitionDocuments.Publish(document, 0));
                _definitions = _definitions.Apply(published);
            }
        }
    }

    public Vocabulary Vocabulary { get; }

    public Dictionary<string, CustomerState> States { get; } = [];

    public TableRows Rows { get; } = new();

    public IReadOnlyList<RecordedEvent> Log => _log;

    public CustomerState State => States[Customer];

    public Func<long, DefinitionSet> DefinitionsAt => _definitions.At;

    /// <summary>Derived events and decisions, by name.</summary>
    public IEnumerable<string> Followed => _log.Where(static e => e.Source == FoldOutput.Source && e.Kind != EventKind.Definition).Select(static e => e.Name);

    /// <param name="at">ISO 8601.</param>
    /// <param name="properties">Serialized as they are.</param>
    public Story Then(
        string at, string name, object? properties = null, string channel = "web", string? session = null, string customer = Customer,
        EventFlags flags = EventFlags.None, object? traits = null, object? ids = null, EventKind kind = EventKind.Interaction)
    {
        var payload = new Dictionary<string, object?>();
        Put("ids", ids);
        Put("traits", traits);
        Put("properties", properties);
        Put("session", session);
        Tell(new NewEvent(
            customer, "test", $"e{_log.Count}", name, kind, flags, ContactChannel.From(channel), Instant(at), Instant(at),
            StoredPayload.FromJson(JsonSerializer.SerializeToUtf8Bytes(payload))));
        return this;

        void Put(string member, object? value)
        {
            if (value is not null)
            {
                payload[member] = value;
            }
        }
    }

    public Story Imported(string at, string name, object? properties = null, string channel = "web", string? session = null) =>
        Then(at, name, properties, channel, session, flags: EventFlags.Imported);

    /// <summary>The scheduler's part: every due time up to an instant becomes an event.</summary>
    public Story Until(string at)
    {
        while (States.Values.Where(state => state.DueAt <= Instant(at)).MinBy(static state => state.DueAt) is { } due)
        {
            var dueAt = due.DueAt!.Value;
            Tell(new NewEvent(
                due.Customer, "journey-scheduler", $"t{_log.Count}", EventNames.TimeReached, EventKind.Time, EventFlags.None,
                ContactChannel.Internal, dueAt, Instant(at), StoredPayload.Empty));
        }

        return this;
    }

    public Story Merge(string at, string absorbed, string survivor = Customer)
    {
        Then(at, EventNames.IdentityAbsorbed, new { survivor }, "journey", customer: absorbed, kind: EventKind.Identity);
        return Then(at, EventNames.IdentitiesMerged, new { absorbed }, "journey", customer: survivor, kind: EventKind.Identity);
    }

    /// <param name="ids">What goes with the restored customer.</param>
    public Story Unmerge(string at, string absorbed, object ids, string survivor = Customer)
    {
        Then(at, EventNames.IdentityRestored, new { survivor, has_user_id = false, has_loyalty_card = false }, "journey", customer: absorbed, kind: EventKind.Identity, ids: ids);
        return Then(at, EventNames.IdentitiesUnmerged, new { absorbed, has_user_id = false, has_loyalty_card = false }, "journey", customer: survivor, kind: EventKind.Identity);
    }

    public static long Instant(string at) => Instants.TryParse(at, out var instant) ? instant : throw new FormatException(at);

    public string BytesOf(string customer = Customer)
    {
        var bytes = new ArrayBufferWriter<byte>();
        States[customer].Write(bytes);
        return Convert.ToHexString(bytes.WrittenSpan);
    }

    private void Tell(NewEvent told)
    {
        var pending = new Queue<NewEvent>([told]);
        while (pending.TryDequeue(out var next))
        {
            var recorded = Append(next);
            _output.Reset();
            _fold.Fold([recorded], States, _definitions.At, LogFold.Histories([recorded], _log), _output);
            Rows.Take(_output.Changes);
            foreach (var followed in _output.Events)
            {
                pending.Enqueue(followed);
            }
        }
    }

    private RecordedEvent Append(NewEvent added)
    {
        var version = _versions[added.Stream] = _versions.GetValueOrDefault(added.Stream) + 1;
        var recorded = new RecordedEvent(
            _log.Count + 1, added.Stream, version, Partitions.Of(added.Stream), added.Source, added.Id, added.Name, added.Kind,
            added.Flags, added.Channel, added.OccurredAt, added.ReceivedAt, added.Payload);
        _log.Add(recorded);
        return recorded;
    }
}

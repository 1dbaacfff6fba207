using Journey.Domain.Engine;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Domain.Language;

namespace Journey.Host.Testing;

/// <summary>The people of one test: by what name the test knows them, and whose stream their events are in.</summary>
internal sealed class TestPeople
{
    /// <summary>How many ids are tried for somebody who falls into the holdout, and on the paths, that a test asks for.</summary>
    private const int TriesMax = 100_000;

    private readonly IdentityMap _identities = new();
    private readonly Dictionary<string, HashSet<string>> _streams = new(StringComparer.Ordinal);
    private readonly Dictionary<Identifier, string> _found = [];
    private readonly TestCustomer _asked;
    private readonly CompiledJourney[] _journeys;

    /// <param name="journeys">Those that the test names.</param>
    public TestPeople(TestDefinition test, IEnumerable<CompiledJourney> journeys)
    {
        _asked = test.Customer;
        _journeys = [.. journeys];
        Names = test.Given.OfType<TestStep.Arrives>().Select(step => step.Customer).Distinct(StringComparer.Ordinal).ToArray() is { Length: > 0 } names
            ? names : [TestDefinition.DefaultCustomer];
    }

    /// <summary>Everybody to whom something happens, in the order of the test.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>False: nobody can fall into the holdout, or on the paths, that the test asks for.</summary>
    public bool CanExist =>
        (!_asked.Holdout || _journeys.Any(journey => journey.Definition.Holdout > 0))
        && _asked.Paths.All(path => _journeys.Any(journey => journey.Flow.Any(flow => flow.Step is Step.Split split && split.Id == path.Key && split.Arms.Any(arm => arm.Name == path.Value))))
        && Names.All(name => Find(new Identifier(IdentifierKind.UserId, name)) is not null);

    public string UserIdOf(string name) => Find(new Identifier(IdentifierKind.UserId, name)) ?? name;

    public string VisitorIdOf(string anonymousId) => Find(new Identifier(IdentifierKind.AnonymousId, anonymousId)) ?? anonymousId;

    /// <summary>The customer's id: the same whenever a test of the same journeys asks for the same.</summary>
    public string CustomerOf(string name) => CustomerId.FoundedBy(new Identifier(IdentifierKind.UserId, UserIdOf(name)));

    /// <summary>An id of that kind by which a customer falls where the test wants it; null: there is none.</summary>
    private string? Find(Identifier named)
    {
        if (_found.TryGetValue(named, out var known))
        {
            return known;
        }

        for (var i = 0; i < TriesMax; i++)
        {
            // Some words are refused as identifiers, and a test may name somebody "guest".
            var id = $"test-{named.Value}-{i}";
            if (FallsRight(CustomerId.FoundedBy(named with { Value = id })))
            {
                _found.Add(named, id);
                return id;
            }
        }

        return null;
    }

    private bool FallsRight(string customer)
    {
        foreach (var journey in _journeys)
        {
            var definition = journey.Definition;
            if (definition.Holdout > 0 && StickyShares.IsHoldout(definition.Name, customer, definition.Holdout) != _asked.Holdout)
            {
                return false;
            }

            foreach (var flow in journey.Flow)
            {
                if (flow.Step is Step.Split split && _asked.Paths.TryGetValue(split.Id, out var path)
                    && split.Arms[StickyShares.ArmOf(definition.Name, customer, split)].Name != path)
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Resolves whose an interaction is, as ingestion does, and gives what is to be recorded: merges first.</summary>
    /// <param name="head">Position of the log's last event.</param>
    /// <param name="rules">In force.</param>
    public IReadOnlyList<NewEvent> Resolve(string name, Interaction interaction, long head, IdentityRules rules)
    {
        var resolution = IdentityResolution.Resolve(interaction, _identities, rules);
        List<NewEvent> events = [.. IdentityEvents.Of(resolution.Merges, interaction)];
        if (resolution.TeachesSomething)
        {
            _identities.Apply(resolution, head + events.Count + 1, rules);
        }

        StreamsOf(name).Add(resolution.Customer);
        events.Add(new NewEvent(
            resolution.Customer, interaction.Source, interaction.Id, interaction.Name, EventKind.Interaction,
            resolution.TeachesSomething ? interaction.Flags | EventFlags.LinksIdentity : interaction.Flags,
            interaction.Channel, interaction.OccurredAt, interaction.ReceivedAt, interaction.Payload));
        return events;
    }

    /// <summary>Whether a stream is this person's, now or before a merge.</summary>
    public bool IsOf(string name, string stream) =>
        _identities.StandingOf(stream) is { } standing && CustomersOf(name).Contains(standing.Id);

    /// <summary>Who the person is after all merges: more than one where the test never said that two visitors are the same.</summary>
    public HashSet<string> CustomersOf(string name)
    {
        HashSet<string> customers = new(StringComparer.Ordinal);
        foreach (var stream in StreamsOf(name))
        {
            if (_identities.StandingOf(stream) is { } standing)
            {
                customers.Add(standing.Id);
            }
        }

        return customers;
    }

    private HashSet<string> StreamsOf(string name)
    {
        if (!_streams.TryGetValue(name, out var streams))
        {
            streams = new(StringComparer.Ordinal);
            _streams.Add(name, streams);
        }

        return streams;
    }
}

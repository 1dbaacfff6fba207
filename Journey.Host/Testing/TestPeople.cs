using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Domain.Language;

namespace Journey.Host.Testing;

/// <summary>The people of one test: by what name the test knows them, and whose stream their events are in.</summary>
internal sealed class TestPeople
{
    private readonly IdentityMap _identities = new();
    private readonly Dictionary<string, HashSet<string>> _streams = new(StringComparer.Ordinal);

    // Some words are refused as identifiers, and a test may name somebody "guest".
    public static string UserIdOf(string name) => $"test-{name}";

    /// <summary>The customer's id: the same in every test that calls somebody so, which makes splits and holdouts repeatable.</summary>
    public static string CustomerOf(string name) => CustomerId.FoundedBy(new Identifier(IdentifierKind.UserId, UserIdOf(name)));

    /// <summary>Everybody to whom something happens, in the order of the test.</summary>
    public static IReadOnlyList<string> NamesIn(TestDefinition test) =>
        test.Given.OfType<TestStep.Arrives>().Select(step => step.Customer).Distinct(StringComparer.Ordinal).ToArray() is { Length: > 0 } names
            ? names : [TestDefinition.DefaultCustomer];

    /// <summary>Resolves whose an interaction is, as ingestion does, and gives what is to be recorded: merges first.</summary>
    /// <param name="head">Position of the log's last event.</param>
    public IReadOnlyList<NewEvent> Resolve(string name, Interaction interaction, long head)
    {
        var resolution = IdentityResolution.Resolve(interaction.Identifiers, interaction.Alias, _identities);
        List<NewEvent> events = [.. IdentityEvents.Of(resolution.Merges, interaction)];
        if (resolution.TeachesSomething)
        {
            _identities.Apply(resolution, head + events.Count + 1);
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

using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Domain.Language;
using Journey.Domain.Language.Publishing;
using Journey.Domain.Time;
using Journey.Projections;

namespace Journey.Host.Testing;

/// <summary>Plays one test from its first step to its end, and compares.</summary>
internal sealed class TestPlay
{
    /// <summary>How long virtual time goes on after the last step where the test does not say <c>until</c>, in milliseconds.</summary>
    public const long AfterwardsMax = 90 * Instants.Day;

    /// <summary>What is known of a customer before the test was learnt so long before its first step, in milliseconds: longer than a session.</summary>
    private const long KnownBefore = 2 * Instants.Day;

    private readonly TestDefinition _test;
    private readonly VirtualWorkspace _workspace;
    private readonly TestPeople _people;
    private readonly long _begin;

    private TestPlay(TestDefinition test, TestPeople people, StartingPoint start, BatchFold fold, Story? story)
    {
        _test = test;
        _people = people;
        _begin = test.Given.IsEmpty ? test.Until ?? 0 : test.Given[0].Time;
        _workspace = new VirtualWorkspace(fold, start, new SimulatedDeliveries(test.Given), _begin - KnownBefore, story);
    }

    /// <param name="fold">Reports to a coverage, or to <paramref name="story"/>.</param>
    public static ImmutableArray<TestFailure> Run(TestDefinition test, TestPeople people, StartingPoint start, BatchFold fold, Story? story) =>
        new TestPlay(test, people, start, fold, story).Run();

    private ImmutableArray<TestFailure> Run()
    {
        if (!_people.CanExist)
        {
            return [new(_test.At, "a customer in the holdout and on the paths that the test names", ["its journeys have no such holdout or path"])];
        }

        foreach (var name in _people.Names)
        {
            foreach (var known in TestEvents.Known(name, _test.Customer, _workspace.Now, _people))
            {
                Record(name, known);
            }
        }

        if (!_workspace.AdvanceTo(_begin))
        {
            return [NoRest(_test.At)];
        }

        var first = _workspace.Log.Count + 1;
        for (var i = 0; i < _test.Given.Length; i++)
        {
            var step = _test.Given[i];
            if (!_workspace.AdvanceTo(step.Time))
            {
                return [NoRest(step.At)];
            }

            if (Take(step, i + 1) is { } failure)
            {
                return [failure];
            }
        }

        var end = _test.Until ?? (_test.Given.IsEmpty ? _begin : _test.Given[^1].Time + AfterwardsMax);
        return _workspace.AdvanceTo(end) ? Check(first) : [NoRest(_test.At)];
    }

    private ImmutableArray<TestFailure> Check(int first)
    {
        var failures = ImmutableArray.CreateBuilder<TestFailure>();
        var observed = new Dictionary<string, Observed>(StringComparer.Ordinal);
        foreach (var expectation in _test.Expect)
        {
            if (!observed.TryGetValue(expectation.Customer, out var person))
            {
                person = new Observed(_workspace, _people, expectation.Customer, first);
                observed.Add(expectation.Customer, person);
            }

            if (Expectations.Check(expectation, person, _workspace) is { } failure)
            {
                failures.Add(failure);
            }
        }

        foreach (var person in observed.Values)
        {
            person.Dispose();
        }

        return failures.ToImmutable();
    }

    /// <summary>Null: the step is taken.</summary>
    private TestFailure? Take(TestStep step, int number)
    {
        switch (step)
        {
            case TestStep.Arrives arrives:
                return Arrive(arrives, number);
            case TestStep.Publish publish:
                Publish(publish);
                return null;
            case TestStep.Pause pause:
                _workspace.Append(DefinitionDocuments.Pause(pause.Journey, pause.Time));
                return null;
            case TestStep.Resume resume:
                _workspace.Append(DefinitionDocuments.Resume(resume.Journey, resume.Time));
                return null;
            case TestStep.Retire retire:
                _workspace.Append(DefinitionDocuments.Retire("journey", retire.Journey, retire.Time));
                return null;
            default:
                throw new InvalidOperationException($"A step of type {step.GetType().Name} is not known to the tests.");
        }
    }

    private TestFailure? Arrive(TestStep.Arrives step, int number)
    {
        var properties = JsonNode.Parse(step.Properties)!.AsObject();
        if (SimulatedDeliveries.RequestOf(step.Event) is { } request)
        {
            if (LatestOf(step.Customer, request, properties) is not { } asked)
            {
                return new(step.At, $"a \"{request}\" that this \"{step.Event}\" is about{(step.Properties == "{}" ? "" : $": {step.Properties}")}", ["there is none so far"]);
            }

            _workspace.Append(SimulatedDeliveries.Outcome(asked.Stream, asked.Id, asked.Payload, step.Event, properties, step.Time));
            return null;
        }

        if (TestEvents.IsAboutMessage(step.Event, _workspace.Definitions.Latest.Workspace) && LatestOf(step.Customer, EventNames.MessageRequested, properties) is { } message)
        {
            properties.TryAdd("message_id", message.Id);
            SimulatedDeliveries.TakeOver(properties, message.Payload, "journey", "version", "run", "step", "channel", "template");
        }

        Record(step.Customer, TestEvents.Interaction(step, number, properties, _people));
        return null;
    }

    private void Record(string name, Interaction interaction)
    {
        // A repeated interaction teaches nothing: what it said may have been overtaken since.
        if (_workspace.Has(interaction.Source, interaction.Id))
        {
            return;
        }

        foreach (var added in _people.Resolve(name, interaction, _workspace.Log.Count, _workspace.Definitions.Latest.Workspace.Identity))
        {
            _workspace.Append(added);
        }
    }

    // The text was checked with the test: it is one journey or rule without a fault.
    private void Publish(TestStep.Publish step)
    {
        var parsed = DocumentParser.Parse(step.At.File, step.Text, new() { Published = _workspace.Definitions.Latest });
        _workspace.Append(DefinitionDocuments.Publish(parsed.Documents.Single(), step.Time));
    }

    /// <summary>The latest decision of a name that says what a step says of it.</summary>
    private RecordedEvent? LatestOf(string name, string decision, JsonObject said)
    {
        using var wanted = JsonDocument.Parse(new JsonObject(said.Where(property => property.Key is "step" or "journey" or "run" or "channel" or "template" or "url")
            .Select(property => KeyValuePair.Create(property.Key, property.Value?.DeepClone()))).ToJsonString());
        for (var i = _workspace.Log.Count - 1; i >= 0; i--)
        {
            var recorded = _workspace.Log[i];
            if (recorded.Kind == EventKind.Decision && recorded.Name == decision && _people.IsOf(name, recorded.Stream))
            {
                using var json = JsonDocument.Parse(recorded.Json);
                if (JsonSubset.Holds(wanted.RootElement, json.RootElement.GetProperty("properties")))
                {
                    return recorded;
                }
            }
        }

        return null;
    }

    private TestFailure NoRest(SourcePlace at) =>
        new(at, $"the test to come to rest within {VirtualWorkspace.EventsMax} events", [$"it was at {Instants.ToIso(_workspace.Now)}, and more was due"]);
}

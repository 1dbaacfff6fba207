using System.Collections.Immutable;
using System.Text.Json;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Domain.Time;

namespace Journey.Host.Testing;

/// <summary>Compares what a test expects with what came of it.</summary>
internal static class Expectations
{
    /// <summary>Null: it holds.</summary>
    public static TestFailure? Check(Expectation expectation, Observed observed, VirtualWorkspace workspace) => expectation switch
    {
        Expectation.NothingSent => None(expectation, "no message", observed.Named(EventNames.MessageRequested)),
        Expectation.NoTask => None(expectation, "no task", observed.Named(EventNames.TaskRequested)),
        Expectation.NoRun => observed.Runs.Count == 0 ? null : Failure(expectation, "no run", observed.Runs.Select(run => run.ToString()), ""),
        Expectation.Sent sent => Sent(sent, observed),
        Expectation.Suppressed suppressed => Suppressed(suppressed, observed),
        Expectation.Task task => Task(task, observed),
        Expectation.Call call => Call(call, observed),
        Expectation.Run run => Run(run, observed),
        Expectation.Event recorded => Event(recorded, observed),
        Expectation.Traits traits => Traits(traits, observed, workspace),
        Expectation.Segment segment => Segment(segment, observed, workspace),
        _ => throw new InvalidOperationException($"An expectation of type {expectation.GetType().Name} is not known to the tests."),
    };

    private static TestFailure? Sent(Expectation.Sent sent, Observed observed)
    {
        var wanted = new Wanted("a message sent").Is("channel", sent.Channel?.Name).Is("template", sent.Template).Is("step", sent.Step).Has("data", sent.Data);
        return Events(sent, wanted, sent.Time, sent.Count, observed.Named(EventNames.MessageRequested), "no message was sent");
    }

    private static TestFailure? Suppressed(Expectation.Suppressed suppressed, Observed observed)
    {
        var wanted = new Wanted("a message suppressed").Is("reason", suppressed.Reason).Is("channel", suppressed.Channel?.Name).Is("step", suppressed.Step);
        return Events(suppressed, wanted, suppressed.Time, suppressed.Count, observed.Named(EventNames.MessageSuppressed), "no message was suppressed");
    }

    private static TestFailure? Task(Expectation.Task task, Observed observed)
    {
        var wanted = new Wanted("a task").Is("team", task.Team).Is("title", task.Title).Is("step", task.Step);
        return Events(task, wanted, task.Time, task.Count, observed.Named(EventNames.TaskRequested), "nobody was asked for anything");
    }

    private static TestFailure? Call(Expectation.Call call, Observed observed)
    {
        var wanted = new Wanted("a call").Is("url", call.Url).Is("step", call.Step);
        return Events(call, wanted, call.Time, call.Count, observed.Named(EventNames.CallRequested), "nothing was called");
    }

    private static TestFailure? Event(Expectation.Event recorded, Observed observed)
    {
        var wanted = new Wanted($"an event \"{recorded.Name}\"").Has(null, recorded.Properties);
        return Events(recorded, wanted, recorded.Time, recorded.Count, observed.Named(recorded.Name), $"there is no event \"{recorded.Name}\"");
    }

    private static TestFailure? Events(
        Expectation expectation, Wanted wanted, long? time, int? count, IEnumerable<(RecordedEvent Recorded, JsonElement Properties)> events, string nothing)
    {
        var all = events.ToArray();
        var found = all.Count(seen => (time is null || seen.Recorded.OccurredAt == time) && wanted.Matches(seen.Properties));
        return HoldsFor(found, count) ? null
            : Failure(expectation, wanted.Describe(time, count), all.Select(Describe), nothing, found);
    }

    private static TestFailure? Run(Expectation.Run wanted, Observed observed)
    {
        var found = observed.Runs.Count(run => Matches(wanted, run));
        if (HoldsFor(found, wanted.Count))
        {
            return null;
        }

        string?[] parts =
        [
            wanted.Journey is { } journey ? $"of {journey}" : null,
            wanted.Exit is { } exit ? $"that ended as {exit}" : null,
            wanted.State is { } state ? state : null,
            wanted.Step is { } step ? $"at {step}" : null,
            wanted.Version is { } version ? $"of version {version}" : null,
            wanted.Holdout is { } holdout ? holdout ? "in the holdout" : "not in the holdout" : null,
            wanted.Goal is { } goal ? goal ? "that reached its goal" : "that did not reach its goal" : null,
        ];
        var text = string.Join(", ", parts.OfType<string>().Prepend("a run")) + Times(wanted.Count);
        return Failure(wanted, text, observed.Runs.Select(run => run.ToString()), "there is no run", found);
    }

    private static bool Matches(Expectation.Run wanted, ObservedRun run) =>
        (wanted.Journey is null || wanted.Journey == run.Journey)
        && (wanted.Exit is null || wanted.Exit == run.Exit)
        && (wanted.Step is null || wanted.Step == run.Step)
        && (wanted.State is null || wanted.State == run.State || (wanted.State == "running" && run.State != "ended"))
        && (wanted.Version is null || wanted.Version == run.Version)
        && (wanted.Holdout is null || wanted.Holdout == run.IsHoldout)
        && (wanted.Goal is null || wanted.Goal == run.ReachedGoal);

    private static TestFailure? Traits(Expectation.Traits wanted, Observed observed, VirtualWorkspace workspace)
    {
        using var values = JsonDocument.Parse(wanted.Values);
        var got = new List<string>();
        foreach (var trait in values.RootElement.EnumerateObject())
        {
            var known = observed.Customers.Select(customer => workspace.States.GetValueOrDefault(customer)?.Profile.Find(trait.Name)).FirstOrDefault(value => value is not null);
            using var actual = known is null ? null : JsonDocument.Parse(known);
            if (actual is null || !JsonSubset.Holds(trait.Value, actual.RootElement))
            {
                got.Add(actual is null ? $"{trait.Name} is not known" : $"{trait.Name} is {actual.RootElement.GetRawText()}");
            }
        }

        return got.Count == 0 ? null : new TestFailure(wanted.At, $"the customer's traits to be {wanted.Values}{Of(wanted)}", [.. got]);
    }

    private static TestFailure? Segment(Expectation.Segment wanted, Observed observed, VirtualWorkspace workspace)
    {
        var segments = observed.Customers.SelectMany(customer => workspace.States.TryGetValue(customer, out var state) ? state.Segments : []).Order(StringComparer.Ordinal).ToArray();
        return segments.Contains(wanted.Name) ? null : Failure(wanted, $"to be in the segment {wanted.Name}", segments.Select(name => $"in {name}"), "in no segment");
    }

    private static TestFailure? None(Expectation expectation, string expected, IEnumerable<(RecordedEvent Recorded, JsonElement Properties)> events)
    {
        var all = events.Select(Describe).ToArray();
        return all.Length == 0 ? null : Failure(expectation, expected, all, "");
    }

    private static bool HoldsFor(int found, int? count) => count is { } exactly ? found == exactly : found > 0;

    private static string Times(int? count) => count is { } exactly ? $", exactly {exactly}" : "";

    private static string Of(Expectation expectation) => expectation.Customer == TestDefinition.DefaultCustomer ? "" : $", of {expectation.Customer}";

    private static TestFailure Failure(Expectation expectation, string expected, IEnumerable<string> got, string nothing, int? found = null)
    {
        ImmutableArray<string> lines = [.. got];
        if (lines.IsEmpty)
        {
            lines = [nothing];
        }
        else if (found is { } matching)
        {
            lines = [$"{matching} of these {lines.Length}:", .. lines.Select(line => $"  {line}")];
        }

        return new TestFailure(expectation.At, expected + Of(expectation), lines);
    }

    private static string Describe((RecordedEvent Recorded, JsonElement Properties) seen)
    {
        var said = seen.Properties.ValueKind != JsonValueKind.Object ? []
            : seen.Properties.EnumerateObject().Where(member => member.Name is not ("run" or "basis" or "answers" or "version" or "decision"))
                .Select(member => $"{member.Name} {(member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString() : member.Value.GetRawText())}").ToArray();
        return $"{Instants.ToIso(seen.Recorded.OccurredAt)} {seen.Recorded.Name}{(said.Length == 0 ? "" : $": {string.Join(", ", said)}")}";
    }

    /// <summary>Properties that an event must have.</summary>
    private sealed class Wanted(string what)
    {
        private readonly List<(string? Name, string Text, JsonDocument? Json)> _parts = [];

        public Wanted Is(string name, string? text)
        {
            if (text is not null)
            {
                _parts.Add((name, text, null));
            }

            return this;
        }

        /// <param name="name">Null: the properties themselves.</param>
        public Wanted Has(string? name, string? json)
        {
            if (json is not null)
            {
                _parts.Add((name, json, JsonDocument.Parse(json)));
            }

            return this;
        }

        public bool Matches(JsonElement properties) => _parts.TrueForAll(part => part.Json is null
            ? Observed.Text(properties, part.Name!) == part.Text
            : part.Name is null ? JsonSubset.Holds(part.Json.RootElement, properties)
            : properties.TryGetProperty(part.Name, out var value) && JsonSubset.Holds(part.Json.RootElement, value));

        public string Describe(long? time, int? count)
        {
            var parts = _parts.Select(part => part.Name is null ? $"with {part.Text}" : $"{part.Name} {part.Text}");
            return string.Join(", ", (time is { } at ? parts.Append($"at {Instants.ToIso(at)}") : parts).Prepend(what)) + Times(count);
        }
    }
}

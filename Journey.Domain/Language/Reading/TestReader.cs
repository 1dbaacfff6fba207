using System.Collections.Immutable;
using Journey.Domain.Events;
using Journey.Domain.Language.Yaml;

namespace Journey.Domain.Language.Reading;

/// <summary>Reads test documents.</summary>
internal static class TestReader
{
    public static TestDefinition Read(YamlMapping document, ReadContext context)
    {
        foreach (var name in document.Scalars("journey").Concat(document.Scalars("rule")))
        {
            context.Journeys.Add(new(name.Text, name.At));
        }

        var given = Given(document, context);
        var until = document.Instant("until");
        if (until is not null && !given.IsEmpty && until < given[^1].Time)
        {
            context.Faults.Add(FaultTexts.EndsTooEarly.At(document.PlaceOfKey("until")));
        }

        return new(document.Text("test") ?? "", document.Text("description"), document.At, [.. document.Texts("journey"), .. document.Texts("rule")],
            document.Mapping("customer") is { } customer ? Customer(customer, context) : TestCustomer.Default,
            given, until, [.. document.Items("expect").Select(item => Expect(item, context)).OfType<Expectation>()]);
    }

    private static TestCustomer Customer(YamlMapping customer, ReadContext context)
    {
        foreach (var name in customer.Scalars("segments"))
        {
            context.Segments.Add(new(name.Text, name.At));
        }

        var consent = (customer.Mapping("consent")?.Entries ?? [])
            .Select(entry => KeyValuePair.Create(ContactChannel.From(entry.Key).Name, (entry.Value as YamlScalar)?.Text == "granted"));
        return new(customer.Json("traits") ?? "{}", consent.DistinctBy(pair => pair.Key).ToImmutableSortedDictionary(StringComparer.Ordinal), customer.Texts("segments"),
            customer.Flag("holdout") ?? false,
                (customer.Mapping("paths")?.Entries ?? [])
                    .ToImmutableSortedDictionary(entry => entry.Key, entry => (entry.Value as YamlScalar)?.Text ?? "", StringComparer.Ordinal));
    }

    private static ImmutableArray<TestStep> Given(YamlMapping document, ReadContext context)
    {
        var steps = ImmutableArray.CreateBuilder<TestStep>();
        long? clock = null;
        foreach (var step in document.Mappings("given"))
        {
            var time = step.Instant("at") ?? (step.Duration("after") is { } after && clock is { } before ? before + after : null);
            if (step.Has("at") && step.Has("after"))
            {
                context.Faults.Add(FaultTexts.TwoAlternatives.At(step.PlaceOfKey("after"), ["at", "after", "a step of a test"]));
            }
            else if (!step.Has("at") && clock is null)
            {
                context.Faults.Add(FaultTexts.NoTime.At(step.At, expected: "`at`"));
            }
            else if (time < clock)
            {
                context.Faults.Add(FaultTexts.TimeGoesBack.At(step.PlaceOfKey("at")));
            }

            clock = time ?? clock ?? 0;
            if (Step(step, clock.Value, context) is { } read)
            {
                steps.Add(read);
            }
        }

        return steps.ToImmutable();
    }

    private static TestStep? Step(YamlMapping step, long time, ReadContext context)
    {
        if (step.Has("event"))
        {
            var customer = step.Text("customer") ?? TestDefinition.DefaultCustomer;
            var anonymous = step.Text("anonymous");
            return new TestStep.Arrives(time, step.At, customer, context.Event(step.Scalar("event")), step.Text("id"), step.Channel("channel") ?? ContactChannel.Web,
                step.Json("properties") ?? "{}", step.Json("traits"),
                anonymous switch { "true" => $"anonymous-{customer}", "false" => null, _ => anonymous },
                step.Instant("occurredAt") ?? time, step.Flag("imported") ?? false);
        }

        if (step.Scalar("publish") is { } text)
        {
            return new TestStep.Publish(time, text.At, text.Text);
        }

        foreach (var key in new[] { "pause", "resume", "retire" })
        {
            if (step.Scalar(key) is { } name)
            {
                context.Journeys.Add(new(name.Text, name.At));
                return key switch
                {
                    "pause" => new TestStep.Pause(time, step.At, name.Text),
                    "resume" => new TestStep.Resume(time, step.At, name.Text),
                    _ => new TestStep.Retire(time, step.At, name.Text),
                };
            }
        }

        return null;
    }

    private static Expectation? Expect(YamlValue value, ReadContext context)
    {
        if (value is YamlScalar shorthand)
        {
            return shorthand.Text switch
            {
                "nothing-sent" => new Expectation.NothingSent(TestDefinition.DefaultCustomer, value.At),
                "no-run" => new Expectation.NoRun(TestDefinition.DefaultCustomer, value.At),
                "no-task" => new Expectation.NoTask(TestDefinition.DefaultCustomer, value.At),
                _ => null,
            };
        }

        return value is YamlMapping mapping ? Expect(mapping, mapping.Text("customer") ?? TestDefinition.DefaultCustomer, context) : null;
    }

    private static Expectation? Expect(YamlMapping item, string who, ReadContext context)
    {
        var at = item.At;
        if (item.Mapping("sent") is { } sent)
        {
            return new Expectation.Sent(who, at, sent.Channel("channel"), sent.Text("template"), sent.Text("step"), sent.Instant("at"), sent.Json("data"), sent.Count("count"));
        }

        if (item.Mapping("suppressed") is { } suppressed)
        {
            return new Expectation.Suppressed(who, at, suppressed.Text("reason"), suppressed.Channel("channel"), suppressed.Text("step"),
                suppressed.Instant("at"), suppressed.Count("count"));
        }

        if (item.Mapping("task") is { } task)
        {
            return new Expectation.Task(who, at, task.Text("team"), task.Text("title"), task.Text("step"), task.Instant("at"), task.Count("count"));
        }

        if (item.Mapping("call") is { } call)
        {
            return new Expectation.Call(who, at, call.Text("url"), call.Text("step"), call.Instant("at"), call.Count("count"));
        }

        if (item.Mapping("run") is { } run)
        {
            return new Expectation.Run(who, at, run.Text("journey"), run.Text("exit"), run.Text("step"), run.Text("state"),
                run.Count("version"), run.Flag("holdout"), run.Flag("goal"), run.Count("count"));
        }

        if (item.Mapping("event") is { } recorded)
        {
            return new Expectation.Event(who, at, context.Event(recorded.Scalar("name")), recorded.Json("properties"), recorded.Instant("at"), recorded.Count("count"));
        }

        if (item.Scalar("segment") is { } segment)
        {
            context.Segments.Add(new(segment.Text, segment.At));
            return new Expectation.Segment(who, at, segment.Text);
        }

        return item.Has("traits") ? new Expectation.Traits(who, at, item.Json("traits")!) : null;
    }
}

using Journey.Domain.Language.Reading;
using Journey.Domain.Language.Yaml;

namespace Journey.Domain.Language.Rules;

/// <summary>What documents say of one another: names that have to exist, and names that must not exist twice.</summary>
internal static class ReferenceRules
{
    public static void Report(List<ParsedDocument> documents, Workspace workspace, DefinitionSet? published)
    {
        Names(documents);
        var segments = Known(documents, ["segment"], published?.Segments.Keys);
        var journeys = Known(documents, ["journey", "rule"], published?.Journeys.Keys);
        var events = Events(documents, workspace, published);
        foreach (var document in documents.Where(document => document.Context is not null))
        {
            foreach (var use in document.Context!.Segments.Where(use => !segments.Contains(use.Name)))
            {
                document.Faults.Add(FaultTexts.UnknownSegment.At(use.At, [use.Name], suggestion: NearMiss.Of(use.Name, segments)));
            }

            foreach (var use in document.Context.Journeys.Where(use => !journeys.Contains(use.Name)))
            {
                document.Faults.Add(FaultTexts.UnknownJourney.At(use.At, [use.Name], suggestion: NearMiss.Of(use.Name, journeys)));
            }

            foreach (var use in document.Context.Events.Where(use => use.Name.Length > 0 && !events.Contains(use.Name)))
            {
                if (document.Faults.IsFull)
                {
                    break;
                }

                document.Faults.Add(FaultTexts.UnknownEvent.At(use.At, [use.Name], suggestion: NearMiss.Of(use.Name, events)));
            }

            if (document.Definition is TestDefinition test)
            {
                Steps(test, documents, published, document.Faults);
                Published(test, workspace, document.Faults);
            }
        }
    }

    private static void Names(List<ParsedDocument> documents)
    {
        var seen = new Dictionary<(string, string), ParsedDocument>();
        foreach (var document in documents.Where(document => document.Kind.Length > 0))
        {
            // Journeys and rules share their names: a rule is a journey, to everything but its reader.
            var family = document.Kind == "rule" ? "journey" : document.Kind;
            if (seen.TryAdd((family, family == "workspace" ? "" : document.Name), document))
            {
                continue;
            }

            var first = seen[(family, family == "workspace" ? "" : document.Name)];
            document.Faults.Add(family == "workspace"
                ? FaultTexts.SecondWorkspace.At(document.At, [first.At])
                : FaultTexts.RepeatedName.At(document.PlaceOfName, [first.Kind, document.Name, first.At]));
        }
    }

    private static HashSet<string> Known(List<ParsedDocument> documents, string[] kinds, IEnumerable<string>? published) =>
        documents.Where(document => kinds.Contains(document.Kind)).Select(document => document.Name).Concat(published ?? []).ToHashSet(StringComparer.Ordinal);

    private static HashSet<string> Events(List<ParsedDocument> documents, Workspace workspace, DefinitionSet? published) =>
        KnownEvents.Names.Concat(workspace.EventNames).Concat(workspace.EventAliases.Keys)
            .Concat(documents.SelectMany(document => document.Context?.Emitted ?? []))
            .Concat(published?.Journeys.Values.SelectMany(journey => journey.Compiled.Flow).Select(flow => flow.Step).OfType<Step.Emit>().Select(emit => emit.Event) ?? [])
            .ToHashSet(StringComparer.Ordinal);

    /// <summary>A test may publish versions of its own, which bring steps that only they have.</summary>
    private static void Steps(TestDefinition test, List<ParsedDocument> documents, DefinitionSet? published, FaultList faults)
    {
        var flows = documents.Where(document => test.Journeys.Contains(document.Name)).Select(document => document.Compiled).OfType<CompiledJourney>()
            .Concat(test.Journeys.Select(name => published?.Journeys.GetValueOrDefault(name)?.Compiled).OfType<CompiledJourney>()).ToArray();
        if (flows.Length == 0 || test.Given.Any(step => step is TestStep.Publish))
        {
            return;
        }

        foreach (var expectation in test.Expect)
        {
            var step = expectation switch
            {
                Expectation.Sent sent => sent.Step,
                Expectation.Suppressed suppressed => suppressed.Step,
                Expectation.Task task => task.Step,
                Expectation.Call call => call.Step,
                Expectation.Run run => run.Step,
                _ => null,
            };
            if (step is not null && !flows.Any(flow => flow.IndexById.ContainsKey(step)))
            {
                faults.Add(FaultTexts.UnknownStep.At(expectation.At, [string.Join(", ", test.Journeys), step],
                    suggestion: NearMiss.Of(step, flows.SelectMany(flow => flow.IndexById.Keys))));
            }
        }
    }

    private static void Published(TestDefinition test, Workspace workspace, FaultList faults)
    {
        foreach (var step in test.Given.OfType<TestStep.Publish>())
        {
            var parsed = new ParsedDocument(new SourceText("published", step.Text, 1));
            if (parsed.Kind is "journey" or "rule")
            {
                parsed.Read(workspace);
            }

            var fault = parsed.ToDocument().Faults.FirstOrDefault(fault => fault.Severity == FaultSeverity.Error);
            if (fault is not null || parsed.Kind is not ("journey" or "rule"))
            {
                faults.Add(FaultTexts.PublishedFaults.At(step.At, [fault?.ToString() ?? "it is neither a journey nor a rule."]));
            }
        }
    }
}

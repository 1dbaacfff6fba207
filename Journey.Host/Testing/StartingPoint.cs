using System.Collections.Immutable;
using System.Text.Json;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Domain.Language.Publishing;

namespace Journey.Host.Testing;

/// <summary>What is published before a test starts. Read and compiled once, for all tests that run the same journeys.</summary>
/// <param name="Events">At the first positions of the log.</param>
internal sealed record StartingPoint(DefinitionHistory History, ImmutableArray<NewEvent> Events)
{
    /// <summary>The workspace and every segment of the documents, and those journeys and rules that the test names.</summary>
    public static StartingPoint Of(DocumentSet documents, TestDefinition test, TestPeople people)
    {
        var workspace = documents.Of<WorkspaceDefinition>().FirstOrDefault()?.Settings ?? Workspace.Default;
        var given = Membership(people);
        var published = documents.Documents
            .Where(document => document.Kind is "workspace" or "segment" || (document.Kind is "journey" or "rule" && test.Journeys.Contains(document.Name)))
            .OrderBy(document => document.Kind switch { "workspace" => 0, "segment" => 1, _ => 2 })
            .Select(document => document.Definition is SegmentDefinition segment && test.Customer.Segments.Contains(segment.Name) ? WithMembers(segment, given, workspace) : document)
            .Select(document => DefinitionDocuments.Publish(document, 0));
        var log = new VirtualLog();
        var history = DefinitionHistory.Empty;
        var events = ImmutableArray.CreateBuilder<NewEvent>();
        foreach (var definition in published)
        {
            if (log.TryAppend(definition, out var recorded))
            {
                history = history.Apply(recorded);
                events.Add(definition);
            }
        }

        return new(history, events.ToImmutable());
    }

    /// <summary>Tests with the same key start from the same point.</summary>
    public static string KeyOf(TestDefinition test, TestPeople people) => test.Customer.Segments.IsEmpty
        ? string.Join('\n', test.Journeys.Order(StringComparer.Ordinal))
        : $"{string.Join('\n', test.Journeys.Order(StringComparer.Ordinal))}\n\n{string.Join('\n', test.Customer.Segments)}\n{Membership(people)}";

    private static string Membership(TestPeople people) =>
        $"customer.id in [{string.Join(", ", people.Names.Select(name => $"\"{people.CustomerOf(name)}\""))}]";

    /// <summary>The segment as it is, with the test's customers in it whatever its condition says of them.</summary>
    private static Document WithMembers(SegmentDefinition segment, string members, Workspace workspace)
    {
        var text = $"segment: {segment.Name}\nwhere: {JsonSerializer.Serialize($"{members} || ({segment.Where.Source})")}\n";
        return DocumentParser.Parse(segment.At.File, text, new() { Published = DefinitionSet.Empty with { Workspace = workspace } }).Documents.Single();
    }
}

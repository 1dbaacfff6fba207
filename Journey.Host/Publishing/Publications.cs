using System.Text.Json;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Domain.Language.Publishing;

namespace Journey.Host.Publishing;

/// <summary>One publication of a text that differs from the one before it under the same name.</summary>
/// <param name="Version">1 for the first.</param>
/// <param name="PublishedAt">Unix milliseconds.</param>
/// <param name="Position">Global position: events behind it see this version.</param>
public sealed record Publication(string Kind, string Name, int Version, string Text, string Hash, string File, long PublishedAt, long Position);

/// <summary>A document as it stands: its versions, oldest first, and whether it is in force.</summary>
public sealed record PublishedDocument(string Kind, string Name, IReadOnlyList<Publication> Versions, JourneyStatus Status)
{
    public Publication Latest => Versions[^1];
}

/// <summary>Everything that was ever published, as the log's stream of definitions tells it.</summary>
/// <param name="StreamVersion">The stream's version it was read at: who appends with another one was not the first.</param>
public sealed record Publications(IReadOnlyDictionary<(string Kind, string Name), PublishedDocument> Documents, DefinitionHistory History, long StreamVersion)
{
    private const int PageMax = 1_000;

    /// <summary>By name alone; a journey or a rule before any other kind.</summary>
    public PublishedDocument? Find(string name) => Documents.Values.Where(document => document.Name == name)
        .OrderBy(document => IsJourney(document.Kind) ? 0 : 1).ThenBy(document => document.Kind, StringComparer.Ordinal).FirstOrDefault();

    /// <summary>What a document of this kind and name is published as. Journeys and rules share their names.</summary>
    public PublishedDocument? Find(string kind, string name) => IsJourney(kind)
        ? Documents.GetValueOrDefault(("journey", name)) ?? Documents.GetValueOrDefault(("rule", name))
        : Documents.GetValueOrDefault((kind, name));

    public static bool IsJourney(string kind) => kind is "journey" or "rule";

    public static async Task<Publications> ReadAsync(IEventLog log, CancellationToken cancellation)
    {
        var documents = new Dictionary<(string, string), PublishedDocument>();
        var history = DefinitionHistory.Empty;
        for (var version = 0L; ;)
        {
            var page = await log.ReadStreamAsync(SystemStreams.Definitions, version, PageMax, cancellation);
            if (page.AtEnd)
            {
                return new(documents, history, version);
            }

            foreach (var recorded in page.Events)
            {
                version = recorded.Version;
                history = history.Apply(recorded);
                Take(documents, recorded);
            }
        }
    }

    private static void Take(Dictionary<(string Kind, string Name), PublishedDocument> documents, in RecordedEvent recorded)
    {
        using var json = JsonDocument.Parse(recorded.Json);
        var said = json.RootElement.TryGetProperty("properties", out var properties) ? properties : default;
        var (kind, name) = (Text(said, "kind"), Text(said, "name"));
        var key = documents.Keys.FirstOrDefault(known => known.Name == name && (known.Kind == kind || (IsJourney(known.Kind) && IsJourney(kind))), (Kind: kind, Name: name));
        var before = documents.GetValueOrDefault(key);
        switch (recorded.Name)
        {
            case EventNames.DocumentPublished:
                var text = Text(said, "text");
                var versions = before?.Versions ?? [];
                var hash = Text(said, "hash");
                var status = before?.Status is null or JourneyStatus.Retired ? JourneyStatus.Active : before.Status;
                documents.Remove(key);
                documents[(kind, name)] = new(kind, name,
                    versions.Count > 0 && versions[^1].Hash == hash ? versions
                        : [.. versions, new(kind, name, versions.Count + 1, text, hash, Text(said, "file"), recorded.OccurredAt, recorded.Position)],
                    status);
                break;
            case EventNames.DocumentRetired when before is not null:
                documents[key] = before with { Status = JourneyStatus.Retired };
                break;
            case EventNames.JourneyPaused when before is { Status: JourneyStatus.Active }:
                documents[key] = before with { Status = JourneyStatus.Paused };
                break;
            case EventNames.JourneyResumed when before is { Status: JourneyStatus.Paused }:
                documents[key] = before with { Status = JourneyStatus.Active };
                break;
        }
    }

    private static string Text(JsonElement said, string name) =>
        said.ValueKind == JsonValueKind.Object && said.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}

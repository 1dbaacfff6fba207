using System.Text.Json;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Domain.Language.Publishing;
using Journey.Host.Cli;

namespace Journey.Host.Running;

/// <summary>Publishes what files say and the log does not say yet.</summary>
internal static class Publishing
{
    public static async Task PublishChangedAsync(
        IEventLog log, IReadOnlyList<string> paths, TimeProvider clock, Terminal terminal, CancellationToken cancellation)
    {
        if (paths.Count == 0)
        {
            return;
        }

        var files = DocumentFiles.Find(paths);
        var parsed = DocumentParser.Parse([.. files.Select(file => (file, (ReadOnlyMemory<byte>)File.ReadAllBytes(file)))]);
        if (parsed.HasErrors)
        {
            throw new CommandException(
                string.Join(Environment.NewLine, parsed.Faults.Where(fault => fault.Severity == FaultSeverity.Error)),
                hint: "Nothing was published. `journey validate` shows all faults and warnings.");
        }

        var (known, version) = await PublishedAsync(log, cancellation);
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var changed = parsed.Documents
            .Where(document => document.Kind != "test" && known.GetValueOrDefault((document.Kind, document.Name)) != document.Hash)
            .Select(document => DefinitionDocuments.Publish(document, now))
            .ToArray();
        if (changed.Length == 0)
        {
            return;
        }

        var answers = await log.AppendAsync([new AppendRequest(SystemStreams.Definitions, ExpectedVersion.Exactly(version), changed)], cancellation);
        if (answers[0] is AppendResult.Conflict)
        {
            throw new CommandException("Somebody else published at the same moment.", hint: "Run the command again.");
        }

        terminal.Error.WriteLine($"Published {changed.Length} of {parsed.Documents.Length} documents; the others are published already, or are tests.");
    }

    private static async Task<(Dictionary<(string Kind, string Name), string> Hashes, long Version)> PublishedAsync(IEventLog log, CancellationToken cancellation)
    {
        var hashes = new Dictionary<(string, string), string>();
        for (var after = 0L; ;)
        {
            var page = await log.ReadStreamAsync(SystemStreams.Definitions, after, 1_000, cancellation);
            if (page.AtEnd)
            {
                return (hashes, after);
            }

            foreach (var recorded in page.Events)
            {
                after = recorded.Version;
                using var payload = JsonDocument.Parse(recorded.Json);
                var properties = payload.RootElement.GetProperty("properties");
                var key = (properties.GetProperty("kind").GetString() ?? "", properties.GetProperty("name").GetString() ?? "");
                if (recorded.Name == EventNames.DocumentPublished)
                {
                    hashes[key] = properties.GetProperty("hash").GetString() ?? "";
                }
                else if (recorded.Name == EventNames.DocumentRetired)
                {
                    hashes.Remove(key);
                }
            }
        }
    }
}

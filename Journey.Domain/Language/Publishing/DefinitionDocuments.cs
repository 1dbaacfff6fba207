using System.Text.Json;
using Journey.Domain.Events;

namespace Journey.Domain.Language.Publishing;

/// <summary>Documents as events on the stream <c>$definitions</c>: the whole text is in the log, so that every past decision can be taken again.</summary>
public static class DefinitionDocuments
{
    private const string Source = "journey";

    /// <param name="document">A document without errors; tests are not published.</param>
    /// <param name="at">Unix milliseconds.</param>
    /// <exception cref="ArgumentException">The document has errors, or is a test.</exception>
    public static NewEvent Publish(Document document, long at) => document.Definition is null or TestDefinition
        ? throw new ArgumentException("Only a document without errors that is not a test can be published.", nameof(document))
        : Event(EventNames.DocumentPublished, at, document.Kind, document.Name, document);

    /// <summary>No entries from here on; what is due meanwhile is held.</summary>
    public static NewEvent Pause(string journey, long at) => Event(EventNames.JourneyPaused, at, "journey", journey, null);

    public static NewEvent Resume(string journey, long at) => Event(EventNames.JourneyResumed, at, "journey", journey, null);

    /// <summary>Takes a document back: no entries any more; runs in flight go on by their version.</summary>
    public static NewEvent Retire(string kind, string name, long at) => Event(EventNames.DocumentRetired, at, kind, name, null);

    private static NewEvent Event(string what, long at, string kind, string name, Document? document)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("properties");
            writer.WriteString("kind", kind);
            writer.WriteString("name", name);
            if (document is not null)
            {
                writer.WriteString("text", document.Text);
                writer.WriteString("hash", document.Hash);
                writer.WriteString("file", document.File);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        // The time is part of the id: publishing again what was published before is a fact of its own.
        var id = StableHash.Id($"{what}\u001f{kind}\u001f{name}\u001f{document?.Hash}\u001f{at}");
        return new(SystemStreams.Definitions, Source, id.ToString(), what, EventKind.Definition, EventFlags.None, ContactChannel.Internal, at, at,
            StoredPayload.FromJson(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
    }
}

using System.Text.Json;
using Journey.Host.Http.Ingest;
using Journey.Host.Ingestion;
using Microsoft.AspNetCore.Http;

namespace Journey.Host.Http.Documents;

/// <summary>Documents as they are sent: one text, or as JSON several files, which are checked together.</summary>
/// <param name="Answer">Set: the request ends here, with this.</param>
internal sealed record PublishBody(IReadOnlyList<(string File, ReadOnlyMemory<byte> Utf8)> Files, IResult? Answer)
{
    public const string Json = "application/json";

    /// <summary>The name in the places of faults, where the sender names no file.</summary>
    public const string Unnamed = "body";

    public const int FilesMax = 1_000;

    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public static IReadOnlyList<string> Texts { get; } = ["application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml", "text/plain"];

    /// <param name="file">What to call a text.</param>
    public static async Task<PublishBody> ReadAsync(HttpContext context, string? file, int bytesMax)
    {
        var type = context.Request.ContentType?.Split(';')[0].Trim().ToLowerInvariant();
        if (type != Json && (type is null || !Texts.Contains(type)))
        {
            return Ended(Problems.Of(StatusCodes.Status415UnsupportedMediaType, "The content type is not known", $"Expected application/yaml, text/plain or {Json}."));
        }

        BodyReading reading;
        try
        {
            // What isn't UTF-8 is a fault of the document, with its place.
            reading = await RequestBody.ReadAsync(context.Request.Body, context.Request.Headers.ContentEncoding, bytesMax, requireUtf8: false, context.RequestAborted);
        }
        catch (BadHttpRequestException bad)
        {
            var isTooLarge = bad.StatusCode == StatusCodes.Status413PayloadTooLarge;
            reading = new BodyReading.Unreadable(
                isTooLarge ? BodyFault.TooLarge : BodyFault.Corrupt, isTooLarge ? $"The request has more than {bytesMax:N0} bytes." : "The body ended before it was complete.");
        }

        if (reading is not BodyReading.Complete { Body: var body })
        {
            return Ended(IngestResponses.Unreadable((BodyReading.Unreadable)reading));
        }

        using (body)
        {
            return type == Json ? FilesOf(body.Bytes.Span) : new PublishBody([(file ?? Unnamed, body.Bytes.ToArray())], null);
        }
    }

    private static PublishBody FilesOf(ReadOnlySpan<byte> json)
    {
        try
        {
            var sent = JsonSerializer.Deserialize<SentDocuments>(json, Web)?.Files;
            if (sent is { Count: > 0 and <= FilesMax } && sent.All(file => file is { Text: not null }))
            {
                return new PublishBody([.. sent.Select(file => (file.File ?? Unnamed, (ReadOnlyMemory<byte>)System.Text.Encoding.UTF8.GetBytes(file.Text!)))], null);
            }
        }
        catch (JsonException malformed)
        {
            return Ended(Problems.NotReadable($"The body is not valid JSON: line {malformed.LineNumber + 1}, byte {malformed.BytePositionInLine + 1}."));
        }

        return Ended(Problems.NotReadable($$"""Expected {"files":[{"file":"NAME","text":"…"}]}, with 1 to {{FilesMax:N0}} files, each with its text."""));
    }

    private static PublishBody Ended(IResult answer) => new([], answer);
}

/// <summary>Several files in one request, as JSON.</summary>
public sealed record SentDocuments(IReadOnlyList<SentFile> Files);

/// <param name="File">For the places of faults.</param>
/// <param name="Text">YAML documents.</param>
public sealed record SentFile(string? File, string? Text);

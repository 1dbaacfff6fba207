using System.Text.Json;
using Journey.Host.Ingestion;
using Microsoft.AspNetCore.Http;

namespace Journey.Host.Http.Ingest;

/// <summary>An ingest request's JSON, parsed, over pooled memory; or the answer that says why there is none.</summary>
internal sealed class IngestBody : IDisposable
{
    private readonly RequestBody? _body;
    private readonly JsonDocument? _document;

    private IngestBody(RequestBody? body, JsonDocument? document, IResult? answer) => (_body, _document, Answer) = (body, document, answer);

    /// <summary>Set: the request ends here, with this.</summary>
    public IResult? Answer { get; }

    /// <summary>Valid until this is disposed of.</summary>
    public JsonElement Json => _document!.RootElement;

    /// <param name="unwrap">Makes JSON of a body that isn't: null where it can't. By default the body is JSON.</param>
    public static async ValueTask<IngestBody> ReadAsync(HttpContext context, int bytesMax, Unwrap? unwrap = null)
    {
        BodyReading reading;
        try
        {
            reading = await RequestBody.ReadAsync(context.Request.Body, context.Request.Headers.ContentEncoding, bytesMax,
                requireUtf8: unwrap is null, context.RequestAborted);
        }
        catch (BadHttpRequestException bad)
        {
            return new IngestBody(null, null, IngestResponses.Unreadable(new BodyReading.Unreadable(
                bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? BodyFault.TooLarge : BodyFault.Corrupt,
                bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? $"The request has more than {bytesMax:N0} bytes." : "The body ended before it was complete.")));
        }

        if (reading is not BodyReading.Complete { Body: var body })
        {
            return new IngestBody(null, null, IngestResponses.Unreadable((BodyReading.Unreadable)reading));
        }

        var json = body.Bytes;
        if (unwrap is not null)
        {
            if (unwrap(json.Span, out var fault) is not { } unwrapped)
            {
                body.Dispose();
                return new IngestBody(null, null, Problems.NotReadable(fault));
            }

            json = unwrapped;
        }

        if (json.Span.StartsWith("\ufeff"u8))
        {
            json = json[3..];
        }

        UnicodeRepair.Apply(json.Span);
        try
        {
            return new IngestBody(body, JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = IngestLimits.RequestDepthMax }), null);
        }
        catch (JsonException malformed)
        {
            body.Dispose();
            return new IngestBody(null, null, Problems.NotReadable(
                $"The body is not valid JSON: line {malformed.LineNumber + 1}, byte {malformed.BytePositionInLine + 1}."));
        }
    }

    public void Dispose()
    {
        _document?.Dispose();
        _body?.Dispose();
    }
}

/// <param name="fault">A sentence, where the answer is null.</param>
internal delegate byte[]? Unwrap(ReadOnlySpan<byte> body, out string fault);

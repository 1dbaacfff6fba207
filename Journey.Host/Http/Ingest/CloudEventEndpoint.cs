using System.Text.Json;
using Journey.Host.Http.OpenApi;
using Journey.Host.Ingestion;
using Journey.Host.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Journey.Host.Http.Ingest;

/// <summary>CloudEvents 1.0 over HTTP: structured, batch and binary mode.</summary>
internal sealed class CloudEventEndpoint(Intake intake, SenderKeys keys, IngestLimits limits, JourneyMetrics metrics, TimeProvider time)
{
    private const string Structured = "application/cloudevents+json";
    private const string Batch = "application/cloudevents-batch+json";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/events", (Delegate)RecordAsync)
            .BehindIngestGate(intake, metrics)
            .WithTags("Ingest")
            .WithSummary("Record CloudEvents")
            .WithDescription("CloudEvents 1.0 in structured, batch or binary mode. \"type\" is the event's name, \"source\" and \"id\" make it idempotent, "
                + "\"subject\" or the journey… extensions say whose it is. Answered 200 once the events are durable.")
            .WithMetadata(new DescribedBody("One CloudEvent, an array of them, or in binary mode the data alone.", Structured, Batch, "application/json"))
            .Produces<IngestResponse>()
            .ProducesIngestProblems();
        routes.MapMethods("/v1/events", ["OPTIONS"], IngestGate.Preflight).ExcludeFromDescription();
    }

    private async Task<IResult> RecordAsync(HttpContext context)
    {
        if (await keys.SourceOfAsync(SenderKeys.InHeader(context.Request), context.RequestAborted) is null)
        {
            return IngestResponses.Unauthorized();
        }

        var mode = ModeOf(context.Request);
        if (mode == Mode.Unknown)
        {
            return Problems.Of(StatusCodes.Status415UnsupportedMediaType, "The content type is not known",
                $"Expected {Structured}, {Batch}, or the ce-… headers of the binary mode (ce-specversion, ce-id, ce-source, ce-type).");
        }

        var receivedAt = time.GetUtcNow().ToUnixTimeMilliseconds();
        var batch = new IngestBatch(metrics);
        using (var body = await IngestBody.ReadAsync(context, limits.RequestBytesMax, mode == Mode.Binary ? Unwrap : null))
        {
            if (body.Answer is { } answer)
            {
                return answer;
            }

            if (mode == Mode.Batch && body.Json.ValueKind != JsonValueKind.Array)
            {
                return Problems.NotReadable("The body of a batch must be a JSON array of events.");
            }

            if (mode == Mode.Batch && body.Json.GetArrayLength() > limits.BatchEventsMax)
            {
                return IngestResponses.TooMany(body.Json.GetArrayLength(), limits.BatchEventsMax);
            }

            using var mapper = new CloudEventMapper(limits);
            foreach (var cloudEvent in mode == Mode.Batch ? body.Json.EnumerateArray().ToArray() : [body.Json])
            {
                batch.Add(mapper.Map(cloudEvent, receivedAt));
            }
        }

        return await batch.RecordAsync(context, intake, mode == Mode.Batch);

        byte[]? Unwrap(ReadOnlySpan<byte> data, out string fault) =>
            CloudEventHeaders.ToJson(context.Request.Headers, context.Request.ContentType, data, out fault);
    }

    private static Mode ModeOf(HttpRequest request)
    {
        var type = request.ContentType?.Split(';')[0].Trim();
        return Batch.Equals(type, StringComparison.OrdinalIgnoreCase) ? Mode.Batch
            : Structured.Equals(type, StringComparison.OrdinalIgnoreCase) ? Mode.Structured
            : type?.StartsWith("application/cloudevents", StringComparison.OrdinalIgnoreCase) == true ? Mode.Unknown
            : CloudEventHeaders.AreIn(request.Headers) ? Mode.Binary
            : Mode.Unknown;
    }

    private enum Mode { Unknown, Structured, Batch, Binary }
}

using System.Text.Json;
using Journey.Domain.Identity;
using Journey.Host.Http.OpenApi;
using Journey.Host.Ingestion;
using Journey.Host.Metrics;
using Journey.Host.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Journey.Host.Http.Ingest;

/// <summary>Segment's HTTP API, as its SDKs speak it.</summary>
internal sealed class SegmentEndpoints(Intake intake, IIngestStore store, SenderKeys keys, IngestLimits limits, JourneyMetrics metrics, TimeProvider time)
{
    private static readonly (string Path, string ShortPath, SegmentCall? Call)[] Calls =
    [
        ("track", "t", SegmentCall.Track),
        ("identify", "i", SegmentCall.Identify),
        ("page", "p", SegmentCall.Page),
        ("screen", "s", SegmentCall.Screen),
        ("group", "g", SegmentCall.Group),
        ("alias", "a", SegmentCall.Alias),
        ("batch", "b", null),
        ("import", "import", null),
    ];

    private static readonly DescribedBody SegmentBody = new(
        "One Segment message, or {\"batch\": [messages], \"sentAt\": …}.", "application/json", "text/plain", "application/x-www-form-urlencoded");

    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var (path, shortPath, call) in Calls)
        {
            foreach (var route in (string[])[path, .. shortPath == path ? [] : (string[])[shortPath]])
            {
                var endpoint = routes.MapPost($"/v1/{route}", (Delegate)((HttpContext context) => RecordAsync(context, call)))
                    .BehindIngestGate(intake, metrics)
                    .WithTags("Ingest")
                    .WithSummary(call is null ? "Record a batch of Segment calls" : $"Record one Segment {path} call")
                    .WithDescription("Segment's HTTP API. The write key is the user of Basic authentication, a Bearer token, or \"writeKey\" in the body. "
                        + "JSON as application/json, text/plain or a form's \"data\"; gzip, deflate and br are understood. Answered 200 once the events are durable.")
                    .WithMetadata(SegmentBody)
                    .Produces<IngestResponse>()
                    .ProducesIngestProblems();
                if (route != path)
                {
                    endpoint.ExcludeFromDescription();
                }

                routes.MapMethods($"/v1/{route}", ["OPTIONS"], IngestGate.Preflight).ExcludeFromDescription();
            }
        }

        routes.MapGet("/v1/projects/{key}/settings", SettingsAsync)
            .WithTags("Ingest")
            .WithSummary("Settings that Segment's browser SDK loads at its start")
            .WithDescription("Points the SDK back at this server.")
            .Produces<JsonElement>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapMethods("/v1/projects/{key}/settings", ["OPTIONS"], IngestGate.Preflight).ExcludeFromDescription();
    }

    private async Task<IResult> RecordAsync(HttpContext context, SegmentCall? call)
    {
        var batch = new IngestBatch(metrics);
        using (var body = await IngestBody.ReadAsync(context, limits.RequestBytesMax, IsForm(context.Request) ? UnwrapForm : null))
        {
            if (body.Answer is { } answer)
            {
                return answer;
            }

            if (SegmentRequest.Read(body.Json, call, out var fault) is not { } request)
            {
                return Problems.NotReadable(fault);
            }

            if (request.Messages.Count > limits.BatchEventsMax)
            {
                return IngestResponses.TooMany(request.Messages.Count, limits.BatchEventsMax);
            }

            if (!await MapAsync(context.Request, request, call, batch))
            {
                return IngestResponses.Unauthorized();
            }
        }

        return await batch.RecordAsync(context, intake, call is null);
    }

    /// <returns>False: no key of the request is known.</returns>
    private async ValueTask<bool> MapAsync(HttpRequest http, SegmentRequest request, SegmentCall? call, IngestBatch batch)
    {
        var key = SenderKeys.InHeader(http) ?? request.WriteKey;
        var source = await keys.SourceOfAsync(key, http.HttpContext.RequestAborted);
        if (source is null && (key is not null || !request.Messages.Any(message => message.Member("writeKey").Text() is not null)))
        {
            return false;
        }

        var envelope = new SegmentEnvelope(time.GetUtcNow().ToUnixTimeMilliseconds(), request.SentAt, request.Context);
        using var mapper = new SegmentMapper(limits);
        foreach (var message in request.Messages)
        {
            var own = source ?? await keys.SourceOfAsync(message.Member("writeKey").Text());
            batch.Add(own is null
                ? MappedEvent.Refused(Refusal.UnknownWriteKey, message.Member("messageId").Text())
                : mapper.Map(message, call, own, envelope, await PreviousIdKindAsync(message, call)));
        }

        return true;
    }

    /// <summary>A previous id that somebody holds as a user id is one; any other is a browser's or a device's.</summary>
    private async ValueTask<IdentifierKind> PreviousIdKindAsync(JsonElement message, SegmentCall? call) =>
        (call ?? SegmentCalls.Parse(message.Member("type").Text())) == SegmentCall.Alias
        && IdentifierRules.Normalize(IdentifierKind.UserId, message.Member("previousId").Text()) is { } previous
        && await store.FindAsync(previous) is not null
            ? IdentifierKind.UserId
            : IdentifierKind.AnonymousId;

    private async Task<IResult> SettingsAsync(string key, HttpContext context)
    {
        IngestGate.AllowAnyOrigin(context.Response);
        if (await keys.SourceOfAsync(key, context.RequestAborted) is null)
        {
            return Problems.NotFound("There is no such write key.");
        }

        return Results.Json(SegmentSettings.For(key, context.Request.Scheme, context.Request.Host.Value ?? ""));
    }

    private static bool IsForm(HttpRequest request) =>
        request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true;

    private static byte[]? UnwrapForm(ReadOnlySpan<byte> body, out string fault)
    {
        fault = "The form has no field \"data\" with JSON in it, plain or as base64.";
        return FormBody.Json(body);
    }
}

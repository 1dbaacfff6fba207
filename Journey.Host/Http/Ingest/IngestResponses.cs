using System.Text.Json.Serialization;
using Journey.Host.Ingestion;
using Microsoft.AspNetCore.Http;

namespace Journey.Host.Http.Ingest;

/// <summary>What ingest answers. Kept to what Segment's SDKs read: the status, and for people the reasons.</summary>
/// <param name="Success">Always true: whoever reads this has nothing to send again.</param>
/// <param name="Accepted">Events recorded now or before; only where some were rejected.</param>
/// <param name="Rejected">Events refused for themselves; sending them again would not help.</param>
public sealed record IngestResponse(
    bool Success,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Accepted = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<RejectedEvent>? Rejected = null);

/// <param name="Index">Place in the batch, from 0.</param>
/// <param name="MessageId">The sender's id, where it could be read.</param>
/// <param name="Code">Stable: see the reference.</param>
public sealed record RejectedEvent(int Index, string? MessageId, string Code, string Reason);

internal static class IngestResponses
{
    public const string RetryAfterSeconds = "1";

    private static readonly IngestResponse Success = new(true);

    public static IResult Taken() => Results.Ok(Success);

    /// <summary>A batch of which some were refused is a success: its sender must not send the others again. One of which all were is not.</summary>
    public static IResult Partly(int accepted, IReadOnlyList<RejectedEvent> rejected) => accepted > 0
        ? Results.Ok(new IngestResponse(true, accepted, rejected))
        : Problems.Of(StatusCodes.Status400BadRequest, "Every event was refused", rejected[0].Reason, ("code", rejected[0].Code), ("rejected", rejected));

    public static IResult Refused(RejectedEvent rejected) => Problems.Of(
        rejected.Code == Refusal.TooLargeCode ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status400BadRequest,
        "The event was refused", rejected.Reason, ("code", rejected.Code));

    public static IResult Unauthorized() => Problems.Of(StatusCodes.Status401Unauthorized, "The write key is not known",
        "Send a write key that is in force: as the user of Basic authentication, as a Bearer token, or as \"writeKey\" in the body.");

    public static IResult Busy(HttpContext context)
    {
        context.Response.Headers.RetryAfter = RetryAfterSeconds;
        return Problems.Of(StatusCodes.Status429TooManyRequests, "The queue is full", "Nothing was recorded. Keep the events and send them again after Retry-After seconds.");
    }

    public static IResult Failed(HttpContext context)
    {
        context.Response.Headers.RetryAfter = RetryAfterSeconds;
        return Problems.Of(
            StatusCodes.Status503ServiceUnavailable,
            "The store could not record the events",
            "Keep the events and send them again: what was recorded already will not be recorded twice.");
    }

    public static IResult TooMany(int count, int max) => Problems.Of(StatusCodes.Status413PayloadTooLarge, "The batch is too long",
        $"The batch has {count:N0} events; at most {max:N0} are taken.");

    public static IResult Unreadable(BodyReading.Unreadable unreadable) => unreadable.Fault switch
    {
        BodyFault.TooLarge => Problems.Of(StatusCodes.Status413PayloadTooLarge, "The request is too large", unreadable.Reason),
        BodyFault.UnknownEncoding => Problems.Of(StatusCodes.Status415UnsupportedMediaType, "The encoding is not known", unreadable.Reason),
        _ => Problems.NotReadable(unreadable.Reason),
    };
}

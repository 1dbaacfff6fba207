using System.Text.Json;
using Journey.Domain.Events;
using Journey.Domain.Time;
using Journey.Host.Http.OpenApi;
using Journey.Host.Http.Parameters;
using Journey.Host.Http.Queries;
using Journey.Host.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Journey.Host.Http.Operations;

/// <param name="Partition">The partition that stands still there; null: only a rebuild failed at it.</param>
/// <param name="Since">ISO 8601.</param>
public sealed record PoisonReport(long Position, string Name, string Customer, string Reason, int? Partition, string Since)
{
    public static PoisonReport Of(PoisonEvent poison) =>
        new(poison.Position, poison.Name, poison.Stream, poison.Reason, poison.Partition, Instants.ToIso(poison.Since));
}

/// <param name="Payload">As recorded, where it can be read as JSON; otherwise null.</param>
/// <param name="PayloadBase64">The stored bytes as they are, where they can't be read.</param>
public sealed record PoisonDetail(
    long Position, string Name, string Customer, string Reason, int? Partition, string Since,
    string Source, string Id, string Kind, string Channel, string OccurredAt, string ReceivedAt, JsonElement? Payload, string? PayloadBase64)
{
    public static PoisonDetail Of(PoisonEvent poison, in RecordedEvent recorded)
    {
        var payload = PayloadOf(recorded);
        return new PoisonDetail(
            poison.Position, poison.Name, poison.Stream, poison.Reason, poison.Partition, Instants.ToIso(poison.Since),
            recorded.Source, recorded.Id, recorded.Kind.ToString().ToLowerInvariant(), recorded.Channel.Name,
            Instants.ToIso(recorded.OccurredAt), Instants.ToIso(recorded.ReceivedAt),
            payload, payload is null ? Convert.ToBase64String(recorded.Payload.Span) : null);
    }

    private static JsonElement? PayloadOf(in RecordedEvent recorded)
    {
        try
        {
            using var document = JsonDocument.Parse(recorded.Json);
            return document.RootElement.Clone();
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidDataException)
        {
            return null;
        }
    }
}

/// <param name="Outcome">skipped, released, or stands-still.</param>
/// <param name="RecordedAt">Position of the "Event Skipped" that was recorded.</param>
/// <param name="Poison">Where the partition stands still now.</param>
public sealed record PoisonOutcome(long Position, string Outcome, long? RecordedAt, PoisonReport? Poison)
{
    /// <summary>Null: no fold stands still there.</summary>
    public static PoisonOutcome? Of(long position, PoisonAnswer answer) => answer switch
    {
        PoisonAnswer.Skipped skipped => new(position, "skipped", skipped.RecordedAt, null),
        PoisonAnswer.Released => new(position, "released", null, null),
        PoisonAnswer.StandsStill still => new(position, "stands-still", null, PoisonReport.Of(still.Event)),
        _ => null,
    };
}

/// <summary>Events that a fold can't take: to look at, to skip, to retry.</summary>
internal sealed class PoisonEndpoints(JourneyServices services)
{
    private const string Tag = "Operations";

    private static readonly DescribedBody _reason = new("""{"reason":"why the event is passed over"}""", "application/json");

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/poison", ListAsync).Accepting().WithTags(Tag)
            .WithSummary("Events that a fold can't take, and the partitions that stand still there")
            .Produces<Page<PoisonReport>>();
        Found(routes.MapGet("/v1/poison/{position:long}", ShowAsync).Accepting(), "One such event, with everything recorded of it").Produces<PoisonDetail>();
        Found(routes.MapPost("/v1/poison/{position:long}/skip", SkipAsync).Accepting().WithMetadata(_reason), "Record that every fold passes the event over from now on")
            .WithDescription("The skip is an event of its own, with its reason, and can't be taken back.")
            .Produces<PoisonOutcome>()
            .ProducesProblem(StatusCodes.Status400BadRequest);
        Found(routes.MapPost("/v1/poison/{position:long}/retry", RetryAsync).Accepting(), "Try the partition again from the event").Produces<PoisonOutcome>();
    }

    private static RouteHandlerBuilder Found(RouteHandlerBuilder endpoint, string summary) =>
        endpoint.WithTags(Tag).WithSummary(summary).ProducesProblem(StatusCodes.Status404NotFound);

    private async Task<IResult> ListAsync(HttpContext context, CancellationToken cancellation) => Results.Ok(
        new Page<PoisonReport>(services.Poison is { } poison ? [.. (await poison.ListAsync(cancellation)).Select(PoisonReport.Of)] : [], null));

    private async Task<IResult> ShowAsync(long position, HttpContext context, CancellationToken cancellation) =>
        services.Poison is { } poison && await poison.FindAsync(position, cancellation) is { } found
            ? Results.Ok(PoisonDetail.Of(found.Poison, found.Recorded))
            : Unknown(position);

    private async Task<IResult> SkipAsync(long position, HttpContext context, CancellationToken cancellation)
    {
        if (await ReasonAsync(context, cancellation) is not { } reason)
        {
            return Problems.NotReadable($"Expected {{\"reason\":\"…\"}}: why the event is passed over, in 1 to {PoisonList.ReasonMax} characters.");
        }

        return services.Poison is { } poison ? Answer(position, await poison.SkipAsync(position, reason, cancellation)) : Unknown(position);
    }

    private async Task<IResult> RetryAsync(long position, HttpContext context, CancellationToken cancellation) =>
        services.Poison is { } poison ? Answer(position, await poison.RetryAsync(position, cancellation)) : Unknown(position);

    private static IResult Answer(long position, PoisonAnswer answer) => PoisonOutcome.Of(position, answer) is { } outcome ? Results.Ok(outcome) : Unknown(position);

    private static IResult Unknown(long position) => Problems.NotFound($"No fold stands still at position {position}.");

    private static async Task<string?> ReasonAsync(HttpContext context, CancellationToken cancellation)
    {
        try
        {
            var body = await JsonSerializer.DeserializeAsync<Dictionary<string, JsonElement>>(context.Request.Body, cancellationToken: cancellation);
            return body is { Count: 1 } && body.TryGetValue("reason", out var given) && given.ValueKind == JsonValueKind.String
                && given.GetString()!.Trim() is { Length: >= 1 and <= PoisonList.ReasonMax } reason
                ? reason
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

using Journey.Domain.Time;
using Journey.Host.Dispatch;
using Journey.Host.Http.Parameters;
using Journey.Host.Stores;
using Journey.Projections.ReadModels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Journey.Host.Http.Queries;

/// <param name="Id">The decision's id, which is the delivery's idempotency key.</param>
/// <param name="Reason">Why it was withheld, failed or bounced.</param>
public sealed record MessageSummary(string Id, string? Customer, string? Journey, long Version, string? Run, string? Step, string? Channel, string? Template,
    string? State, string? Reason, string? RequestedAt, string? SentAt, string? DeliveredAt, string? OpenedAt, string? ClickedAt, string? BouncedAt,
    string? ComplainedAt, string? EndedAt);

/// <summary>A delivery that failed for good and waits for a person.</summary>
public sealed record DeadLetterSummary(string Id, long Position, string Customer, string Channel, int Attempts, string FailedAt, string Reason);

/// <param name="Outcome">delivered; failed, and it stays a dead letter; or withheld, as it must not be sent any more.</param>
/// <param name="Reason">Null where it was delivered.</param>
public sealed record RetriedDelivery(string Id, string Outcome, string? Reason);

internal sealed class DeliveryEndpoints(JourneyServices services)
{
    private const string Place = "row";

    private static readonly ChoiceParameter State = new("state", "Only messages in this state.", null,
        "requested", "sent", "delivered", "opened", "clicked", "bounced", "failed", "suppressed", "complained");

    private static readonly (TextParameter Parameter, string Column)[] Filters =
    [
        (new TextParameter("channel", "Only messages on this channel.", 40), "channel"),
        (new TextParameter("journey", "Only messages of this journey."), "journey"),
        (new TextParameter("step", "Only messages of this step."), "step"),
        (new TextParameter("customer", "Only messages to this customer, by id."), "customer"),
    ];

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/deliveries", ListAsync)
            .Accepting([State, .. Filters.Select(filter => filter.Parameter), PagingParameters.Limit, PagingParameters.After])
            .WithTags("Deliveries")
            .WithSummary("Messages asked for or withheld, latest first, and what became of each")
            .Produces<Page<MessageSummary>>();
        routes.MapGet("/v1/deliveries/dead-letters", DeadLettersAsync)
            .Accepting(PagingParameters.Limit, PagingParameters.After)
            .WithTags("Deliveries")
            .WithSummary("Deliveries that failed for good, latest first")
            .Produces<Page<DeadLetterSummary>>();
        routes.MapGet("/v1/deliveries/{id}", FindAsync)
            .Accepting()
            .WithTags("Deliveries")
            .WithSummary("One message with everything that was recorded of it")
            .Produces<DeliveryDetail>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapPost("/v1/deliveries/dead-letters/{id}/retry", RetryAsync)
            .Accepting()
            .WithTags("Deliveries")
            .WithSummary("Take a dead letter up again")
            .WithDescription("The delivery is tried again under the same idempotency key.")
            .Produces<RetriedDelivery>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status501NotImplemented);
    }

    private async Task<IResult> ListAsync(HttpContext context, CancellationToken cancellation)
    {
        var limit = (int)PagingParameters.Limit.Of(context.Request)!.Value;
        var where = new List<Filter>();
        if (State.Of(context.Request) is { } state)
        {
            where.Add(new Filter("state", FilterKind.Equal, state));
        }

        foreach (var (parameter, column) in Filters)
        {
            if (parameter.Of(context.Request) is { } value)
            {
                where.Add(new Filter(column, FilterKind.Equal, value));
            }
        }

        return Results.Ok(await TableScan.PageAsync(services.State, new TableQuery(ReadModelTables.Messages, where, ["-requested_at"], limit),
            limit, PagingParameters.After.Of(context.Request), only: null, Shape, cancellation));
    }

    private async Task<IResult> FindAsync(string id, HttpContext context, CancellationToken cancellation) =>
        await DeliveryLife.ReadAsync(services.State, services.Log, id, cancellation) is { } detail ? Results.Ok(detail)
            : Problems.NotFound($"There is no message \"{id}\".");

    private async Task<IResult> DeadLettersAsync(HttpContext context, CancellationToken cancellation)
    {
        if (services.DeadLetters is not { } letters)
        {
            return Results.Ok(new Page<DeadLetterSummary>([], null));
        }

        var limit = (int)PagingParameters.Limit.Of(context.Request)!.Value;
        var at = (int)Math.Min(PagingParameters.After.Of(context.Request).Place(Place), int.MaxValue);
        var found = await letters.ListAsync(limit + 1, at, cancellation);
        return Results.Ok(new Page<DeadLetterSummary>(
            [.. found.Take(limit).Select(letter => new DeadLetterSummary(
                letter.DecisionId, letter.Position, letter.Customer, letter.Channel, letter.Attempts, Instants.ToIso(letter.FailedAt), letter.Reason))],
            found.Count > limit ? PageToken.At(Place, at + limit).Write() : null));
    }

    private async Task<IResult> RetryAsync(string id, HttpContext context, CancellationToken cancellation)
    {
        if (services.RetryDelivery is not { } retry)
        {
            return Problems.Of(StatusCodes.Status501NotImplemented, "Nothing is delivered here", "This server has no dispatcher that could take the delivery up again.");
        }

        return await retry(id, cancellation) switch
        {
            RetryAnswer.Delivered => Results.Ok(new RetriedDelivery(id, "delivered", null)),
            RetryAnswer.Failed failed => Results.Ok(new RetriedDelivery(id, "failed", failed.Reason)),
            RetryAnswer.Withheld withheld => Results.Ok(new RetriedDelivery(id, "withheld", withheld.Reason)),
            RetryAnswer.UnderWay => Problems.Of(StatusCodes.Status409Conflict, "It is being delivered now", "Somebody else took it up already; look again in a moment."),
            _ => Problems.NotFound($"There is no dead letter \"{id}\"."),
        };
    }

    internal static MessageSummary Shape(TableRow row) => new(
        row.Text("message")!, row.Text("customer"), row.Text("journey"), row.Number("version"), row.Text("run"), row.Text("step"), row.Text("channel"),
        row.Text("template"), row.Text("state"), row.Text("reason"), row.Time("requested_at"), row.Time("sent_at"), row.Time("delivered_at"),
        row.Time("opened_at"), row.Time("clicked_at"), row.Time("bounced_at"), row.Time("complained_at"),
        row.Time("ended_at"));
}

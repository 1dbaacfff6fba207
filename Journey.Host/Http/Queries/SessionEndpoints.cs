using Journey.Domain.Events;
using Journey.Host.Http.Parameters;
using Journey.Host.Stores;
using Journey.Projections.ReadModels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Journey.Host.Http.Queries;

/// <param name="Named">Its sender named it; otherwise a gap in activity bounds it.</param>
/// <param name="LinkedTo">The session in which this purchase began: an earlier one that was about the same cart.</param>
public sealed record SessionRow(string Id, string Customer, string? StartedAt, string? LastAt, long DurationSeconds, long Events, string[] Channels, bool Named,
    long CartEvents, long Orders, string? LinkedTo);

internal sealed class SessionEndpoints(JourneyServices services)
{
    private static readonly TextParameter Customer = new("customer", $"Only this customer's: {CustomerAddress.Expected}.");
    private static readonly TextParameter UsedChannel = new("channel", "Only sessions that used this channel.", ContactChannel.LengthMax);
    private static readonly TextParameter LinkedTo = new("linkedTo", "Only sessions that go on with this one.");
    private static readonly TimeParameter From = new("from", "Only sessions that went on at this time or later.");
    private static readonly TimeParameter To = new("to", "Only sessions that began before this time.");

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/sessions", ListAsync)
            .Accepting(Customer, UsedChannel, LinkedTo, From, To, PagingParameters.Limit, PagingParameters.After)
            .WithTags("Customers")
            .WithSummary("Sessions, latest first, and which of them belong to one purchase")
            .Produces<Page<SessionRow>>();

    private async Task<IResult> ListAsync(HttpContext context, CancellationToken cancellation)
    {
        var limit = (int)PagingParameters.Limit.Of(context.Request)!.Value;
        var where = new List<Filter>();
        if (Customer.Of(context.Request) is { } address)
        {
            if (await CustomerAddress.FindAsync(services.Ingest, address, cancellation) is not { } customer)
            {
                return Results.Ok(new Page<SessionRow>([], null));
            }

            where.Add(new Filter("customer", FilterKind.Equal, customer));
        }

        if (LinkedTo.Of(context.Request) is { } linkedTo)
        {
            where.Add(new Filter("linked_to", FilterKind.Equal, linkedTo));
        }

        if (From.Of(context.Request) is { } from)
        {
            where.Add(new Filter("last_at", FilterKind.GreaterOrEqual, from));
        }

        if (To.Of(context.Request) is { } to)
        {
            where.Add(new Filter("started_at", FilterKind.Less, to));
        }

        var channel = UsedChannel.Of(context.Request) is { } text ? ContactChannel.From(text).Name : null;
        return Results.Ok(await TableScan.PageAsync(services.State, new TableQuery(ReadModelTables.Sessions, where, ["-last_at"], limit),
            limit, PagingParameters.After.Of(context.Request), channel is null ? null : row => row.List("channels").Contains(channel), Shape, cancellation));
    }

    private static SessionRow Shape(TableRow row) => new(
        row.Text("session")!, row.Text("customer")!, row.Time("started_at"), row.Time("last_at"), (row.Number("last_at") - row.Number("started_at")) / 1_000,
        row.Number("events"), row.List("channels"), row.Flag("is_named"), row.Number("cart_events"), row.Number("orders"), row.Text("linked_to"));
}

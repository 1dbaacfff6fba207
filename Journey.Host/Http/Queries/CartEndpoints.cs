using Journey.Host.Http.Parameters;
using Journey.Host.Stores;
using Journey.Projections.ReadModels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Journey.Host.Http.Queries;

/// <param name="Total">In <paramref name="Currency"/>.</param>
/// <param name="Totals">Sums by currency where there are several; null: one currency.</param>
/// <param name="Products">Names or ids of the first five.</param>
/// <param name="Influenced">Converted within the recovery window after a journey's message.</param>
public sealed record CartSummary(string Customer, string Cart, string? State, string? Channel, decimal? Total, string? Currency, string? Totals,
    decimal? Quantity, long Items, string[] Products, string? Coupon, string? CheckoutState, string? CheckoutStep, string? CreatedAt, string? UpdatedAt,
    string? ActiveAt, string? AbandonedAt, string? ClosedAt, string? OrderId, bool Influenced, bool Clicked);

internal sealed class CartEndpoints(AsOf asOf)
{
    /// <summary>As the read model names them.</summary>
    public static readonly string[] States = ["active", "emptied", "abandoned", "checking out", "converted", "recovered", "expired"];

    private static readonly ChoiceParameter State = new("state", "Only carts in this state.", null, States);
    private static readonly AmountParameter MinTotal = new("minTotal", "Only carts worth at least this much, in their own currency.");
    private static readonly TextParameter Channel = new("channel", "Only carts last touched on this channel.", 40);

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/carts", ListAsync)
            .Accepting(State, MinTotal, Channel, AsOf.Parameter, PagingParameters.Limit, PagingParameters.After)
            .WithTags("Carts")
            .WithSummary("Carts, most lately active first")
            .Produces<Page<CartSummary>>()
            .ProducesProblem(StatusCodes.Status429TooManyRequests);

    internal static CartSummary Shape(TableRow row) => new(
        row.Text("customer")!, row.Text("cart")!, row.Text("state"), row.Text("channel"), row.Amount("total"), row.Text("currency"), row.Text("totals"),
        row.Amount("quantity"), row.Number("items"), row.List("products"), row.Text("coupon"), row.Text("checkout_state"), row.Text("checkout_step"),
        row.Time("created_at"), row.Time("updated_at"), row.Time("active_at"), row.Time("abandoned_at"), row.Time("closed_at"), row.Text("order_id"),
        row.Flag("influenced"), row.Flag("clicked"));

    private async Task<IResult> ListAsync(HttpContext context, CancellationToken cancellation)
    {
        var limit = (int)PagingParameters.Limit.Of(context.Request)!.Value;
        var where = new List<Filter>();
        if (State.Of(context.Request) is { } state)
        {
            where.Add(new Filter("state", FilterKind.Equal, state));
        }

        if (Channel.Of(context.Request) is { } channel)
        {
            where.Add(new Filter("channel", FilterKind.Equal, channel));
        }

        // Money is stored as text, to stay exact: the store can't compare it.
        Func<TableRow, bool>? only = MinTotal.Of(context.Request) is { } least ? row => row.Amount("total") >= least : null;
        var (models, refusal) = await asOf.ModelsAsync(context, cancellation);
        return models is null ? refusal! : Results.Ok(await TableScan.PageAsync(models, new TableQuery(ReadModelTables.Carts, where, ["-active_at"], limit),
            limit, PagingParameters.After.Of(context.Request), only, Shape, cancellation));
    }
}

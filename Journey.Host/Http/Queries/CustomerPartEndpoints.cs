using Journey.Host.Http.Parameters;
using Journey.Host.Replay;
using Journey.Host.Stores;
using Journey.Projections.ReadModels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Journey.Host.Http.Queries;

/// <summary>One customer's carts, runs and segments, a page at a time, now or as of a moment.</summary>
internal sealed class CustomerPartEndpoints(JourneyServices services, AsOf asOf)
{
    /// <summary>Merges followed from one customer to the survivor.</summary>
    private const int MergesMax = 100;

    public void Map(IEndpointRouteBuilder routes)
    {
        Part(routes, "carts", "One customer's carts, most lately active first", ReadModelTables.Carts, "-active_at", CartEndpoints.Shape);
        Part(routes, "runs", "One customer's runs of journeys, latest first", ReadModelTables.Runs, "-entered_at", CustomerEndpoints.RunOf);
        routes.MapGet("/v1/customers/{id}/segments", SegmentsAsync)
            .Accepting(AsOf.Parameter)
            .WithTags("Customers")
            .WithSummary("The segments that one customer is in, by name")
            .Produces<Page<string>>()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private void Part<T>(IEndpointRouteBuilder routes, string part, string summary, TableDefinition table, string order, Func<TableRow, T> shape) =>
        routes.MapGet($"/v1/customers/{{id}}/{part}", (string id, HttpContext context, CancellationToken cancellation) => PageAsync(id, table, order, shape, context, cancellation))
            .Accepting(AsOf.Parameter, PagingParameters.Limit, PagingParameters.After)
            .WithTags("Customers")
            .WithSummary(summary)
            .WithDescription($"id is {CustomerAddress.Expected}.")
            .Produces<Page<T>>()
            .ProducesProblem(StatusCodes.Status404NotFound);

    private async Task<IResult> PageAsync<T>(string id, TableDefinition table, string order, Func<TableRow, T> shape, HttpContext context, CancellationToken cancellation)
    {
        var (customer, models) = await FindAsync(id, context, cancellation);
        if (models is null)
        {
            return NotFound(id, context);
        }

        var limit = (int)PagingParameters.Limit.Of(context.Request)!.Value;
        var query = new TableQuery(table, [new Filter("customer", FilterKind.Equal, customer)], [order], limit);
        return Results.Ok(await TableScan.PageAsync(models, query, limit, PagingParameters.After.Of(context.Request), null, shape, cancellation));
    }

    private async Task<IResult> SegmentsAsync(string id, HttpContext context, CancellationToken cancellation)
    {
        var (customer, models) = await FindAsync(id, context, cancellation);
        return models is not null && await RowAsync(models, customer, cancellation) is { } row ? Results.Ok(new Page<string>(row.List("segments"), null)) : NotFound(id, context);
    }

    /// <returns>The customer, or the survivor where they were merged, and where to read; no models: there is no such customer, then or now.</returns>
    private async ValueTask<(string Customer, IReadModels? Models)> FindAsync(string id, HttpContext context, CancellationToken cancellation)
    {
        if (AsOf.Parameter.Of(context.Request) is { } moment)
        {
            return await asOf.CustomerAsync(id, moment, cancellation) is { } replayed ? (replayed.Customer, new RowTables(replayed.Rows)) : ("", null);
        }

        var customer = await CustomerAddress.FindAsync(services.Ingest, id, cancellation);
        for (var merges = 0; customer is not null && merges < MergesMax; merges++)
        {
            if (await RowAsync(services.State, customer, cancellation) is not { } row)
            {
                return ("", null);
            }

            if (row.Text("merged_into") is not { } survivor)
            {
                return (customer, services.State);
            }

            customer = survivor;
        }

        return ("", null);
    }

    private static async ValueTask<TableRow?> RowAsync(IReadModels models, string customer, CancellationToken cancellation)
    {
        var rows = await models.QueryAsync(new TableQuery(ReadModelTables.Customers, [new Filter("customer", FilterKind.Equal, customer)], [], 1), cancellation);
        return rows.Count == 0 ? null : new TableRow(ReadModelTables.Customers, rows[0]);
    }

    private static IResult NotFound(string id, HttpContext context) =>
        AsOf.Parameter.Of(context.Request) is { } moment ? AsOf.NotFound(id, moment)
        : Problems.NotFound($"There is no customer \"{id}\"; expected {CustomerAddress.Expected}.");
}

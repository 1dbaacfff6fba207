using Journey.Host.Http.Parameters;
using Journey.Host.Stores;
using Journey.Projections.ReadModels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Journey.Host.Http.Queries;

/// <summary>One run and whose it is.</summary>
public sealed record CustomerRun(string Customer, RunSummary Run);

/// <summary>The runs of one journey, now or as of a moment.</summary>
internal sealed class RunEndpoints(AsOf asOf)
{
    private static readonly ChoiceParameter State = new("state", "Only runs under way, or only those that ended.", null, "active", "ended");
    private static readonly TextParameter Step = new("step", "Only runs at this step.");

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/journeys/{name}/runs", ListAsync)
            .Accepting(State, Step, AsOf.Parameter, PagingParameters.Limit, PagingParameters.After)
            .WithTags("Journeys")
            .WithSummary("Runs of one journey, latest first")
            .Produces<Page<CustomerRun>>()
            .ProducesProblem(StatusCodes.Status429TooManyRequests);

    private async Task<IResult> ListAsync(string name, HttpContext context, CancellationToken cancellation)
    {
        var (models, refusal) = await asOf.ModelsAsync(context, cancellation);
        if (models is null)
        {
            return refusal!;
        }

        var limit = (int)PagingParameters.Limit.Of(context.Request)!.Value;
        var where = new List<Filter> { new("journey", FilterKind.Equal, name) };
        if (Step.Of(context.Request) is { } step)
        {
            where.Add(new Filter("step", FilterKind.Equal, step));
        }

        Func<TableRow, bool>? only = State.Of(context.Request) is { } state ? row => row.Time("ended_at") is null == (state == "active") : null;
        return Results.Ok(await TableScan.PageAsync(models, new TableQuery(ReadModelTables.Runs, where, ["-entered_at"], limit), limit,
            PagingParameters.After.Of(context.Request), only, row => new CustomerRun(row.Text("customer")!, CustomerEndpoints.RunOf(row)), cancellation));
    }
}

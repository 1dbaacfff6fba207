using Journey.Domain.Personal;
using Journey.Domain.Time;
using Journey.Host.Http.Parameters;
using Journey.Host.Http.Queries;
using Journey.Host.Personal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Journey.Host.Http.Personal;

/// <param name="Confirm">The customer's id, so that nobody is erased by a slip.</param>
/// <param name="Reason">For the record; no personal data in it.</param>
/// <param name="Together">Those who were merged with the customer and parted again are erased too.</param>
public sealed record EraseRequest(string? Confirm, string? Reason, bool Together = false);

/// <summary>Somebody whose data cannot be told from the customer's: both are erased, or neither.</summary>
public sealed record PartedReport(string Customer, IReadOnlyList<string> Customers, IReadOnlyList<string> Identifiers, long Events);

/// <param name="Customers">Everybody who turned out to be the same person: all are erased.</param>
/// <param name="Identifiers">"kind:value"; before the erasure only.</param>
/// <param name="Parted">Those who were merged with the customer and parted again: none of them is erased without the others.</param>
/// <param name="Position">Where "Customer Erased" stands in the log; null: nothing was erased yet.</param>
/// <param name="WasErased">It had been erased before.</param>
/// <param name="Clean">Nothing overwritten is left in the store's files; false: somebody was reading, ask again.</param>
public sealed record ErasureReport(
    string Customer, IReadOnlyList<string> Customers, IReadOnlyList<string> Identifiers, long Events, IReadOnlyList<PartedReport> Parted, string? ErasedAt, long? Position,
    bool WasErased, bool Clean)
{
    public static ErasureReport Of(ErasurePlan plan) =>
        new(plan.Customer, plan.Customers, plan.Identifiers, plan.Events, PartedFrom(plan, hide: false), plan.ErasedAt is { } at ? Instants.ToIso(at) : null, null, plan.ErasedAt is not null, false);

    public static ErasureReport Of(ErasureResult result, long at) =>
        new(result.Plan.Customer, result.Plan.Customers, [], result.Plan.Events, PartedFrom(result.Plan, hide: true), Instants.ToIso(result.Plan.ErasedAt ?? at), result.Position,
            result.WasErased, result.IsClean);

    private static IReadOnlyList<PartedReport> PartedFrom(ErasurePlan plan, bool hide) =>
        [.. plan.Parted.Select(one => new PartedReport(one.Customer, one.Customers, hide ? [] : one.Identifiers, one.Events))];
}

/// <summary>What the law gives a person: to see everything that is held, and to have it erased.</summary>
internal sealed class PersonalEndpoints(JourneyServices services)
{
    private static readonly ChoiceParameter DryRun = new("dryRun", "true: answer what would be erased, and erase nothing.", "false", "true", "false");

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/customers/{id}/export", ExportAsync)
            .Accepting()
            .WithTags("Customers")
            .WithSummary("Everything that is held on one customer, as a JSON file")
            .WithDescription($"id is {CustomerAddress.Expected}. Events, rows of read models, traits and identifiers, of everybody who turned out to be the same person.")
            .Produces<string>(StatusCodes.Status200OK, "application/json")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status501NotImplemented);
        routes.MapPost("/v1/customers/{id}/erase", EraseAsync)
            .Accepting(DryRun)
            .WithTags("Customers")
            .WithSummary("Destroy a customer's personal data, for good")
            .WithDescription($"id is {CustomerAddress.Expected}. The body is {{\"confirm\":\"the customer's id\",\"reason\":\"…\"}}, with \"together\":true for those too "
                + "who were merged with them and parted again. Events stay, without what they say of the person. "
                + "Repeating it does what an interruption left undone.")
            .Accepts<EraseRequest>(isOptional: true, "application/json")
            .Produces<ErasureReport>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status501NotImplemented);
    }

    private async Task<IResult> ExportAsync(string id, HttpContext context, CancellationToken cancellation)
    {
        if (services.Personal is not { } personal)
        {
            return NotHere();
        }

        if (await personal.Erasure.PlanAsync(id, cancellation) is not { } plan)
        {
            return NotFound(id);
        }

        context.Response.Headers.CacheControl = "no-store";
        return Results.Stream(
            output => personal.Export.WriteAsync(plan.Customer, output, services.Time.GetUtcNow().ToUnixTimeMilliseconds(), cancellation),
            "application/json",
            $"{plan.Customer}.json");
    }

    private async Task<IResult> EraseAsync(string id, HttpContext context, EraseRequest? request, CancellationToken cancellation)
    {
        if (services.Personal is not { } personal)
        {
            return NotHere();
        }

        if (await personal.Erasure.PlanAsync(id, cancellation) is not { } plan)
        {
            return NotFound(id);
        }

        if (DryRun.Of(context.Request) == "true")
        {
            return Results.Ok(ErasureReport.Of(plan));
        }

        if (request?.Confirm != plan.Customer)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "Not confirmed",
                $"Nothing was erased. To confirm, the body says {{\"confirm\":\"{plan.Customer}\"}}: the id of the customer who would be erased.");
        }

        if (request.Reason is { Length: > Erasure.ReasonLengthMax })
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "The reason is too long", $"A reason has at most {Erasure.ReasonLengthMax} characters. Nothing was erased.");
        }

        if (plan.Parted.Count > 0 && !request.Together)
        {
            return Problems.Of(StatusCodes.Status409Conflict, "Two people's data",
                $"{ErasurePlan.RefusalOf(plan.Customer, plan.Parted.Select(static other => other.Customer))} \"together\":true in the body erases them all.");
        }

        // Begun is done: a sender who hangs up does not leave half of an erasure behind.
        var result = await personal.Erasure.EraseAsync(plan, request.Reason, CancellationToken.None);
        return Results.Ok(ErasureReport.Of(result, services.Time.GetUtcNow().ToUnixTimeMilliseconds()));
    }

    private static IResult NotFound(string id) => Problems.NotFound($"There is no customer \"{id}\"; expected {CustomerAddress.Expected}.");

    private static IResult NotHere() => Problems.Of(StatusCodes.Status501NotImplemented, "Not here", "This server's store keeps no personal data apart.");
}

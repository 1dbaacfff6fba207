using Journey.Host.Cli.Commands;
using Journey.Host.Http.Parameters;
using Journey.Host.Why;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Journey.Host.Http.Queries;

/// <summary>Why a journey did, or did not do, something for one customer.</summary>
internal sealed class WhyEndpoint(JourneyServices services, AsOf asOf)
{
    private static readonly TextParameter Journey = new("journey", "The journey or rule asked about. Must be given.");
    private static readonly TimeParameter At = new("at", "As things stood then: only what had arrived by that moment.");
    private static readonly NumberParameter Limit = new("limit", "Most entries to answer: the latest, oldest first.", 1, 1_000, 50);

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/customers/{id}/why", AnswerAsync)
            .Accepting(Journey, At, Limit)
            .WithTags("Customers")
            .WithSummary("Why a journey did, or did not do, something for one customer")
            .WithDescription($"id is {CustomerAddress.Expected}. Derived by folding this one customer again, with the engine's trace on: nothing is written or sent.")
            .Produces<WhyReport>()
            .ProducesProblem(StatusCodes.Status404NotFound);

    private async Task<IResult> AnswerAsync(string id, HttpContext context, CancellationToken cancellation)
    {
        if (Journey.Of(context.Request) is not { } journey)
        {
            return Problems.Parameters(new Dictionary<string, string[]> { ["journey"] = ["expected the name of a journey or rule."] });
        }

        var query = new WhyQuery(await asOf.SourceAsync(cancellation));
        if (!query.Journeys.Contains(journey))
        {
            return Problems.NotFound(WhyCommand.UnknownJourney(journey, query.Journeys));
        }

        return await CustomerAddress.FindAsync(services.Ingest, id, cancellation) is { } customer
            && await query.AnswerAsync(customer, journey, At.Of(context.Request), (int)Limit.Of(context.Request)!.Value, cancellation) is { } answer
            ? Results.Ok(WhyReport.Of(answer))
            : Problems.NotFound($"There is no customer \"{id}\"; expected {CustomerAddress.Expected}.");
    }
}

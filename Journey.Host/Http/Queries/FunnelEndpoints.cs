using Journey.Domain.Language;
using Journey.Host.Funnels;
using Journey.Host.Http.Documents;
using Journey.Host.Http.OpenApi;
using Journey.Host.Http.Parameters;
using Journey.Host.Ingestion;
using Journey.Host.Maps;
using Journey.Projections.Funnels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Journey.Host.Http.Queries;

internal sealed class FunnelEndpoints(JourneyServices services, MapReader maps, IngestLimits limits)
{
    private const string Tag = "Funnels";

    private static readonly ChoiceParameter Counting = new("counting",
        "closed: only who came through the stages before. open: every stage by itself. Left out: as the document says.", null, "closed", "open");

    private readonly FunnelReader _reader = new(maps.Desk);

    public void Map(IEndpointRouteBuilder routes)
    {
        QueryParameter[] query = [Counting, SliceParameters.Channel, SliceParameters.Segment, SliceParameters.From, SliceParameters.To];
        routes.MapGet("/v1/funnels", List).Accepting().WithTags(Tag).WithSummary("Published funnels").Produces<Page<FunnelSummary>>();
        routes.MapGet("/v1/funnels/{name}", CountAsync).Accepting(query).WithTags(Tag)
            .WithSummary("A funnel, counted over all of history or a part of it")
            .Produces<FunnelReport>().ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapPost("/v1/funnels/preview", PreviewAsync).Accepting(query).WithTags(Tag)
            .WithSummary("A funnel that is not published yet, counted over history")
            .WithMetadata(new DescribedBody("One funnel document.", "application/yaml", "text/plain"))
            .Produces<FunnelReport>().ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    private IResult List(HttpContext context) => Results.Ok(new Page<FunnelSummary>(FunnelSummary.Of(services.Definitions()), null));

    private Task<IResult> CountAsync(string name, HttpContext context, CancellationToken cancellation) => ScanAnswers.OfAsync(async () =>
        services.Definitions().Funnels.TryGetValue(name, out var funnel)
            ? Results.Ok(await _reader.CountAsync(funnel, QueryOf(context.Request, funnel), null, cancellation))
            : Problems.NotFound($"No funnel named \"{name}\" is published.{(NearMiss.Of(name, [.. services.Definitions().Funnels.Keys]) is { } meant ? $" Did you mean \"{meant}\"?" : "")}"));

    private Task<IResult> PreviewAsync(HttpContext context, CancellationToken cancellation) => ScanAnswers.OfAsync(async () =>
    {
        var (draft, answer) = await DraftBody.ReadAsync<FunnelDefinition>(context, "funnel", limits, services.Definitions());
        return draft is null ? answer! : Results.Ok(await _reader.CountAsync(draft, QueryOf(context.Request, draft), null, cancellation));
    });

    private static FunnelQuery QueryOf(HttpRequest request, FunnelDefinition funnel) => new(
        Counting.Of(request) is { } counting ? counting == "open" : funnel.Open,
        SliceParameters.Channel.Of(request), SliceParameters.Segment.Of(request), SliceParameters.From.Of(request), SliceParameters.To.Of(request));
}

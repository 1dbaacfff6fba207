using Journey.Domain.Language;
using Journey.Host.Http.Documents;
using Journey.Host.Http.OpenApi;
using Journey.Host.Ingestion;
using Journey.Host.Segments;
using Journey.Host.Stores;
using Journey.Projections.ReadModels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Journey.Host.Http.Parameters;

namespace Journey.Host.Http.Queries;

internal sealed class SegmentQueryEndpoints(JourneyServices services, AsOf asOf, IngestLimits limits)
{
    private const string Tag = "Segments";

    private readonly SegmentReader _reader = new(services.State);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/segments", ListAsync).Accepting().WithTags(Tag)
            .WithSummary("Published segments and their sizes").Produces<Page<SegmentSummary>>();
        routes.MapGet("/v1/segments/{name}", ReadAsync).Accepting().WithTags(Tag)
            .WithSummary("One segment, and its size over time").Produces<SegmentReport>().ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapGet("/v1/segments/{name}/customers", MembersAsync).Accepting(AsOf.Parameter, PagingParameters.Limit, PagingParameters.After).WithTags(Tag)
            .WithSummary("Who is in a segment, by customer id").Produces<Page<SegmentMember>>()
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status429TooManyRequests);
        routes.MapPost("/v1/segments/preview", PreviewAsync).Accepting().WithTags(Tag)
            .WithSummary("Who would be in a segment that is not published yet, who would enter and who would leave")
            .WithMetadata(new DescribedBody("One segment document.", "application/yaml", "text/plain"))
            .Produces<SegmentPreviewReport>()
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    private async Task<IResult> ListAsync(HttpContext context, CancellationToken cancellation) =>
        Results.Ok(new Page<SegmentSummary>(await _reader.ListAsync(services.Definitions(), cancellation), null));

    private async Task<IResult> ReadAsync(string name, HttpContext context, CancellationToken cancellation) =>
        services.Definitions().Segments.TryGetValue(name, out var segment) ? Results.Ok(await _reader.ReadAsync(segment, cancellation)) : NotPublished(name);

    private async Task<IResult> MembersAsync(string name, HttpContext context, CancellationToken cancellation)
    {
        if (!services.Definitions().Segments.ContainsKey(name))
        {
            return NotPublished(name);
        }

        var limit = (int)PagingParameters.Limit.Of(context.Request)!.Value;
        var query = new TableQuery(ReadModelTables.SegmentMembers, [new Filter("segment", FilterKind.Equal, name)], [], limit);
        var (models, refusal) = await asOf.ModelsAsync(context, cancellation);
        return models is null ? refusal! : Results.Ok(await TableScan.PageAsync(
            models, query, limit, PagingParameters.After.Of(context.Request), null,
            static row => new SegmentMember(row.Text("customer")!, row.Time("entered_at")!), cancellation));
    }

    private async Task<IResult> PreviewAsync(HttpContext context, CancellationToken cancellation)
    {
        var definitions = services.Definitions();
        var (draft, answer) = await DraftBody.ReadAsync<SegmentDefinition>(context, "segment", limits, definitions);
        return draft is null
            ? answer!
            : Results.Ok(await _reader.PreviewAsync(draft, definitions, services.Time.GetUtcNow().ToUnixTimeMilliseconds(), null, cancellation));
    }

    private IResult NotPublished(string name) => Problems.NotFound(
        $"No segment named \"{name}\" is published.{(NearMiss.Of(name, [.. services.Definitions().Segments.Keys]) is { } meant ? $" Did you mean \"{meant}\"?" : "")}");
}

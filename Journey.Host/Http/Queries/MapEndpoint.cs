using System.Text;
using System.Text.Json;
using Journey.Host.Http.Parameters;
using Journey.Host.Maps;
using Journey.Host.Scans;
using Journey.Projections.Maps;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Journey.Host.Http.Queries;

/// <summary>The journey map: a directly-follows graph, its variants, who goes along an arc, and pictures of it.</summary>
internal sealed class MapEndpoint(MapReader maps)
{
    private const string Tag = "Journey map";

    private static readonly ChoiceParameter Case = new("case", "Whose events make one trace: a customer's or a session's.", "customer", "customer", "session");
    private static readonly ChoiceParameter Activity = new("activity", "What makes two events the same activity.", "name", "name", "channel", "name-channel");
    private static readonly NumberParameter Top = new("top", "Only the most frequent activities, and the edges between them.", 1, 10_000, null);
    private static readonly ChoiceParameter View = new("view", "The order of events: as they arrived, or as they happened.", "arrival", "arrival", "occurrence");
    private static readonly ChoiceParameter Stages = new("stages",
        "true: event names count as the stage the workspace puts them into. only: without names that are in no stage.", "false", "false", "true", "only");

    private static readonly ChoiceParameter Exact = new("exact", "true: computed from the log, though the sums kept live would do.", "false", "true", "false");
    private static readonly ChoiceParameter Format = new("format", "What to write.", "svg", "dot", "mermaid", "svg", "json");
    private static readonly TextParameter ArcFrom = new("from_", "The activity that the arc leaves from, as the map calls it.");
    private static readonly TextParameter ArcTo = new("to_", "The activity that the arc leads to.");

    public void Map(IEndpointRouteBuilder routes)
    {
        QueryParameter[] query = [Case, Activity, SliceParameters.Channel, SliceParameters.Segment, SliceParameters.From, SliceParameters.To, SliceParameters.AsOf, View, Stages];
        routes.MapGet("/v1/maps", ReadAsync)
            .Accepting([.. query, Exact, Top])
            .WithTags(Tag)
            .WithSummary("The journey map: activities, what directly follows what, starts and ends")
            .WithDescription("Without a slice it comes out of sums that are kept live; then medians and percentiles are up to 0.8% off, and isExact is false. "
                + "Anything else is computed from the log: one computation at a time, each answer kept until the log grows.")
            .Produces<JourneyMap>();
        routes.MapGet("/v1/maps/variants", VariantsAsync)
            .Accepting([.. query, PagingParameters.Limit, PagingParameters.After])
            .WithTags(Tag)
            .WithSummary("Distinct sequences of activities, most frequent first; at most 1,000")
            .Produces<Page<MapVariant>>();
        routes.MapGet("/v1/maps/customers", CustomersAsync)
            .Accepting([ArcFrom, ArcTo, .. query, PagingParameters.Limit, PagingParameters.After])
            .WithTags(Tag)
            .WithSummary("Who goes along one arc of the map, most often first")
            .Produces<Page<ArcCustomer>>();
        routes.MapGet("/v1/maps/export", ExportAsync)
            .Accepting([Format, .. query, Exact, Top])
            .WithTags(Tag)
            .WithSummary("The journey map for Graphviz (dot), for Markdown (mermaid), as a picture (svg) or as JSON")
            .Produces<string>(contentType: "image/svg+xml");
    }

    private Task<IResult> ReadAsync(HttpContext context, CancellationToken cancellation) =>
        ScanAnswers.OfAsync(async () => Results.Ok(await MapAsync(context.Request, cancellation)));

    private Task<IResult> VariantsAsync(HttpContext context, CancellationToken cancellation) => ScanAnswers.OfAsync(async () =>
        Results.Ok(ScanAnswers.Page((await maps.ComputeAsync(QueryOf(context.Request), null, cancellation)).Variants.Items, context.Request)));

    private Task<IResult> CustomersAsync(HttpContext context, CancellationToken cancellation) => ScanAnswers.OfAsync(async () =>
    {
        if (ArcFrom.Of(context.Request) is not { } from || ArcTo.Of(context.Request) is not { } to)
        {
            throw new ScanRequestException(ArcFrom.Of(context.Request) is null ? ArcFrom.Name : ArcTo.Name, "is missing; expected an activity, as the map calls it.");
        }

        return Results.Ok(ScanAnswers.Page(await maps.CustomersAsync(QueryOf(context.Request), from, to, cancellation), context.Request));
    });

    private Task<IResult> ExportAsync(HttpContext context, CancellationToken cancellation) => ScanAnswers.OfAsync(async () =>
    {
        var map = await MapAsync(context.Request, cancellation);
        return Format.Of(context.Request) switch
        {
            "dot" => Results.Text(MapText.Dot(map), "text/vnd.graphviz", Encoding.UTF8),
            "mermaid" => Results.Text(MapText.Mermaid(map), "text/plain", Encoding.UTF8),
            "json" => Results.Json(map, new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = true }),
            _ => Results.Text(MapSvg.Write(map), "image/svg+xml", Encoding.UTF8),
        };
    });

    private async Task<JourneyMap> MapAsync(HttpRequest request, CancellationToken cancellation)
    {
        var map = await maps.ReadWithHappyPathAsync(QueryOf(request) with { Exact = Exact.Of(request) == "true" }, cancellation);
        return Top.Of(request) is { } top ? map.MostFrequent((int)top) : map;
    }

    private static MapQuery QueryOf(HttpRequest request) => new(MapNotions.CaseFrom(Case.Of(request)!)!.Value, MapNotions.ActivityFrom(Activity.Of(request)!)!.Value)
    {
        Channel = SliceParameters.Channel.Of(request),
        Segment = SliceParameters.Segment.Of(request),
        From = SliceParameters.From.Of(request),
        To = SliceParameters.To.Of(request),
        AsOf = SliceParameters.AsOf.Of(request),
        ByOccurrence = View.Of(request) == "occurrence",
        Stages = Stages.Of(request) switch { "true" => MapStages.Group, "only" => MapStages.Only, _ => MapStages.Off },
    };
}

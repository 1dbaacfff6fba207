using Journey.Host.Http.Parameters;
using Journey.Host.Running;
using Journey.Projections.Maps;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Journey.Host.Http.Queries;

/// <summary>The journey map: a directly-follows graph.</summary>
internal sealed class MapEndpoint(JourneyServices services) : IDisposable
{
    private static readonly ChoiceParameter Case = new("case", "Whose events make one trace: a customer's or a session's.", "customer", "customer", "session");
    private static readonly ChoiceParameter Activity = new("activity", "What makes two events the same activity.", "name", "name", "channel", "name-channel");
    private static readonly NumberParameter Top = new("top", "Only the most frequent activities, and the edges between them.", 1, 10_000, null);

    // A map is read whole: several at once would hold every reader of the store.
    private readonly SemaphoreSlim _one = new(1, 1);

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/maps", ReadAsync)
            .Accepting(Case, Activity, Top)
            .WithTags("Journey map")
            .WithSummary("The journey map: activities, what directly follows what, starts and ends")
            .Produces<JourneyMap>();

    public void Dispose() => _one.Dispose();

    private async Task<IResult> ReadAsync(HttpContext context, CancellationToken cancellation)
    {
        var caseNotion = MapNotions.CaseFrom(Case.Of(context.Request)!)!.Value;
        var activityNotion = MapNotions.ActivityFrom(Activity.Of(context.Request)!)!.Value;
        await _one.WaitAsync(cancellation);
        try
        {
            var map = await MapReading.ReadAsync(services.State, caseNotion, activityNotion, cancellation);
            return Results.Ok(Top.Of(context.Request) is { } top ? MostFrequent(map, (int)top) : map);
        }
        finally
        {
            _one.Release();
        }
    }

    private static JourneyMap MostFrequent(JourneyMap map, int top)
    {
        var kept = map.Activities.Take(top).Select(activity => activity.Name).ToHashSet();
        return map with
        {
            Activities = [.. map.Activities.Take(top)],
            Edges = [.. map.Edges.Where(edge => kept.Contains(edge.From) && kept.Contains(edge.To))],
            Starts = [.. map.Starts.Where(start => kept.Contains(start.Name))],
            Ends = [.. map.Ends.Where(end => kept.Contains(end.Name))],
        };
    }
}

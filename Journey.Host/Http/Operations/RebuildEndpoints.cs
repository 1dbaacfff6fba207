using Journey.Domain.Time;
using Journey.Host.Http.Parameters;
using Journey.Host.Http.Queries;
using Journey.Host.Running.Rebuilding;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Journey.Host.Http.Operations;

/// <param name="Name">The projection, or "all".</param>
/// <param name="State">running, paused, caught-up, swapped, failed or cancelled.</param>
/// <param name="Done">Events folded, of <paramref name="Total"/>.</param>
/// <param name="ResumedAt">What had been done when the server took the rebuild up from an earlier process; 0: it began it.</param>
/// <param name="EtaSeconds">Null: not known, or nothing is left to do.</param>
/// <param name="Reason">Why it failed or was cancelled.</param>
/// <param name="Position">The event that it failed at.</param>
public sealed record RebuildReport(
    int Id, string Name, string State, long Done, long Total, long ResumedAt, double RatePerSecond, double? EtaSeconds,
    string StartedAt, string? EndedAt, string? Reason, long? Position)
{
    public static RebuildReport Of(RebuildStatus status) => new(
        status.Id, status.Name, status.State, status.Done, status.Total, status.ResumedAt, Math.Round(status.RatePerSecond, 1),
        status.EtaSeconds is { } eta ? Math.Round(eta, 1) : null,
        Instants.ToIso(status.StartedAt), status.EndedAt is { } at ? Instants.ToIso(at) : null, status.Reason, status.Position);
}

/// <summary>Rebuilding read models beside the live ones.</summary>
internal sealed class RebuildEndpoints(JourneyServices services)
{
    private const string Tag = "Operations";

    public void Map(IEndpointRouteBuilder routes)
    {
        Changing(routes.MapPost("/v1/projections/{name}/rebuild", StartAsync).Accepting(), "Rebuild a projection's tables, or all of them, beside the live ones")
            .WithDescription("The live tables go on serving until the new ones are complete, and are replaced in one transaction. One rebuild runs at a time.")
            .Produces<RebuildReport>(StatusCodes.Status202Accepted);
        routes.MapGet("/v1/rebuilds", ListAsync).Accepting().WithTags(Tag)
            .WithSummary("The latest rebuilds, the newest first, with progress")
            .Produces<Page<RebuildReport>>();
        routes.MapGet("/v1/rebuilds/{id:int}", FindAsync).Accepting().WithTags(Tag)
            .WithSummary("One rebuild: how far it has come, or what became of it")
            .Produces<RebuildReport>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        MapChange(routes, "pause", "Pause a rebuild: what it has done stays", static (rebuilder, id, stop) => rebuilder.PauseAsync(id, stop));
        MapChange(routes, "resume", "Let a paused rebuild go on", static (rebuilder, id, stop) => rebuilder.ResumeAsync(id, stop));
        MapChange(routes, "cancel", "Give a rebuild up: the live tables stay as they are", static (rebuilder, id, stop) => rebuilder.CancelAsync(id, stop));
    }

    private void MapChange(IEndpointRouteBuilder routes, string verb, string summary, Func<Rebuilder, int, CancellationToken, Task<RebuildAnswer>> change) =>
        Changing(
            routes.MapPost($"/v1/rebuilds/{{id:int}}/{verb}", async (int id, CancellationToken cancellation) => services.Rebuilder is { } rebuilder
                ? Answer(await change(rebuilder, id, cancellation), StatusCodes.Status200OK, $"There is no rebuild {id}.")
                : Nothing()).Accepting(),
            summary).Produces<RebuildReport>();

    private static RouteHandlerBuilder Changing(RouteHandlerBuilder endpoint, string summary) => endpoint
        .WithTags(Tag)
        .WithSummary(summary)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status501NotImplemented);

    private async Task<IResult> StartAsync(string name, CancellationToken cancellation)
    {
        if (services.Rebuilder is not { } rebuilder)
        {
            return Nothing();
        }

        var answer = await rebuilder.StartAsync(name, cancellation);
        var meant = answer is RebuildAnswer.Unknown { Meant: { } near } ? $" Did you mean \"{near}\"?" : "";
        return Answer(answer, StatusCodes.Status202Accepted, $"There is no projection \"{name}\"; expected all, or one of {string.Join(", ", Rebuilder.Projections)}.{meant}");
    }

    private async Task<IResult> ListAsync(HttpContext context, CancellationToken cancellation) => Results.Ok(
        new Page<RebuildReport>(services.Rebuilder is { } rebuilder ? [.. (await rebuilder.ListAsync(cancellation)).Select(RebuildReport.Of)] : [], null));

    private async Task<IResult> FindAsync(int id, HttpContext context, CancellationToken cancellation) =>
        services.Rebuilder is { } rebuilder && (await rebuilder.ListAsync(cancellation)).FirstOrDefault(known => known.Id == id) is { } found
            ? Results.Ok(RebuildReport.Of(found))
            : Problems.NotFound($"There is no rebuild {id}; the latest {Rebuilder.ListedMax} are remembered.");

    private static IResult Answer(RebuildAnswer answer, int status, string unknown) => answer switch
    {
        RebuildAnswer.Started started => Results.Json(RebuildReport.Of(started.Status), statusCode: status),
        RebuildAnswer.Refused refused => Problems.Of(StatusCodes.Status409Conflict, "It can't be done now", refused.Reason),
        _ => Problems.NotFound(unknown),
    };

    private static IResult Nothing() => Problems.Of(StatusCodes.Status501NotImplemented, "Nothing is folded here", "This server has no processor whose read models could be rebuilt.");
}

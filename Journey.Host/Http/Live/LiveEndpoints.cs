using Journey.Domain.EventLog;
using Journey.Host.Http.Parameters;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Journey.Host.Http.Live;

internal sealed class LiveEndpoints(JourneyServices services, OverviewReader overviews, Pulse pulse, int clientsMax, IHostApplicationLifetime lifetime)
{
    private static readonly NumberParameter Events = new(
        "events", "The most events per second to send; what is beyond is dropped, and said so. 0: overviews only.", 0, LiveLimits.EventsMax, LiveLimits.EventsDefault);

    private readonly LiveFeed _feed = new(services.Log, overviews, TimeProvider.System);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/overview", async (CancellationToken cancellation) => Results.Ok(await overviews.ReadAsync(cancellation)))
            .Accepting()
            .WithTags("Operations")
            .WithSummary("How everything stands now")
            .Produces<Overview>();
        routes.MapGet("/v1/live", (Delegate)FollowAsync)
            .Accepting(Events)
            .WithTags("Operations")
            .WithSummary("What is committed, as it happens")
            .WithDescription("Server-sent events: \"event\" and \"decision\" (a LiveEvent), \"overview\" once a second, \"dropped\" with a count. "
                + "A client that comes back with Last-Event-ID goes on from there; up to a page of events may come again, with the same positions.")
            .Produces<string>(StatusCodes.Status200OK, EventStreamWriter.ContentType)
            .ProducesProblem(StatusCodes.Status429TooManyRequests);
    }

    private async Task<IResult> FollowAsync(HttpContext context)
    {
        Checkpoint? from = null;
        if (context.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last)
        {
            if (!IsCheckpoint(last))
            {
                return Problems.Parameters(new Dictionary<string, string[]> { ["Last-Event-ID"] = ["expected the id of an earlier message."] });
            }

            from = new Checkpoint(last);
        }

        using var watching = pulse.Watch();
        if (pulse.Watchers > clientsMax)
        {
            context.Response.Headers.RetryAfter = "5";
            return Problems.Of(StatusCodes.Status429TooManyRequests, "Too many follow already", $"At most {clientsMax:N0} clients can follow at once.");
        }

        context.Response.ContentType = EventStreamWriter.ContentType;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            await _feed.WriteAsync(context.Response, from, (int)Events.Of(context.Request)!.Value, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The client went, or the server stops: either way the feed has ended as it should.
        }

        return Results.Empty;
    }

    private bool IsCheckpoint(string text)
    {
        try
        {
            return services.Log.PositionOf(new Checkpoint(text)) >= 0;
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or OverflowException)
        {
            return false;
        }
    }
}

using Journey.Host.Http.Parameters;
using Journey.Host.Reports;
using Journey.Host.Stores;
using Journey.Projections.ReadModels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Journey.Host.Http.Queries;

/// <param name="StepSince">Since when it has been at its step; null: it ended.</param>
public sealed record RunRow(string Run, string Customer, string? Journey, long Version, string? Key, string? Step, string? StepSince, bool Holdout,
    string? EnteredAt, string? WaitingUntil, string? GoalAt, string? EndedAt, string? ExitReason, long Messages);

/// <summary>What carts, journeys and deliveries come to.</summary>
internal sealed class ResultEndpoints(JourneyServices services)
{
    internal static readonly TimeParameter From = new("from", "From this instant on. Day counts are taken of whole days (UTC).");
    internal static readonly TimeParameter To = new("to", "Before this instant.");

    private static readonly TextParameter Channel = new("channel", "Only this channel.", 40);
    private static readonly TextParameter Journey = new("journey", "Only this journey.");
    private static readonly TextParameter Step = new("step", "Only runs at, or last seen at, this step.");
    private static readonly NumberParameter Version = new("version", "Only this version.", 1, int.MaxValue, null);
    private static readonly ChoiceParameter State = new("state", "Only runs in this state.", null, "active", "ended");
    private static readonly ChoiceParameter By = new("by", "What to count by.", "channel", DeliveryStatistics.Dimensions);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/carts/stats", CartsAsync)
            .Accepting(From, To, Channel)
            .WithTags("Carts")
            .WithSummary("What is left behind in carts, and how much of it comes back, by day and channel")
            .Produces<CartStats>();
        routes.MapGet("/v1/journeys/{name}/results", ResultsAsync)
            .Accepting(Version)
            .WithTags("Journeys")
            .WithSummary("What a journey comes to: runs by step and end, goals with and without holdout, arms of splits")
            .Produces<JourneyResults>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapGet("/v1/runs", RunsAsync)
            .Accepting(Journey, Step, Version, State, PagingParameters.Limit, PagingParameters.After)
            .WithTags("Journeys")
            .WithSummary("Runs, the latest entered first")
            .Produces<Page<RunRow>>();
        routes.MapGet("/v1/deliveries/stats", DeliveriesAsync)
            .Accepting(By, From, To, Journey, Channel)
            .WithTags("Deliveries")
            .WithSummary("What became of messages, by channel, journey, step, template or day")
            .Produces<DeliveryStatsReport>();
    }

    internal static Period PeriodOf(HttpRequest request) => new(From.Of(request), To.Of(request));

    private async Task<IResult> CartsAsync(HttpContext context, CancellationToken cancellation) =>
        Results.Ok(await CartStatistics.ReadAsync(services.State, PeriodOf(context.Request), Channel.Of(context.Request), cancellation));

    private async Task<IResult> ResultsAsync(string name, HttpContext context, CancellationToken cancellation)
    {
        var version = (int?)Version.Of(context.Request);
        return await JourneyResultsReading.ReadAsync(services.State, services.Definitions(), name, version, cancellation) is { } results
            ? Results.Ok(results)
            : Problems.NotFound(version is null ? $"There is no journey or rule \"{name}\"." : $"There is no version {version} of a journey or rule \"{name}\".");
    }

    private async Task<IResult> RunsAsync(HttpContext context, CancellationToken cancellation)
    {
        var limit = (int)PagingParameters.Limit.Of(context.Request)!.Value;
        var where = new List<Filter>();
        if (Journey.Of(context.Request) is { } journey)
        {
            where.Add(new Filter("journey", FilterKind.Equal, journey));
        }

        if (Step.Of(context.Request) is { } step)
        {
            where.Add(new Filter("step", FilterKind.Equal, step));
        }

        if (Version.Of(context.Request) is { } version)
        {
            where.Add(new Filter("version", FilterKind.Equal, version));
        }

        if (State.Of(context.Request) is { } state)
        {
            where.Add(new Filter("ended_at", state == "active" ? FilterKind.Equal : FilterKind.NotEqual, Cell.Null));
        }

        return Results.Ok(await TableScan.PageAsync(services.State, new TableQuery(ReadModelTables.Runs, where, ["-entered_at"], limit),
            limit, PagingParameters.After.Of(context.Request), only: null, Shape, cancellation));
    }

    private async Task<IResult> DeliveriesAsync(HttpContext context, CancellationToken cancellation) =>
        Results.Ok(new DeliveryStatsReport(await DeliveryStatistics.ReadAsync(
            services.State,
            new DeliveryStatsQuery(By.Of(context.Request)!, PeriodOf(context.Request), Journey.Of(context.Request), Channel.Of(context.Request)),
            cancellation)));

    private static RunRow Shape(TableRow row) => new(
        row.Text("run")!, row.Text("customer")!, row.Text("journey"), row.Number("version"), row.Text("key"), row.Text("step"), row.Time("step_since"),
        row.Flag("holdout"), row.Time("entered_at"), row.Time("waiting_until"), row.Time("goal_at"), row.Time("ended_at"), row.Text("exit_reason"),
        row.Number("messages"));
}

public sealed record DeliveryStatsReport(IReadOnlyList<DeliveryStats> Items);

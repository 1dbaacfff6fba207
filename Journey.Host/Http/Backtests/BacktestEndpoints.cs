using System.Text.Json;
using System.Text.Json.Serialization;
using Journey.Domain.Language;
using Journey.Domain.Time;
using Journey.Host.Backtests;
using Journey.Host.Http.Documents;
using Journey.Host.Http.Live;
using Journey.Host.Http.OpenApi;
using Journey.Host.Http.Parameters;
using Journey.Host.Http.Queries;
using Journey.Host.Ingestion;
using Journey.Host.Publishing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Journey.Host.Http.Backtests;

/// <param name="EtaSeconds">How long the rest may take; null: not known, or nothing is left.</param>
public sealed record BacktestProgress(long Done, long Total, double? EtaSeconds);

/// <param name="State">queued, running, done, failed or cancelled.</param>
/// <param name="WithinMaxChanged">Whether no more customers than "maxChanged" would be treated differently; null: not asked, or not done.</param>
/// <param name="Report">Once it is done; in lists it is left out.</param>
public sealed record BacktestStatus(string Id, string State, string SubmittedAt, BacktestProgress Progress, string? Error, bool? WithinMaxChanged, BacktestReport? Report);

/// <summary>Backtests in the background.</summary>
internal sealed class BacktestEndpoints(JourneyServices services, BacktestJobs jobs, IngestLimits limits, IHostApplicationLifetime lifetime)
{
    private const string Tag = "Backtests";

    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);

    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/backtests", (Delegate)StartAsync)
            .Accepting()
            .WithTags(Tag)
            .WithSummary("Run drafts over the recorded history, in the background")
            .WithDescription("Nothing is published, sent or written. One runs at a time, "
                + $"{BacktestJobs.WaitingMax} may wait, and the last {BacktestJobs.KeptMax} results are kept while the server runs.")
            .WithMetadata(new DescribedBody(
                "YAML documents; or as JSON {\"files\":[{\"file\":\"NAME\",\"text\":\"…\"}],"
                + "\"from\":…,\"to\":…,\"sample\":\"10%\",\"against\":\"live\",\"view\":\"arrival\",\"includeImported\":false,\"maxChanged\":100}.",
                "application/yaml", "text/plain", PublishBody.Json))
            .Produces<BacktestStatus>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status429TooManyRequests);
        routes.MapGet("/v1/backtests", () => Results.Json(new Page<BacktestStatus>([.. jobs.All.Select(job => StatusOf(job, withReport: false))], null), Web))
            .Accepting().WithTags(Tag).WithSummary("The backtests there are, newest first").Produces<Page<BacktestStatus>>();
        Found(routes.MapGet("/v1/backtests/{id}", (string id) => Of(id, job => Results.Json(StatusOf(job, withReport: true), Web))), "One backtest, with its report once it is done")
            .Produces<BacktestStatus>();
        Found(routes.MapGet("/v1/backtests/{id}/progress", FollowAsync), "How far it has come, as it goes on: server-sent events \"progress\", and \"done\" at the end")
            .Produces<string>(StatusCodes.Status200OK, EventStreamWriter.ContentType);
        Found(routes.MapDelete("/v1/backtests/{id}", CancelAsync), "Cancel it; one that has ended stays as it is").Produces<BacktestStatus>();
        Found(routes.MapGet("/v1/backtests/{id}/report.html", (string id) => Of(id, job => job.Report is { } report
                ? Results.Text(BacktestHtml.Of(report), "text/html", System.Text.Encoding.UTF8)
                : Problems.Of(StatusCodes.Status409Conflict, "There is no report yet", $"The backtest is {NameOf(job.State)}."))), "The report as one page that fetches nothing")
            .Produces<string>(StatusCodes.Status200OK, "text/html")
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static RouteHandlerBuilder Found(RouteHandlerBuilder endpoint, string summary) =>
        endpoint.Accepting().WithTags(Tag).WithSummary(summary).ProducesProblem(StatusCodes.Status404NotFound);

    private async Task<IResult> StartAsync(HttpContext context)
    {
        var body = await BacktestBody.ReadAsync(context, limits.RequestBytesMax);
        if (body.Request is not { } request)
        {
            return body.Answer!;
        }

        var parsed = DocumentParser.Parse(request.Files, new() { Published = services.Definitions() });
        if (parsed.HasErrors)
        {
            return Problems.Of(StatusCodes.Status422UnprocessableEntity, "The documents can't be backtested",
                "They have errors.", ("faults", parsed.Faults.Select(FaultReport.Of).ToArray()));
        }

        if (jobs.Start(request, body.MaxChanged) is not { } job)
        {
            context.Response.Headers.RetryAfter = "30";
            return Problems.Of(StatusCodes.Status429TooManyRequests, "Too many backtests wait already", $"At most {BacktestJobs.WaitingMax} may wait for their turn.");
        }

        context.Response.Headers.Location = $"/v1/backtests/{job.Id}";
        return Results.Json(StatusOf(job, withReport: false), Web, statusCode: StatusCodes.Status202Accepted);
    }

    private async Task<IResult> FollowAsync(string id, HttpContext context)
    {
        if (jobs.Find(id) is not { } job)
        {
            return NoSuch(id);
        }

        context.Response.ContentType = EventStreamWriter.ContentType;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        var writer = new EventStreamWriter(context.Response.BodyWriter);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            while (!job.Ended.IsCompleted)
            {
                await SendAsync(writer, "progress", job, end.Token);
                await Task.WhenAny(job.Ended, Task.Delay(Beat, end.Token));
                end.Token.ThrowIfCancellationRequested();
            }

            await SendAsync(writer, "done", job, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The client went, or the server stops.
        }

        return Results.Empty;
    }

    private static ValueTask SendAsync(EventStreamWriter writer, string name, BacktestJob job, CancellationToken cancellation) =>
        writer.SendAsync(name, null, JsonSerializer.SerializeToUtf8Bytes(StatusOf(job, withReport: false), Web), cancellation);

    private async Task<IResult> CancelAsync(string id)
    {
        if (jobs.Find(id) is not { } job)
        {
            return NoSuch(id);
        }

        job.Cancel();
        await job.Ended;
        return Results.Json(StatusOf(job, withReport: false), Web);
    }

    private IResult Of(string id, Func<BacktestJob, IResult> answer) => jobs.Find(id) is { } job ? answer(job) : NoSuch(id);

    private static IResult NoSuch(string id) => Problems.NotFound($"There is no backtest {id}. The last {BacktestJobs.KeptMax} are kept while the server runs.");

    private static BacktestStatus StatusOf(BacktestJob job, bool withReport)
    {
        var (done, total, eta) = job.Progress;
        var changed = job.Report?.Differences?.Customers;
        return new(
            job.Id, NameOf(job.State), Instants.ToIso(job.SubmittedAt), new(done, total, eta), job.Error,
            changed is { } customers && job.MaxChanged is { } max ? customers <= max : null, withReport ? job.Report : null);
    }

    private static string NameOf(BacktestState state) => state.ToString().ToLowerInvariant();
}

using System.Text;
using Journey.Host.Http.Parameters;
using Journey.Host.Http.Queries;
using Journey.Host.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Journey.Host.Http.Operations;

/// <summary>Health for whoever restarts servers, metrics for whoever watches them.</summary>
internal sealed class OperationEndpoints(JourneyServices services, Readiness readiness, ServerGauges gauges, MetricsReader metrics)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => Results.Ok(new HealthReport("live", [])))
            .WithTags("Operations")
            .WithSummary("The process runs")
            .Produces<HealthReport>();
        routes.MapGet("/health/ready", ReadyAsync)
            .WithTags("Operations")
            .WithSummary("The store answers, and no consumer stands still")
            .Produces<HealthReport>()
            .Produces<HealthReport>(StatusCodes.Status503ServiceUnavailable);
        routes.MapGet("/metrics", MetricsAsync)
            .Accepting()
            .WithTags("Operations")
            .WithSummary("Metrics in the text format of Prometheus")
            .Produces<string>(StatusCodes.Status200OK, "text/plain");
    }

    private async Task<IResult> ReadyAsync(CancellationToken cancellation)
    {
        var checks = await readiness.CheckAsync(cancellation);
        var ready = checks.All(check => check.Ok);
        return Results.Json(new HealthReport(ready ? "ready" : "not-ready", checks),
            statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private async Task<IResult> MetricsAsync(CancellationToken cancellation)
    {
        var head = services.Log.PositionOf(await services.Log.HeadAsync(cancellation));
        gauges.Head = head;
        gauges.Consumers = ProjectionEndpoints.Consumers(services, head);
        gauges.Rebuild = services.Rebuilder?.Running;
        return Results.Text(metrics.Render(), PrometheusText.ContentType, Encoding.UTF8);
    }
}

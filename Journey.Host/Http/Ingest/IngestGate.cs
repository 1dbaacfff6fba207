using Journey.Host.Ingestion;
using Journey.Host.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Journey.Host.Http.Ingest;

/// <summary>Marks an endpoint that pages of any origin may post to.</summary>
internal sealed record OpenToAnyOrigin;

/// <summary>What every ingest endpoint does around its own work: bounds the requests being read, lets browsers in, counts what is turned away.</summary>
internal static class IngestGate
{
    /// <summary>How long a browser may reuse the answer to a preflight, in seconds: one day.</summary>
    private const string PreflightSeconds = "86400";

    public static TBuilder BehindIngestGate<TBuilder>(this TBuilder endpoint, Intake intake, JourneyMetrics metrics) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new OpenToAnyOrigin()).AddEndpointFilter(async (invocation, next) =>
        {
            var context = invocation.HttpContext;
            AllowAnyOrigin(context.Response);
            if (!intake.TryBegin())
            {
                metrics.TurnedAway(StatusCodes.Status429TooManyRequests);
                return IngestResponses.Busy(context);
            }

            try
            {
                var answer = await next(invocation);
                if (answer is IStatusCodeHttpResult { StatusCode: >= 400 and var status })
                {
                    metrics.TurnedAway(status);
                }

                return answer;
            }
            finally
            {
                intake.End();
            }
        });

    /// <summary>Shops' pages come from anywhere, and a write key is no secret in a browser: any origin may send.</summary>
    public static IResult Preflight(HttpContext context)
    {
        var headers = context.Response.Headers;
        AllowAnyOrigin(context.Response);
        headers.AccessControlAllowMethods = "POST, GET";
        headers.AccessControlAllowHeaders = context.Request.Headers.AccessControlRequestHeaders is { Count: > 0 } asked
            ? asked
            : "Authorization, Content-Type, Content-Encoding";
        headers.AccessControlMaxAge = PreflightSeconds;
        headers.Vary = "Access-Control-Request-Headers";
        return Results.NoContent();
    }

    public static void AllowAnyOrigin(HttpResponse response)
    {
        response.Headers.AccessControlAllowOrigin = "*";
        response.Headers.AccessControlExposeHeaders = "Retry-After";
    }
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Journey.Host.Http.Ingest;

internal static class IngestProblems
{
    /// <summary>Documents the errors that every ingest endpoint may answer.</summary>
    public static RouteHandlerBuilder ProducesIngestProblems(this RouteHandlerBuilder endpoint) => endpoint
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
}

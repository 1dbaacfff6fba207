using Journey.Host.Http.Parameters;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Journey.Host.Http.OpenApi;

/// <summary>The description of the whole HTTP surface at <c>/openapi/v1.json</c>.</summary>
internal static class OpenApiDocumentSetup
{
    public const string Route = "/openapi/{documentName}.json";

    public static IServiceCollection AddJourneyOpenApi(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.AddDocumentTransformer(DescribeAsync);
        options.AddOperationTransformer(ParameterCheck.DescribeAsync);
        options.AddOperationTransformer(DescribedBody.DescribeAsync);
    });

    private static Task DescribeAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellation)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Journey",
            Version = "v1",
            Description = "Events in, journeys out. Errors are problem details (RFC 9457). Times are ISO 8601 in UTC. Lists are paged: pass \"next\" as \"after\".",
        };
        return Task.CompletedTask;
    }
}

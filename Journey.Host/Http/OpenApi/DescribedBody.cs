using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Journey.Host.Http.OpenApi;

/// <summary>A request body that the framework doesn't bind: described here for OpenAPI alone, so that senders with an unexpected content type are still read.</summary>
internal sealed record DescribedBody(string Description, params string[] ContentTypes)
{
    public static Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<DescribedBody>().LastOrDefault() is { } body)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Description = body.Description,
                Required = true,
                Content = body.ContentTypes.ToDictionary(type => type, _ => new OpenApiMediaType { Schema = new OpenApiSchema() }),
            };
        }

        return Task.CompletedTask;
    }
}

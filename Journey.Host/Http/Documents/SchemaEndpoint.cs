using System.Text;
using Journey.Domain.Language.Shapes;
using Journey.Host.Http.Parameters;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Journey.Host.Http.Documents;

/// <summary>The JSON Schema of the language: what an editor completes and explains by.</summary>
internal static class SchemaEndpoint
{
    private static readonly Lazy<string> Schema = new(JsonSchemaWriter.Write);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/schema", (HttpContext context) =>
        {
            context.Response.Headers.CacheControl = "no-cache";
            return Results.Text(Schema.Value, "application/schema+json", Encoding.UTF8);
        })
        .Accepting()
        .WithTags("Journeys")
        .WithSummary("The JSON Schema of journey documents, for editors")
        .Produces<string>(contentType: "application/schema+json");
}

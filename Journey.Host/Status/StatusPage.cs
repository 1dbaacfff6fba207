using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Journey.Host.Status;

/// <summary>One file with everything in it, so that it needs nothing but this server: no Node to build it, and little to go wrong.</summary>
internal static class StatusPage
{
    private const string Resource = "Journey.Host.Status.StatusPage.html";

    private static readonly byte[] Html = Read();

    public static void Map(IEndpointRouteBuilder routes, string path) => routes.MapGet(path, (HttpContext context) =>
    {
        // Nothing from elsewhere is ever loaded, and no other page may put this one into a frame.
        context.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'";
        context.Response.Headers.CacheControl = "no-cache";
        return Results.Bytes(Html, "text/html; charset=utf-8");
    }).ExcludeFromDescription();

    private static byte[] Read()
    {
        using var stream = typeof(StatusPage).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} is not in the assembly.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}

using Journey.Host.Status;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Journey.Host.Http.Pages;

/// <summary>The dashboard: one page for every address of its own, and the files that it is made of.</summary>
/// <remarks>Where it was not built (there was no Node), <c>/</c> is the status page, which needs nothing.</remarks>
internal sealed class DashboardPages(DashboardFiles files)
{
    /// <summary>The first segments of the dashboard's addresses: as <c>shell/routes.ts</c> has them.</summary>
    public static readonly string[] Pages = ["customers", "carts", "deliveries", "map", "journeys", "segments", "funnels", "attribution", "projections", "hosts"];

    /// <summary>
    /// Everything comes from this server. The graph's layout is WebAssembly; the editor and the charts set styles of their own, and the editor's
    /// workers come as modules. Pictures of a map are drawn from data: and blob: addresses before they are saved.
    /// </summary>
    private const string Policy =
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; "
        + "connect-src 'self'; worker-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

    private const string Immutable = "public, max-age=31536000, immutable";

    /// <summary>Kept, and asked about each time.</summary>
    private const string Revalidated = "no-cache";

    public void Map(IEndpointRouteBuilder routes)
    {
        if (files.Index is not { } index)
        {
            StatusPage.Map(routes, "/", instead: true);
            StatusPage.Map(routes, "/status");
            return;
        }

        StatusPage.Map(routes, "/status");
        Get(routes, "/", context => Send(context, index));
        Get(routes, $"/{{page:regex(^({string.Join('|', Pages)})$)}}/{{**rest}}", context => Send(context, index));
        Get(routes, "/{file:file}", context => Find(context, (string)context.Request.RouteValues["file"]!));
        Get(routes, "/assets/{file:file}", context => Find(context, $"assets/{context.Request.RouteValues["file"]}"));
    }

    private static void Get(IEndpointRouteBuilder routes, string pattern, Func<HttpContext, IResult> answer) =>
        routes.MapMethods(pattern, [HttpMethods.Get, HttpMethods.Head], (HttpContext context) => answer(context)).ExcludeFromDescription();

    private IResult Find(HttpContext context, string path) =>
        files.Find(path) is { } file ? Send(context, file) : Problems.NotFound($"There is no file \"{path}\".");

    private static IResult Send(HttpContext context, DashboardFile file)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = file.IsImmutable ? Immutable : Revalidated;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        if (file.ContentType.StartsWith("text/html", StringComparison.Ordinal))
        {
            headers.ContentSecurityPolicy = Policy;
        }

        var path = file.Path;
        if (file.HasBrotli || file.HasGzip)
        {
            headers.Vary = HeaderNames.AcceptEncoding;
            if (Encoding(context.Request, file) is { } encoding)
            {
                headers.ContentEncoding = encoding;
                path += encoding == "br" ? ".br" : ".gz";
            }
        }

        return Results.File(path, file.ContentType, entityTag: new EntityTagHeaderValue(file.Tag));
    }

    private static string? Encoding(HttpRequest request, DashboardFile file)
    {
        var taken = request.GetTypedHeaders().AcceptEncoding.Where(encoding => encoding.Quality is not 0).Select(encoding => encoding.Value.ToString()).ToArray();
        return file.HasBrotli && taken.Contains("br") ? "br" : file.HasGzip && taken.Contains("gzip") ? "gzip" : null;
    }
}

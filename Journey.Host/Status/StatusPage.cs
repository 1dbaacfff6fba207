using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Journey.Host.Status;

/// <summary>One file with everything in it, so that it needs nothing but this server: no Node to build it, and little to go wrong.</summary>
internal static class StatusPage
{
    private const string Resource = "Journey.Host.Status.StatusPage.html";

    /// <summary>Where the notice goes, if there is one to show.</summary>
    private const string NoticePlace = "<!--notice-->";

    private const string Notice =
        "<p class=\"notice\">The dashboard is not here: this program was built without Node. Install Node 20 or newer, build again "
        + "(<code>dotnet build</code>), and it is at this address. API and command line work without it; this page stays at <code>/status</code>.</p>";

    private static readonly string Html = Read();

    /// <param name="instead">It stands where the dashboard would be: it says why, and what to do.</param>
    public static void Map(IEndpointRouteBuilder routes, string path, bool instead = false) => routes.MapGet(path, (HttpContext context) =>
    {
        // Nothing from elsewhere is ever loaded, and no other page may put this one into a frame.
        context.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'";
        context.Response.Headers.CacheControl = "no-cache";
        return Results.Text(Html.Replace(NoticePlace, instead ? Notice : "", StringComparison.Ordinal), "text/html", Encoding.UTF8);
    }).ExcludeFromDescription();

    private static string Read()
    {
        using var stream = typeof(StatusPage).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} is not in the assembly.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}

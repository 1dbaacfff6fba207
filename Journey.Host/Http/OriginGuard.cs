using Journey.Host.Http.Ingest;
using Microsoft.AspNetCore.Http;

namespace Journey.Host.Http;

/// <summary>Keeps other sites' pages out of everything but ingestion.</summary>
/// <remarks>
/// A page from anywhere can make the browser of somebody who can reach this server ask it; with its own name pointed at 127.0.0.1 it could
/// even read the answers. So a loopback server answers only to loopback names, and what changes something is done only for a page of its own.
/// Ingestion is open to pages of any origin by design: they may write events, and read nothing.
/// </remarks>
internal sealed class OriginGuard(bool loopbackOnly)
{
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (loopbackOnly && !LoopbackHost.IsLoopback(context.Request.Host.Host))
        {
            return Problems.Of(StatusCodes.Status421MisdirectedRequest, "This server answers to this machine only",
                "Address it as localhost or 127.0.0.1, or have it listen on an address of its own with --url.").ExecuteAsync(context);
        }

        return IsForeign(context.Request) && IsControl(context)
            ? Problems.Of(StatusCodes.Status403Forbidden, "Not from another site's page", "Pages of another origin may send events, and nothing else.").ExecuteAsync(context)
            : next(context);
    }

    private static bool IsControl(HttpContext context) =>
        !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method) && !HttpMethods.IsOptions(context.Request.Method)
        && context.GetEndpoint()?.Metadata.GetMetadata<OpenToAnyOrigin>() is null;

    private static bool IsForeign(HttpRequest request) =>
        request.Headers.Origin.ToString() is { Length: > 0 } origin
        && !(Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Authority == request.Host.Value);
}

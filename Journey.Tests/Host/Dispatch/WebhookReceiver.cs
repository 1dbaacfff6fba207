using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Journey.Host.Dispatch;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Journey.Tests.Host.Dispatch;

/// <summary>A real receiver on loopback: keeps what arrives, verified, and answers what the test tells it to.</summary>
public sealed class WebhookReceiver : IAsyncDisposable
{
    public const string SecretText = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private readonly WebApplication _application;
    private readonly ConcurrentQueue<ReceivedWebhook> _received = new();
    private readonly SemaphoreSlim _arrived = new(0);

    private WebhookReceiver(WebApplication application) => _application = application;

    public Uri Url { get; private set; } = null!;

    public IReadOnlyList<ReceivedWebhook> Received => [.. _received];

    /// <summary>Says what to answer the n-th request, counted from 1.</summary>
    public Func<int, HttpContext, Task> Answer { get; set; } = (_, _) => Task.CompletedTask;

    public static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var application = builder.Build();
        var receiver = new WebhookReceiver(application);
        application.Run(receiver.ReceiveAsync);
        await application.StartAsync();
        receiver.Url = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/hook");
        return receiver;
    }

    public static Func<int, HttpContext, Task> Always(int status, string? retryAfter = null) => (_, context) => Status(context, status, retryAfter);

    /// <summary>The given statuses in turn, then 200.</summary>
    public static Func<int, HttpContext, Task> Statuses(params int[] statuses) =>
        (n, context) => Status(context, n <= statuses.Length ? statuses[n - 1] : 200, null);

    public static Task Status(HttpContext context, int status, string? retryAfter)
    {
        context.Response.StatusCode = status;
        if (retryAfter is not null)
        {
            context.Response.Headers.RetryAfter = retryAfter;
        }

        return Task.CompletedTask;
    }

    /// <summary>Waits until as many more have arrived as this is called.</summary>
    public Task ArrivedAsync() => _arrived.WaitAsync();

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
        _arrived.Dispose();
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = context.Request.Headers;
        var id = headers["webhook-id"].ToString();
        var isSigned = long.TryParse(headers["webhook-timestamp"], out var timestamp)
            && WebhookSecret.Parse(SecretText).Verify(id, timestamp, body.ToArray(), headers["webhook-signature"].ToString());
        var json = body.Length == 0 ? default : JsonDocument.Parse(body.ToArray()).RootElement;
        _received.Enqueue(new ReceivedWebhook(id, isSigned, timestamp, context.Request.Path + context.Request.QueryString, headers["webhook-signature"].ToString(), json));
        var count = _received.Count;
        _arrived.Release();
        await Answer(count, context);
    }
}

/// <param name="IsSigned">A signature of the header is right for this body.</param>
public sealed record ReceivedWebhook(string Id, bool IsSigned, long Timestamp, string Path, string Signatures, JsonElement Json);

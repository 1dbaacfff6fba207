using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Journey.Host.Dispatch.Providers;

/// <summary>What webhooks and calls share: signing by Standard Webhooks, and what an answer means.</summary>
internal static class SignedHttp
{
    /// <summary>Connections are kept for two minutes, so that a receiver that moves is found again. No redirects, no cookies: a delivery goes where it was sent.</summary>
    public static HttpClient CreateClient(int connectionsMax) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        MaxConnectionsPerServer = connectionsMax,
        AutomaticDecompression = DecompressionMethods.None,
    })
    {
        // The pipeline has a timeout for each attempt.
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public static void Sign(HttpRequestMessage request, string id, ReadOnlySpan<byte> body, ImmutableArray<WebhookSecret> secrets, DateTimeOffset now)
    {
        var timestamp = now.ToUnixTimeSeconds();
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        if (secrets.IsDefaultOrEmpty)
        {
            return;
        }

        var signatures = new string[secrets.Length];
        for (var i = 0; i < signatures.Length; i++)
        {
            signatures[i] = secrets[i].Sign(id, timestamp, body);
        }

        request.Headers.Add("webhook-signature", string.Join(' ', signatures));
    }

    /// <summary>What a status other than 2xx means.</summary>
    public static DeliveryOutcome Judge(HttpResponseMessage response, DateTimeOffset now)
    {
        var status = (int)response.StatusCode;
        return status switch
        {
            429 => new DeliveryOutcome.Retry("status 429", RetryAfter(response, now), IsThrottled: true),
            408 or 425 or >= 500 => new DeliveryOutcome.Retry($"status {status}", RetryAfter(response, now)),
            >= 300 and < 400 => new DeliveryOutcome.Refused($"status {status}: redirects are not followed"),
            _ => new DeliveryOutcome.Refused($"status {status}"),
        };
    }

    /// <summary>Reasons name the kind of trouble and not the address, which may hold a secret.</summary>
    public static DeliveryOutcome Judge(Exception failure) => failure switch
    {
        HttpRequestException { InnerException: AuthenticationException } => new DeliveryOutcome.Retry("connection: the certificate was refused"),
        HttpRequestException { InnerException: SocketException socket } => new DeliveryOutcome.Retry($"connection: {socket.SocketErrorCode}"),
        HttpRequestException http => new DeliveryOutcome.Retry($"connection: {http.HttpRequestError}"),
        _ => new DeliveryOutcome.Retry("connection: broken"),
    };

    private static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now)
    {
        var after = response.Headers.RetryAfter;
        var wait = after?.Delta ?? (after?.Date is { } date ? date - now : null);
        return wait is { } positive && positive < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}

using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Journey.Host.Dispatch.Providers;

/// <summary>Calls another system's address for a journey, and brings back what it answers.</summary>
public sealed class CallProvider(string name, ImmutableArray<WebhookSecret> secrets, int connectionsMax, TimeProvider time) : IDeliveryProvider, IDisposable
{
    /// <summary>Bytes of an answer: it becomes an event, and a run keeps it for its conditions.</summary>
    public const int ResponseBytesMax = 16 * 1024;

    private readonly HttpClient _client = SignedHttp.CreateClient(connectionsMax);

    public string Name => name;

    public async Task<DeliveryOutcome> DeliverAsync(Delivery delivery, CancellationToken cancellation)
    {
        var call = delivery.Call ?? throw new ArgumentException("This provider makes calls only.", nameof(delivery));
        var body = delivery.Body is null ? [] : System.Text.Encoding.UTF8.GetBytes(delivery.Body);
        using var request = new HttpRequestMessage(new HttpMethod(call.Method), call.Url);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Journey", null));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (delivery.Body is not null)
        {
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }

        SignedHttp.Sign(request, delivery.Request.Id, body, secrets, time.GetUtcNow());
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return response.IsSuccessStatusCode
                ? await ReadAsync(response, cancellation)
                : SignedHttp.Judge(response, time.GetUtcNow());
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return SignedHttp.Judge(e);
        }
    }

    public void Dispose() => _client.Dispose();

    private static async Task<DeliveryOutcome> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var buffer = new byte[ResponseBytesMax + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        if (length > ResponseBytesMax)
        {
            return new DeliveryOutcome.Refused($"the answer is larger than {ResponseBytesMax:N0} bytes");
        }

        if (length == 0)
        {
            return new DeliveryOutcome.Delivered();
        }

        try
        {
            using var json = JsonDocument.Parse(buffer.AsMemory(0, length));
            return new DeliveryOutcome.Delivered(json.RootElement.Clone());
        }
        catch (JsonException)
        {
            return new DeliveryOutcome.Refused("the answer is not JSON");
        }
    }
}

using System.Net;
using System.Net.Http.Headers;

namespace Journey.Host.Dispatch.Providers;

/// <summary>Posts deliveries to a receiver's address, signed by Standard Webhooks.</summary>
/// <remarks>2xx is delivered; 429, 408, 425, 5xx, timeouts and connection errors are tried again; everything else is refused. 410 says that the
/// receiver wants no more: from then on nothing is posted until an operator's retry goes through, or the next start.</remarks>
public sealed class WebhookProvider(string name, ChannelOptions.Webhook options, TimeProvider time) : IDeliveryProvider, IDisposable
{
    private const string Gone = "status 410: the receiver is gone";

    private readonly HttpClient _client = SignedHttp.CreateClient(options.Resilience.ConcurrencyMax);
    private volatile bool _isGone;

    public string Name => name;

    /// <summary>The receiver answered 410.</summary>
    public bool IsGone => _isGone;

    public async Task<DeliveryOutcome> DeliverAsync(Delivery delivery, CancellationToken cancellation)
    {
        if (_isGone && !delivery.ByOperator)
        {
            return new DeliveryOutcome.Refused(Gone);
        }

        var body = WebhookBody.Write(delivery);
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Url) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Journey", null));
        SignedHttp.Sign(request, delivery.Request.Id, body.Span, options.Secrets, time.GetUtcNow());
        try
        {
            // The status is the answer; what stands in the body is not read.
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (response.IsSuccessStatusCode)
            {
                _isGone = false;
                return new DeliveryOutcome.Delivered();
            }

            _isGone |= response.StatusCode == HttpStatusCode.Gone;
            return response.StatusCode == HttpStatusCode.Gone
                ? new DeliveryOutcome.Refused(Gone)
                : SignedHttp.Judge(response, time.GetUtcNow());
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return SignedHttp.Judge(e);
        }
    }

    public void Dispose() => _client.Dispose();
}

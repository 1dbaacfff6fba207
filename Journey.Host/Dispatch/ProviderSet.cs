using Journey.Host.Dispatch.Providers;
using Polly.CircuitBreaker;

namespace Journey.Host.Dispatch;

/// <summary>Every provider with its pipeline: one for each channel that is configured, one for the rest, and one for each host that is called.</summary>
internal sealed class ProviderSet : IDisposable
{
    /// <summary>Hosts called whose circuits are kept; beyond, the oldest knowledge is dropped at once.</summary>
    public const int HostsMax = 256;

    private readonly Dictionary<string, DeliveryPipeline> _channels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DeliveryPipeline> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock _lock = new();
    private readonly DeliveryPipeline _default;
    private readonly CallProvider _calls;
    private readonly CallOptions _callOptions;
    private readonly TimeProvider _time;
    private readonly Func<double> _jitter;

    public ProviderSet(DispatchOptions options, TextWriter console, TimeProvider time, Func<double> jitter)
    {
        (_time, _jitter, _callOptions) = (time, jitter, options.Calls);
        _calls = new CallProvider("call", options.Calls.Secrets, options.Calls.Resilience.ConcurrencyMax, time);
        foreach (var (channel, channelOptions) in options.Channels)
        {
            _channels[channel] = Create(channel, channelOptions, console);
        }

        _default = Create("default", options.Default, console);
    }

    public DeliveryPipeline For(Delivery delivery)
    {
        if (delivery.Call is { } call)
        {
            return ForHost(call.Url.Authority);
        }

        return _channels.GetValueOrDefault(delivery.Request.Channel.Name, _default);
    }

    public IReadOnlyList<CircuitStatus> Circuits()
    {
        lock (_lock)
        {
            return [.. _channels.Values.Append(_default).Select(pipeline => new CircuitStatus(pipeline.Provider.Name, pipeline.State)),
                .. _hosts.Select(host => new CircuitStatus($"call:{host.Key}", host.Value.State))];
        }
    }

    public void Dispose()
    {
        foreach (var pipeline in _channels.Values.Append(_default))
        {
            (pipeline.Provider as IDisposable)?.Dispose();
        }

        _calls.Dispose();
    }

    private DeliveryPipeline Create(string channel, ChannelOptions options, TextWriter console) => new(
        options switch
        {
            ChannelOptions.Webhook webhook => new WebhookProvider($"webhook:{channel}", webhook, _time),
            ChannelOptions.Console plain => new ConsoleProvider($"console:{channel}", console, plain.ShowContent),
            _ => throw new InvalidOperationException($"No provider is known for {options.GetType().Name}."),
        },
        options.Resilience,
        _time,
        _jitter);

    private DeliveryPipeline ForHost(string host)
    {
        lock (_lock)
        {
            if (_hosts.TryGetValue(host, out var known))
            {
                return known;
            }

            if (_hosts.Count >= HostsMax)
            {
                _hosts.Clear();
            }

            return _hosts[host] = new DeliveryPipeline(_calls, _callOptions.Resilience, _time, _jitter);
        }
    }
}

/// <param name="Provider">Its name, as in outcomes.</param>
public readonly record struct CircuitStatus(string Provider, CircuitState State);

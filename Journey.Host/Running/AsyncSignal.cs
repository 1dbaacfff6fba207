using System.Threading.Channels;

namespace Journey.Host.Running;

/// <summary>Something that happens now and then, to be waited for by one at a time. What happened while nobody waited is noticed by the next, once.</summary>
internal sealed class AsyncSignal
{
    private readonly Channel<bool> _happened = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Set() => _happened.Writer.TryWrite(true);

    public async Task WaitAsync(CancellationToken cancellation) => await _happened.Reader.ReadAsync(cancellation);
}

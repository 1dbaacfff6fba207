using Journey.Host.Dispatch;

namespace Journey.Host.Running.Hosts;

/// <summary>The dispatcher, at work only while this host is the one that delivers.</summary>
internal sealed class Delivering(Func<Dispatcher> make) : IAsyncDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private Dispatcher _dispatcher = make();
    private bool _isOn;

    /// <summary>At work or not: it can try a single dead letter again either way.</summary>
    public Dispatcher Dispatcher => Volatile.Read(ref _dispatcher);

    public bool IsOn => Volatile.Read(ref _isOn);

    /// <summary>One that has stopped by itself, because another moved its checkpoint, is replaced by one that goes on from there.</summary>
    public async Task SwitchAsync(bool on)
    {
        if (on && IsOn && Dispatcher.Status().Fault is not null)
        {
            await SwitchAsync(false);
        }

        await _one.WaitAsync();
        try
        {
            if (on == _isOn)
            {
                return;
            }

            Volatile.Write(ref _isOn, on);
            if (on)
            {
                await _dispatcher.StartAsync(CancellationToken.None);
                return;
            }

            var ended = _dispatcher;
            await ended.StopAsync(CancellationToken.None);
            Volatile.Write(ref _dispatcher, make());
            ended.Dispose();
        }
        finally
        {
            _one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await SwitchAsync(false);
        _dispatcher.Dispose();
        _one.Dispose();
    }
}

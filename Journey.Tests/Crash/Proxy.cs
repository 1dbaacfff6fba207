using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Journey.Tests.Crash;

/// <summary>What stands between one host and its database: passes everything on, nothing at all, or breaks every connection.</summary>
internal sealed class Proxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<TcpClient, bool> _connections = [];
    private readonly Task _accepting;
    private readonly int _to;
    private volatile TaskCompletionSource? _silence;

    /// <param name="to">A port of this machine.</param>
    public Proxy(int to)
    {
        _to = to;
        _listener.Start();
        _accepting = Task.Run(AcceptAsync);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>From now on nothing comes through, in either direction, and no connection is closed: as when a cable is pulled.</summary>
    public void BeSilent() => _silence = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Everything comes through again, and what was held up as well.</summary>
    public void Speak()
    {
        var silence = _silence;
        _silence = null;
        silence?.TrySetResult();
    }

    /// <summary>Breaks every connection there is. New ones are taken.</summary>
    public void Break()
    {
        foreach (var (connection, _) in _connections)
        {
            connection.Client.Close(0);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        Speak();
        Break();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = PassAsync(await _listener.AcceptTcpClientAsync(_end.Token));
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task PassAsync(TcpClient from)
    {
        using var to = new TcpClient();
        try
        {
            (from.NoDelay, to.NoDelay) = (true, true);
            _connections[from] = true;
            await SilenceAsync();
            await to.ConnectAsync(IPAddress.Loopback, _to, _end.Token);
            _connections[to] = true;
            await Task.WhenAny(CopyAsync(from, to), CopyAsync(to, from));
        }
        catch (Exception broken) when (broken is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Either end has gone, which the other is told by closing it.
        }
        finally
        {
            _connections.TryRemove(from, out _);
            _connections.TryRemove(to, out _);
            from.Dispose();
        }
    }

    private async Task CopyAsync(TcpClient from, TcpClient to)
    {
        var (source, target, buffer) = (from.GetStream(), to.GetStream(), new byte[64 << 10]);
        while (await source.ReadAsync(buffer, _end.Token) is > 0 and var read)
        {
            await SilenceAsync();
            await target.WriteAsync(buffer.AsMemory(0, read), _end.Token);
        }
    }

    private Task SilenceAsync() => _silence?.Task ?? Task.CompletedTask;
}

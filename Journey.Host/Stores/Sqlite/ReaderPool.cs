using System.Collections.Concurrent;

namespace Journey.Host.Stores.Sqlite;

/// <summary>Connections for reading. A read runs on its caller's thread, on a connection of its own.</summary>
/// <param name="isMapped">For who reads all over the file: a page that is mapped is not copied first. It counts as memory of the process, but as none that others lack.</param>
internal sealed class ReaderPool(string path, int readersMax, bool isMapped = false) : IAsyncDisposable
{
    private readonly SemaphoreSlim _free = new(readersMax);
    private readonly ConcurrentStack<SqliteDatabase> _idle = new();
    private volatile bool _closed;

    public async ValueTask<T> ReadAsync<T>(Func<SqliteDatabase, T> read, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_closed, typeof(SqliteStore));
        await _free.WaitAsync(cancellation);
        SqliteDatabase? database = null;
        try
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(SqliteStore));
            if (!_idle.TryPop(out database))
            {
                database = SqliteDatabase.OpenReader(path, isMapped);
            }

            var result = read(database);
            database.Trim();
            _idle.Push(database);
            database = null;
            return result;
        }
        finally
        {
            // A connection on which a read failed may still be in the middle of it.
            database?.Dispose();
            _free.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_closed)
        {
            return;
        }

        _closed = true;
        for (var i = 0; i < readersMax; i++)
        {
            await _free.WaitAsync();
        }

        while (_idle.TryPop(out var database))
        {
            database.Dispose();
        }

        // Whoever still waits for a turn gets one, and is told that the store is closed.
        _free.Release(readersMax);
    }
}

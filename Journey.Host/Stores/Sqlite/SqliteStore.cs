using Journey.Domain.EventLog;
using Journey.Domain.Identity;
using Journey.Host.Stores.Personal;

namespace Journey.Host.Stores.Sqlite;

/// <summary>Log, identities, customer states and read models in one SQLite file, with one writer and many readers.</summary>
/// <remarks>
/// Calls that write return when their commit is on the disk. Calls that read run on the caller's thread.
/// Every call may throw a <see cref="StoreException"/>; after a failure of the disk the store takes no more writes until it is opened again.
/// </remarks>
public sealed partial class SqliteStore : IJourneyStore
{
    /// <summary>Events in a page, at most.</summary>
    public const int PageMax = StoreLimits.PageMax;

    private readonly PersonalKeys _keys;
    private readonly EventReader _events;
    private readonly ReaderPool _readers;
    private readonly ReaderPool _streamReaders;
    private readonly HeadSignal _head;
    private readonly WriteQueue? _queue;
    private readonly SqliteWriter? _writer;
    private readonly StoreFileLock? _lock;
    private bool _closed;

    private SqliteStore(string path, SqliteStoreOptions options, TimeProvider time, MasterKey master, SqliteDatabase? writer, StoreFileLock? fileLock)
    {
        Path = path;
        _lock = fileLock;
        _keys = new PersonalKeys(master);
        _events = new EventReader(options.StreamsCachedMax, new PayloadReader(_keys));
        _readers = new ReaderPool(path, options.ReadersMax);
        _streamReaders = new ReaderPool(path, options.ReadersMax, isMapped: true);
        if (writer is null)
        {
            _head = new HeadSignal(0);
        }
        else
        {
            _writer = new SqliteWriter(writer, options, _keys);
            _head = new HeadSignal(_writer.Head);
            _queue = new WriteQueue(_writer, options, _head);
        }

        WriteKeys = new SqliteWriteKeys(this, time);
        DeadLetters = new SqliteDeadLetters(this);
    }

    public string Path { get; }

    string IJourneyStore.Place => Path;

    public IWriteKeyStore WriteKeys { get; }

    public ILeaseStore? Leases => null;

    public IDeadLetterStore DeadLetters { get; }

    /// <summary>Calls and events waiting to be written.</summary>
    public (int Jobs, int Events) Queued => _queue?.Queued ?? default;

    /// <summary>Opens a store, which is created if the file does not exist.</summary>
    /// <param name="time">The clock for keys' dates; the system's where none is given.</param>
    /// <exception cref="StoreLockedException">Another process has it open for writing.</exception>
    /// <exception cref="StoreFormatException">The file is not a store, is damaged, or was written by a newer version.</exception>
    /// <exception cref="StoreDiskException">The file cannot be opened.</exception>
    public static SqliteStore Open(string path, SqliteStoreOptions? options = null, TimeProvider? time = null)
    {
        options ??= new SqliteStoreOptions();
        time ??= TimeProvider.System;
        path = System.IO.Path.GetFullPath(path);
        return options.ReadOnly ? OpenReadOnly(path, options, time) : OpenForWriting(path, options, time);
    }

    /// <summary>Runs a job on the writer's connection, in the same transaction as others that wait; returns when it is durable.</summary>
    public async ValueTask<T> WriteAsync<T>(Func<SqliteWriter, T> write, CancellationToken cancellation = default) =>
        await Writer().EnqueueUrgent(new WriteJob<T>(write, 0, cancellation));

    /// <summary>Reads at one moment of the store, whatever is written meanwhile.</summary>
    /// <param name="read">Must not keep the connection.</param>
    public ValueTask<T> ReadAsync<T>(Func<SqliteDatabase, T> read, CancellationToken cancellation = default) => _readers.ReadAsync(
        database =>
        {
            database.Prepare("BEGIN").Run();
            var result = read(database);
            database.Prepare("COMMIT").Run();
            return result;
        },
        cancellation);

    /// <summary>Writes what was taken, and closes. Reads that are under way end first.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_closed)
        {
            return;
        }

        _closed = true;
        if (_queue is not null)
        {
            await Task.Run(_queue.Close);
        }

        _head.End(new ObjectDisposedException(nameof(SqliteStore)));
        await _readers.DisposeAsync();
        await _streamReaders.DisposeAsync();
        _writer?.Dispose();
        _lock?.Dispose();
    }

    private static SqliteStore OpenForWriting(string path, SqliteStoreOptions options, TimeProvider time)
    {
        var fileLock = StoreFileLock.Take(path);
        SqliteDatabase? database = null;
        try
        {
            database = SqliteDatabase.OpenWriter(path, options.PagesMax);
            SqliteSchema.Prepare(database);
            PersonalTables.Prepare(database);
            var master = MasterKey.Of(database.Personal, options.MasterKey, canWrite: true);
            return new SqliteStore(path, options, time, master, database, fileLock);
        }
        catch
        {
            database?.Dispose();
            fileLock.Dispose();
            throw;
        }
    }

    private static SqliteStore OpenReadOnly(string path, SqliteStoreOptions options, TimeProvider time)
    {
        if (!File.Exists(path))
        {
            throw new StoreDiskException($"There is no store at {path}. Check the path; a store is made by the first command that writes to it.");
        }

        using var database = SqliteDatabase.OpenReader(path);
        SqliteSchema.Check(database);
        return new SqliteStore(path, options, time, MasterKey.Of(database.Personal, options.MasterKey, canWrite: false), null, null);
    }

    private WriteQueue Writer() => _queue ?? throw new InvalidOperationException($"{Path} is open for reading only.");
}

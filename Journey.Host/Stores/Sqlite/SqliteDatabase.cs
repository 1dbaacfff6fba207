using Journey.Host.Stores.Personal;
using SQLitePCL;

namespace Journey.Host.Stores.Sqlite;

/// <summary>One connection and its prepared statements. Used by one thread at a time.</summary>
public sealed class SqliteDatabase : IDisposable
{
    private const int StatementsCachedMax = 256;
    private const int BusyTimeoutMilliseconds = 5_000;
    private const int WriterCacheKib = 32 * 1024;
    private const int ReaderCacheKib = 4 * 1024;
    private const long MappedBytesMax = 256L * 1024 * 1024 * 1024;

    // The larger, the fewer times a page that changes often is copied into the file, and the longer each copying takes.
    private const int CheckpointPages = 8_000;

    private readonly sqlite3 _handle;
    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);

    static SqliteDatabase()
    {
        Batteries_V2.Init();

        // Nobody asks SQLite how much memory it has taken, and counting it is a lock at every allocation. Refused once a connection is open, which does no harm.
        raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
    }

    private SqliteDatabase(string path, sqlite3 handle)
    {
        Personal = new SqlitePersonalRows(this);
        Path = path;
        _handle = handle;
    }

    public string Path { get; }

    internal IPersonalRows Personal { get; }

    public long LastInserted => raw.sqlite3_last_insert_rowid(_handle);

    /// <summary>Rows that the last statement changed.</summary>
    public int Changes => raw.sqlite3_changes(_handle);

    internal bool InTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    /// <summary>A statement kept for the next time the same text is asked for, reset. Nobody else may be using the same text.</summary>
    public SqliteStatement Prepare(string sql)
    {
        if (_statements.TryGetValue(sql, out var statement))
        {
            statement.Reset();
            return statement;
        }

        statement = PrepareOwned(sql);
        _statements.Add(sql, statement);
        return statement;
    }

    public void Execute(string sql)
    {
        var code = raw.sqlite3_exec(_handle, sql);
        if (code != raw.SQLITE_OK)
        {
            throw Failure(code);
        }
    }

    /// <summary>The first column of the first row; 0 where there is none.</summary>
    public long Scalar(string sql)
    {
        using var statement = PrepareOwned(sql);
        return statement.Step() ? statement.Integer(0) : 0;
    }

    internal static SqliteDatabase OpenWriter(string path, int pagesMax)
    {
        var database = Open(path, raw.SQLITE_OPEN_CREATE);
        try
        {
            database.Execute(
                $"""
                 PRAGMA busy_timeout = {BusyTimeoutMilliseconds};
                 PRAGMA cache_size = -{WriterCacheKib};
                 PRAGMA temp_store = MEMORY;
                 PRAGMA max_page_count = {pagesMax};
                 """);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    internal static SqliteDatabase OpenReader(string path, bool isMapped = false)
    {
        var database = Open(path, 0);
        try
        {
            database.Execute(
                $"""
                 PRAGMA busy_timeout = {BusyTimeoutMilliseconds};
                 PRAGMA cache_size = -{ReaderCacheKib};
                 PRAGMA temp_store = MEMORY;
                 PRAGMA mmap_size = {(isMapped ? MappedBytesMax : 0)};
                 PRAGMA query_only = ON;
                 """);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Makes every commit wait for the disk, in a write-ahead log so that readers need not wait for the writer.</summary>
    internal void SetDurable()
    {
        Execute($"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = {CheckpointPages};");
    }

    /// <summary>A statement that the caller disposes of.</summary>
    internal SqliteStatement PrepareOwned(string sql)
    {
        var code = raw.sqlite3_prepare_v3(_handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var handle);
        return code == raw.SQLITE_OK ? new SqliteStatement(this, handle) : throw Failure(code);
    }

    /// <summary>Between two uses of the connection: forgets the cached statements once there are too many texts.</summary>
    internal void Trim()
    {
        if (_statements.Count > StatementsCachedMax)
        {
            ForgetStatements();
        }
    }

    internal StoreException Failure(int code)
    {
        var extended = raw.sqlite3_extended_errcode(_handle);
        return SqliteErrors.Of((extended & 0xff) == (code & 0xff) ? extended : code, Path, raw.sqlite3_errmsg(_handle).utf8_to_string());
    }

    public void Dispose()
    {
        ForgetStatements();
        _handle.Dispose();
    }

    private static SqliteDatabase Open(string path, int flags)
    {
        // No connection is used by two threads at once, so SQLite's own mutexes would only cost.
        var code = raw.sqlite3_open_v2(path, out var handle, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX | flags, null);
        var database = new SqliteDatabase(path, handle);
        if (code == raw.SQLITE_OK)
        {
            return database;
        }

        var failure = database.Failure(code);
        database.Dispose();
        throw failure;
    }

    private void ForgetStatements()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _statements.Clear();
    }
}

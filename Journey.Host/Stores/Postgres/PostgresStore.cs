using System.Diagnostics;
using Journey.Domain.EventLog;
using Journey.Host.Cli;
using Journey.Host.Stores.Personal;
using Npgsql;

namespace Journey.Host.Stores.Postgres;

/// <summary>Log, identities, customer states and read models in one PostgreSQL database, which several hosts may share.</summary>
/// <remarks>
/// Calls that write return when their commit is durable. Nothing that matters is kept in a connection, so that a pooler may stand in between.
/// Every call may throw a <see cref="StoreException"/>; the next one tries again.
/// </remarks>
public sealed partial class PostgresStore : IJourneyStore
{
    private readonly PostgresAddress _address;
    private readonly PostgresStoreOptions _options;
    private readonly NpgsqlDataSource _source;
    private readonly EventNameCaches _names;
    private readonly PersonalKeys _keys;
    private readonly PostgresEventReader _events;
    private readonly HeadSignal _head;
    private readonly LogWriter _log;
    private readonly AppendQueue? _queue;
    private bool _closed;

    private PostgresStore(PostgresAddress address, PostgresStoreOptions options, TimeProvider time, NpgsqlDataSource source, MasterKey master, long head)
    {
        (_address, _options, _source) = (address, options, source);
        _names = new EventNameCaches(options.StreamsCachedMax);
        _keys = new PersonalKeys(master);
        _events = new PostgresEventReader(address, _keys, _names);
        _head = new HeadSignal(head);
        _log = new LogWriter(address, _keys, options);
        _queue = options.ReadOnly ? null : new AppendQueue(address, source, _log, options, _head);
        WriteKeys = new PostgresWriteKeys(this, time);
        DeadLetters = new PostgresDeadLetters(this);
        Leases = new PostgresLeases(this);
    }

    public string Place => _address.ToString();

    public IWriteKeyStore WriteKeys { get; }

    public IDeadLetterStore DeadLetters { get; }

    public ILeaseStore? Leases { get; }

    /// <summary>Opens a store; its tables are made, or brought up to this version, where it is opened for writing.</summary>
    /// <param name="time">The clock for keys' dates; the system's where none is given.</param>
    /// <exception cref="StoreUnreachableException">There is no such server or database, or it refuses.</exception>
    /// <exception cref="StoreFormatException">There is no store in the database, or a newer version's.</exception>
    public static PostgresStore Open(PostgresAddress address, PostgresStoreOptions? options = null, TimeProvider? time = null)
    {
        options ??= new PostgresStoreOptions();
        var source = address.Open(options.ConnectionsMax);
        try
        {
            using var connection = source.OpenConnection();
            if (!options.ReadOnly)
            {
                PostgresOpening.Prepare(connection, address, options);
            }
            else if (PostgresSchema.Missing(connection, address).Count == PostgresSchema.Version)
            {
                throw new StoreFormatException($"{address}: there is no store in this database. `journey demo`, `journey serve`, `journey import` and `journey migrate` make one.");
            }

            var master = PostgresOpening.MasterKey(connection, address, options);
            return new PostgresStore(address, options, time ?? TimeProvider.System, source, master, PostgresOpening.Head(connection));
        }
        catch (Exception exception)
        {
            source.Dispose();
            throw PostgresErrors.IsOne(exception) ? PostgresErrors.Of(exception, address) : exception;
        }
    }

    /// <summary>Takes the steps that the tables lack, or says which.</summary>
    public static MigrationReport Migrate(PostgresAddress address, bool isDry)
    {
        using var source = address.Open(connectionsMax: 2);
        try
        {
            using var connection = source.OpenConnection();
            var steps = PostgresSchema.Missing(connection, address);
            if (!isDry)
            {
                PostgresSchema.Migrate(connection, address);
            }

            return new MigrationReport(PostgresSchema.Version, [.. steps.Select(step => new MigrationStep(step.Version, step.Description, step.Sql))]);
        }
        catch (Exception exception) when (PostgresErrors.IsOne(exception))
        {
            throw PostgresErrors.Of(exception, address);
        }
    }

    /// <summary>Writes what was taken, and closes.</summary>
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

        _head.End(new ObjectDisposedException(nameof(PostgresStore)));
        // Where several servers are named the connections are kept one level below.
        _source.Clear();
        await _source.DisposeAsync();
    }

    internal ValueTask<T> ReadAsync<T>(Func<NpgsqlConnection, T> read, CancellationToken cancellation = default) => OnConnectionAsync(read, triesMax: 2, cancellation);

    /// <summary>Several statements that see the store at one moment.</summary>
    internal ValueTask<T> ReadAtOnceAsync<T>(Func<NpgsqlConnection, T> read, CancellationToken cancellation = default) => OnConnectionAsync(
        connection =>
        {
            connection.Run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
            var result = read(connection);
            connection.Run("COMMIT");
            return result;
        },
        triesMax: 2,
        cancellation);

    internal ValueTask<T> InTransactionAsync<T>(Func<NpgsqlConnection, T> write, CancellationToken cancellation = default) => WriteAsync(
        connection =>
        {
            connection.Run("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
            var result = write(connection);
            connection.Run("COMMIT");
            return result;
        },
        cancellation);

    /// <param name="write">Begins and ends its transaction itself; where it throws, that is taken back.</param>
    private async ValueTask<T> WriteAsync<T>(Func<NpgsqlConnection, T> write, CancellationToken cancellation, Func<ValueTask>? afterwards = null)
    {
        RefuseReadOnly();
        var result = await OnConnectionAsync(write, triesMax: 1, cancellation);
        if (afterwards is not null)
        {
            await afterwards();
        }

        return result;
    }

    private async ValueTask<T> OnConnectionAsync<T>(Func<NpgsqlConnection, T> work, int triesMax, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_closed, typeof(PostgresStore));
        for (var attempt = 1; ; attempt++)
        {
            NpgsqlConnection? connection = null;
            try
            {
                connection = await _source.OpenConnectionAsync(cancellation);
                return work(connection);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                TakeBack(connection);
                if (!PostgresErrors.IsOne(exception))
                {
                    throw;
                }

                var known = PostgresErrors.Of(exception, _address);

                // A connection from the pool may have been cut since it was last used, as by the server's restart.
                if (attempt >= triesMax || !PostgresErrors.IsPassing(known))
                {
                    throw known;
                }
            }
            finally
            {
                if (connection is not null)
                {
                    await connection.DisposeAsync();
                }
            }
        }
    }

    private static void TakeBack(NpgsqlConnection? connection)
    {
        try
        {
            if (connection?.FullState.HasFlag(System.Data.ConnectionState.Open) == true)
            {
                connection.Run("ROLLBACK");
            }
        }
        catch (Exception exception) when (PostgresErrors.IsOne(exception))
        {
            Debug.WriteLine(exception.Message);
        }
    }

    private void RefuseReadOnly()
    {
        if (_options.ReadOnly)
        {
            throw new InvalidOperationException($"{Place} is open for reading only.");
        }
    }

    private AppendQueue Writer()
    {
        RefuseReadOnly();
        return _queue!;
    }
}

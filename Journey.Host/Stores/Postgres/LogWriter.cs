using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Stores.Identities;
using Journey.Host.Stores.Personal;
using Npgsql;

namespace Journey.Host.Stores.Postgres;

/// <summary>The part of a transaction that appends: under the lock that gives positions their order, and to its commit.</summary>
/// <remarks>
/// <para>The lock is taken in one statement, and the log's end read in the next, which sees everything that was committed before the lock was given:
/// so positions are dense and in the order of commits. A host that appends holds a lock of its own as well, up to the answer to its commit,
/// because what it remembers must be that of the commit before.</para>
/// <para>What is remembered (versions, names' numbers, identities) is right only while nobody else appends. The log's state names who did last;
/// where that is somebody else, everything is forgotten.</para>
/// <para>Events are taken into memory first, and written together: a transaction is four or five round trips, however many events it has.</para>
/// </remarks>
internal sealed partial class LogWriter
{
    private readonly Lock _gate = new();
    private readonly Guid _id = Guid.NewGuid();
    private readonly PersonalKeys _keys;
    private readonly PostgresAddress _address;
    private readonly BoundedCache<string, LogStream> _streams;
    private readonly Dictionary<string, LogStream> _touched = new(StringComparer.Ordinal);
    private readonly LogSymbols _names = new("names");
    private readonly LogSymbols _sources = new("sources");
    private readonly LogSymbols _channels = new("channels");
    private readonly LogIdentityRows _identityRows;
    private readonly LogPersonalRows _personalRows;
    private readonly PayloadSealer _sealer;
    private readonly PostgresStoreOptions _options;
    private PostgresEventReader _reader;
    private StoredIdentities? _identities;
    private NpgsqlConnection? _connection;
    private long _lastStream;

    /// <summary>From there on parts are to be made.</summary>
    private long _partsTo;
    private bool _isClaimed;

    /// <summary>Ids of a transaction that met one which was used before.</summary>
    private Guid[] _suspects = [];

    public LogWriter(PostgresAddress address, PersonalKeys keys, PostgresStoreOptions options)
    {
        (_address, _keys, _options) = (address, keys, options);
        _reader = OwnReader();
        _streams = new(options.StreamsCachedMax, StringComparer.Ordinal);
        _identityRows = new LogIdentityRows(() => Connection);
        _personalRows = new LogPersonalRows(address, () => Connection, ReadDefinitions);
        _sealer = new PayloadSealer(_personalRows, keys);
    }

    /// <summary>Position of the last event, those taken in this transaction included.</summary>
    public long Head { get; private set; }

    public NpgsqlConnection Connection => _connection ?? throw new InvalidOperationException("No transaction is open.");

    public StoredIdentities Identities => _identities ??= new StoredIdentities(_identityRows, _options.StreamsCachedMax);

    /// <summary>Does works in one transaction, and returns when it is committed.</summary>
    /// <param name="connection">Idle; or in a transaction that this ends.</param>
    /// <param name="checksKeys">
    /// False: whether an id was used before is only seen as the events are written, which spares looking every one up;
    /// where one was, nothing is written and <see cref="LogKeysTakenException"/> thrown.
    /// </param>
    /// <returns>The log's end.</returns>
    public long Run(NpgsqlConnection connection, bool isInTransaction, IReadOnlyList<ILogWork> works, bool checksKeys)
    {
        lock (_gate)
        {
            _connection = connection;
            try
            {
                Begin(isInTransaction);
                LookUp(works, checksKeys);
                foreach (var work in works)
                {
                    work.Run(this);
                }

                Commit();
                return Head;
            }
            catch (Exception exception)
            {
                Undo();
                if (exception is not PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "event_keys_pkey" })
                {
                    throw;
                }

                _suspects = [.. _taken.Keys];
                throw new LogKeysTakenException();
            }
            finally
            {
                _connection = null;
            }
        }
    }

    /// <summary>Nothing remembered can be trusted.</summary>
    public void Forget()
    {
        _streams.Clear();
        _names.Forget();
        _sources.Forget();
        _channels.Forget();
        _identityRows.Forget();
        _personalRows.Forget();
        _identities = null;
        _reader = OwnReader();
        _sealer.Forget();
        _keys.Forget();
        _isClaimed = false;
        ForgetRules();
    }

    /// <summary>Reads what this transaction has written. Its names are nobody else's: they may be taken back, and their numbers given to others.</summary>
    private PostgresEventReader OwnReader() => new(_address, _keys, new EventNameCaches(16));

    private void Begin(bool isInTransaction)
    {
        using var batch = new NpgsqlBatch(Connection);
        if (!isInTransaction)
        {
            batch.With("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
        }

        batch.With("SELECT pg_advisory_xact_lock($1)", Parameters.Of(PostgresSchema.AppendLock)).With(
            """
            SELECT writer, coalesce((SELECT max(position) FROM journey.events), 0), coalesce((SELECT max(id) FROM journey.streams), 0)
            FROM journey.log_state
            """);
        using (var answers = batch.ExecuteReader())
        {
            // The lock's answer is a row of nothing; BEGIN has none.
            answers.NextResult();
            answers.Read();
            if (answers.IsDBNull(0) || answers.GetGuid(0) != _id)
            {
                Forget();
            }
            else
            {
                _isClaimed = true;
            }

            Head = answers.GetInt64(1);
            _lastStream = answers.GetInt64(2);
        }

        // What a transaction that was taken back left behind must not be written with this one.
        _touched.Clear();
        _pending.Clear();
        _taken.Clear();
        _newStreams.Clear();
        _names.Trim();
        _sources.Trim();
        _channels.Trim();
    }

    private void Commit()
    {
        Write();
        _options.BeforeCommit?.Invoke(Connection);
        using (var batch = new NpgsqlBatch(Connection))
        {
            AddRest(batch);
            if (!_isClaimed)
            {
                batch.With("UPDATE journey.log_state SET writer = $1", Parameters.Of(_id));
            }

            batch.With("COMMIT").ExecuteNonQuery();
        }

        _isClaimed = true;
        foreach (var stream in _touched.Values)
        {
            stream.Committed = stream.IsKnown ? stream.Version : LogStream.Unknown;
            stream.Taken = 0;
            if (stream.IsKnown)
            {
                _streams.Set(stream.Name, stream);
            }
        }

        _identityRows.Settle();
    }

    private void Undo()
    {
        Forget();
        try
        {
            if (Connection.FullState.HasFlag(System.Data.ConnectionState.Open))
            {
                Connection.Run("ROLLBACK");
            }
        }
        catch (Exception exception) when (PostgresErrors.IsOne(exception))
        {
            // A connection that is cut has nothing to take back; the pool drops it.
        }
    }

    private List<RecordedEvent> ReadDefinitions() => ReadDefinitions(0, int.MaxValue);

    private List<RecordedEvent> ReadDefinitions(long afterVersion, int max) =>
        [.. _reader.ReadStream(Connection, SystemStreams.Definitions, afterVersion, max).Events];
}

/// <summary>An event's id was used before: the transaction has to be done again by somebody who looks first.</summary>
internal sealed class LogKeysTakenException : Exception;

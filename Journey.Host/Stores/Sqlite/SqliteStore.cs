using Journey.Domain.EventLog;
using Journey.Domain.Identity;
using Journey.Projections.ReadModels;

namespace Journey.Host.Stores.Sqlite;

/// <summary>Log, identities, customer states and read models in one SQLite file.</summary>
public sealed class SqliteStore : IEventLog, IIngestStore, IStateStore, IAsyncDisposable
{
    public static SqliteStore Open(string path, SqliteStoreOptions? options = null, TimeProvider? time = null) => throw new NotImplementedException();

    public IWriteKeyStore WriteKeys => throw new NotImplementedException();
    public IDeadLetterStore DeadLetters => throw new NotImplementedException();

    /// <summary>Calls and events waiting to be written.</summary>
    public (int Jobs, int Events) Queued => throw new NotImplementedException();

    public ValueTask<T> WriteAsync<T>(Func<SqliteWriter, T> write, CancellationToken cancellation = default) => throw new NotImplementedException();
    public ValueTask<T> ReadAsync<T>(Func<SqliteReader, T> read, CancellationToken cancellation = default) => throw new NotImplementedException();
    public ValueTask<string> IdentityDigestAsync(CancellationToken cancellation = default) => throw new NotImplementedException();

    public ValueTask<IReadOnlyList<AppendResult>> AppendAsync(IReadOnlyList<AppendRequest> requests, CancellationToken cancellation = default) => throw new NotImplementedException();
    public ValueTask<EventPage> ReadAsync(Checkpoint after, int max, CancellationToken cancellation = default) => throw new NotImplementedException();
    public ValueTask<EventPage> ReadAsync(Checkpoint after, int max, ReadOptions options, CancellationToken cancellation = default) => throw new NotImplementedException();
    public ValueTask<EventPage> ReadStreamAsync(string stream, long afterVersion, int max, CancellationToken cancellation = default) => throw new NotImplementedException();
    public ValueTask<Checkpoint> HeadAsync(CancellationToken cancellation = default) => throw new NotImplementedException();
    public ValueTask WaitAsync(Checkpoint after, CancellationToken cancellation = default) => throw new NotImplementedException();
    public long PositionOf(Checkpoint checkpoint) => throw new NotImplementedException();
    public ValueTask<IReadOnlyList<IngestAnswer>> IngestAsync(IReadOnlyList<Interaction> interactions, CancellationToken cancellation = default) => throw new NotImplementedException();
    public ValueTask<string?> FindAsync(Identifier identifier, CancellationToken cancellation = default) => throw new NotImplementedException();
    public ValueTask PrepareAsync(IReadOnlyList<TableDefinition> tables, CancellationToken cancellation = default) => throw new NotImplementedException();
    public ValueTask<Checkpoint> CheckpointAsync(string consumer, CancellationToken cancellation = default) => throw new NotImplementedException();
    public ValueTask<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>> LoadAsync(IReadOnlyCollection<string> customers, CancellationToken cancellation = default) => throw new NotImplementedException();
    public ValueTask<bool> CommitAsync(ProcessedBatch batch, CancellationToken cancellation = default) => throw new NotImplementedException();
    public ValueTask<IReadOnlyList<DueCustomer>> DueAsync(long until, int max, CancellationToken cancellation = default) => throw new NotImplementedException();
    public ValueTask<long?> NextDueAsync(CancellationToken cancellation = default) => throw new NotImplementedException();
    public ValueTask<IReadOnlyList<Cell[]>> QueryAsync(TableQuery query, CancellationToken cancellation = default) => throw new NotImplementedException();
    public ValueTask<IReadOnlyList<string>> StaleTablesAsync(CancellationToken cancellation = default) => throw new NotImplementedException();
    public ValueTask<string> DigestAsync(TableDefinition table, CancellationToken cancellation = default) => throw new NotImplementedException();
    public ValueTask<string> StatesDigestAsync(CancellationToken cancellation = default) => throw new NotImplementedException();
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}

public sealed class SqliteWriter;

public sealed class SqliteReader;

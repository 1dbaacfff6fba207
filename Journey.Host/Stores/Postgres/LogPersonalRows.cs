using Journey.Domain.Events;
using Journey.Host.Stores.Personal;
using Npgsql;

namespace Journey.Host.Stores.Postgres;

/// <summary>The writer's side of personal data: keys as the streams at hand have them, and new ones written with the events.</summary>
internal sealed class LogPersonalRows(PostgresAddress address, Func<NpgsqlConnection> connection, Func<IReadOnlyList<RecordedEvent>> definitions) : IPersonalRows
{
    private readonly List<(long Stream, byte[] Wrapped)> _added = [];

    public string Place => address.ToString();

    /// <summary>The one whose key is asked for next.</summary>
    public LogStream? Stream { get; set; }

    public string? Find(string name) => PostgresMeta.Find(connection(), name);

    public void Put(string name, string value) => PostgresMeta.Put(connection(), name, value);

    public void Remove(string name) => throw new NotSupportedException("The master key is changed when a store is opened.");

    public void Together(Action work) => work();

    public bool TryFindKey(long stream, out byte[]? wrapped)
    {
        wrapped = Of(stream).WrappedKey;
        return Of(stream).HasKey;
    }

    public void AddKey(long stream, byte[] wrapped)
    {
        (Of(stream).HasKey, Of(stream).WrappedKey) = (true, wrapped);
        _added.Add((stream, wrapped));
    }

    public void ReplaceKey(long stream, byte[] wrapped) => throw new NotSupportedException("Keys are wrapped anew when a store is opened.");

    public bool DestroyKey(long stream, long at)
    {
        // What was given in this transaction is destroyed with it.
        _added.RemoveAll(added => added.Stream == stream);
        (Of(stream).HasKey, Of(stream).WrappedKey) = (true, null);
        return connection().Run(
            """
            INSERT INTO journey.personal_keys (stream, wrapped, erased_at) VALUES ($1, NULL, $2)
            ON CONFLICT (stream) DO UPDATE SET wrapped = NULL, erased_at = excluded.erased_at WHERE personal_keys.wrapped IS NOT NULL
            """,
            Parameters.Of(stream), Parameters.Of(at)) > 0;
    }

    public IReadOnlyList<(long Stream, byte[] Wrapped)> Keys() => throw new NotSupportedException("Keys are wrapped anew when a store is opened.");

    public IReadOnlyList<RecordedEvent> Definitions(PersonalKeys keys) => definitions();

    public void Write(NpgsqlBatch batch)
    {
        if (_added.Count > 0)
        {
            batch.With(
                "INSERT INTO journey.personal_keys (stream, wrapped) SELECT * FROM unnest($1, $2)",
                Parameters.Each(_added.Select(added => added.Stream).ToArray()), Parameters.Each(_added.Select(added => added.Wrapped).ToArray()));
            _added.Clear();
        }
    }

    public void Forget()
    {
        _added.Clear();
        Stream = null;
    }

    private LogStream Of(long stream) => Stream is { } current && current.Id == stream
        ? current
        : throw new InvalidOperationException($"The key of stream {stream} is asked for, which is not the one at hand.");
}

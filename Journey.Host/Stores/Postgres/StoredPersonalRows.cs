using Journey.Domain.Events;
using Journey.Host.Stores.Personal;
using Npgsql;

namespace Journey.Host.Stores.Postgres;

/// <summary>Personal data's rows on a connection, each read when it is asked for: for opening a store, and for readers.</summary>
internal sealed class StoredPersonalRows(PostgresAddress address, NpgsqlConnection connection) : IPersonalRows
{
    private readonly Dictionary<long, byte[]?> _read = [];

    public string Place => address.ToString();

    /// <summary>Reads the keys of many streams at once, which are then answered from memory.</summary>
    public void Read(long[] streams)
    {
        using var command = connection.Command("SELECT stream, wrapped FROM journey.personal_keys WHERE stream = ANY($1)", Parameters.Each(streams));
        using var rows = command.ExecuteReader();
        foreach (var stream in streams)
        {
            _read.TryAdd(stream, null);
        }

        while (rows.Read())
        {
            _read[rows.GetInt64(0)] = rows.IsDBNull(1) ? null : rows.GetFieldValue<byte[]>(1);
        }
    }

    public string? Find(string name) => PostgresMeta.Find(connection, name);

    public void Put(string name, string value) => PostgresMeta.Put(connection, name, value);

    public void Remove(string name) => PostgresMeta.Remove(connection, name);

    /// <summary>Whoever opens a store does it in a transaction.</summary>
    public void Together(Action work) => work();

    public bool TryFindKey(long stream, out byte[]? wrapped)
    {
        if (!_read.TryGetValue(stream, out wrapped))
        {
            Read([stream]);
            wrapped = _read[stream];
        }

        return wrapped is not null;
    }

    public void AddKey(long stream, byte[] wrapped) => throw new NotSupportedException("Keys are given by the writer.");

    public void ReplaceKey(long stream, byte[] wrapped) =>
        connection.Run("UPDATE journey.personal_keys SET wrapped = $2 WHERE stream = $1", Parameters.Of(stream), Parameters.Of(wrapped));

    public bool DestroyKey(long stream, long at) => throw new NotSupportedException("Keys are destroyed by the writer.");

    public IReadOnlyList<(long Stream, byte[] Wrapped)> Keys()
    {
        var keys = new List<(long, byte[])>();
        using var command = connection.Command("SELECT stream, wrapped FROM journey.personal_keys WHERE wrapped IS NOT NULL");
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            keys.Add((rows.GetInt64(0), rows.GetFieldValue<byte[]>(1)));
        }

        return keys;
    }

    public IReadOnlyList<RecordedEvent> Definitions(PersonalKeys keys) => throw new NotSupportedException("What is personal is the writer's to ask.");
}

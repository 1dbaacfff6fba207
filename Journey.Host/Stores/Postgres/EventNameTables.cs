using Journey.Domain.Events;
using Npgsql;

namespace Journey.Host.Stores.Postgres;

/// <summary>The caches of names that all readers of a store share.</summary>
internal sealed class EventNameCaches(int streamsCachedMax)
{
    /// <summary>Names, sources and channels that are shared as objects. Further ones are read right, but not shared.</summary>
    private const int SymbolsMax = 131_072;

    public NameCache<string> Streams { get; } = new((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)streamsCachedMax), static name => name);

    public NameCache<string> Names { get; } = new(SymbolsMax, static name => name);

    public NameCache<string> Sources { get; } = new(SymbolsMax, static name => name);

    public NameCache<ContactChannel> Channels { get; } = new(SymbolsMax, ContactChannel.From);
}

/// <summary>All names of one page.</summary>
internal sealed class EventNameTables(EventNameCaches caches)
{
    public NameTable<string> Streams { get; } = new("streams", caches.Streams);

    public NameTable<string> Names { get; } = new("names", caches.Names);

    public NameTable<string> Sources { get; } = new("sources", caches.Sources);

    public NameTable<ContactChannel> Channels { get; } = new("channels", caches.Channels);

    public void Want(in StoredEvent stored)
    {
        Streams.Want(stored.Stream);
        Names.Want(stored.Name);
        Sources.Want(stored.Source);
        Channels.Want(stored.Channel);
    }

    public void Fetch(NpgsqlConnection connection)
    {
        Streams.Fetch(connection);
        Names.Fetch(connection);
        Sources.Fetch(connection);
        Channels.Fetch(connection);
    }
}

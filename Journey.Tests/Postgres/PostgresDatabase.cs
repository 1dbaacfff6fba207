using System.Collections.Concurrent;
using Journey.Host.Stores.Postgres;

namespace Journey.Tests.Postgres;

/// <summary>A database of a test's own. It is emptied afterwards for another test: making one is what takes a server longest.</summary>
internal sealed class PostgresDatabase : IDisposable
{
    private static readonly ConcurrentBag<string> Free = [];

    private static PostgresCluster Cluster => PostgresCluster.Instance;

    public string Name { get; } = Free.TryTake(out var free) ? free : Cluster.CreateDatabase();

    public string Address => Cluster.Address(Name);

    /// <summary>Parts so small that a test meets several of them.</summary>
    public static PostgresStoreOptions Small => new() { PartEvents = 1_000, ConnectionsMax = 12 };

    public PostgresStore Open(PostgresStoreOptions? options = null, TimeProvider? time = null) =>
        PostgresStore.Open(PostgresAddress.Parse(Address), options ?? Small, time);

    public void Execute(string sql) => Cluster.Execute(Name, sql);

    public T Ask<T>(string sql) => Cluster.Ask<T>(Name, sql);

    public void Dispose()
    {
        Execute("SET client_min_messages = warning; DROP SCHEMA IF EXISTS journey, journey_models CASCADE");
        Free.Add(Name);
    }
}

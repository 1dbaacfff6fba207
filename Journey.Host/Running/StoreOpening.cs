using Journey.Host.Cli;
using Journey.Host.Stores;
using Journey.Host.Stores.Postgres;
using Journey.Host.Stores.Sqlite;

namespace Journey.Host.Running;

/// <summary>Opens the store that a location names, whatever keeps it.</summary>
internal static class StoreOpening
{
    /// <exception cref="CommandException">There is no such store, and none is to be made.</exception>
    public static IJourneyStore Open(StoreLocation location, StoreAccess access)
    {
        switch (location)
        {
            case StoreLocation.Sqlite { Path: var path }:
                return access == StoreAccess.CreateIfMissing || File.Exists(path)
                    ? SqliteStore.Open(path, new SqliteStoreOptions { ReadOnly = access == StoreAccess.Read })
                    : throw new CommandException($"{location}: there is no such store.", hint: "`journey demo`, `journey serve` and `journey import` make one; --store says which.");
            case StoreLocation.Postgres { Address: var address }:
                return PostgresStore.Open(address, new PostgresStoreOptions { ReadOnly = access == StoreAccess.Read, CreateIfMissing = access == StoreAccess.CreateIfMissing });
            default:
                throw new ArgumentOutOfRangeException(nameof(location), location, "No such kind of store.");
        }
    }
}

using Journey.Domain.Identity;
using Journey.Host.Stores.Identities;

namespace Journey.Host.Stores.Sqlite;

internal sealed class SqliteIdentityRows : IIdentityRows, IDisposable
{
    /// <summary>What merges and moves leave behind them, beside who holds what.</summary>
    private const string IdentityTables =
        """
        CREATE TABLE IF NOT EXISTS identity_holders (
          kind INTEGER NOT NULL,
          value TEXT NOT NULL,
          customers TEXT NOT NULL,
          is_shared INTEGER NOT NULL,
          PRIMARY KEY (kind, value)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS identity_parted (
          one TEXT NOT NULL,
          other TEXT NOT NULL,
          PRIMARY KEY (one, other)
        ) STRICT, WITHOUT ROWID;
        """;

    private readonly SqliteDatabase _database;
    private readonly SqliteStatement _findLink;
    private readonly SqliteStatement _putLink;
    private readonly SqliteStatement _dropLink;
    private readonly SqliteStatement _findCustomer;
    private readonly SqliteStatement _putCustomer;
    private readonly SqliteStatement _putHolders;

    public SqliteIdentityRows(SqliteDatabase database)
    {
        _database = database;

        // Made here, and not with the schema: stores of an earlier version have none.
        database.Execute(IdentityTables);
        _findLink = database.PrepareOwned(
            """
            SELECT l.customer, h.customers, h.is_shared FROM (SELECT ?1 AS kind, ?2 AS value) i
            LEFT JOIN identity_links l ON l.kind = i.kind AND l.value = i.value
            LEFT JOIN identity_holders h ON h.kind = i.kind AND h.value = i.value
            """);
        _dropLink = database.PrepareOwned("DELETE FROM identity_links WHERE kind = ?1 AND value = ?2");
        _putHolders = database.PrepareOwned(
            """
            INSERT INTO identity_holders (kind, value, customers, is_shared) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (kind, value) DO UPDATE SET customers = excluded.customers, is_shared = excluded.is_shared
            """);
        _putLink = database.PrepareOwned(
            """
            INSERT INTO identity_links (kind, value, customer, linked_position) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (kind, value) DO UPDATE SET customer = excluded.customer, linked_position = excluded.linked_position
            """);
        _findCustomer = database.PrepareOwned("SELECT has_user_id, has_loyalty_card, founded_position, merged_into FROM identity_customers WHERE id = ?1");
        _putCustomer = database.PrepareOwned(
            """
            INSERT INTO identity_customers (id, has_user_id, has_loyalty_card, founded_position, merged_into) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (id) DO UPDATE SET has_user_id = excluded.has_user_id, has_loyalty_card = excluded.has_loyalty_card,
              founded_position = excluded.founded_position, merged_into = excluded.merged_into
            """);
    }

    public StoredLink FindLink(Identifier identifier)
    {
        _findLink.Bind(1, (int)identifier.Kind).Bind(2, identifier.Value);
        _findLink.Step();
        var holders = _findLink.TextOrNull(1) is { } text ? new Holders([.. text.Split(',')], _findLink.Integer(2) != 0) : null;
        var link = new StoredLink(_findLink.TextOrNull(0), holders);
        _findLink.Reset();
        return link;
    }

    public StoredCustomer? FindCustomer(string id)
    {
        _findCustomer.Bind(1, id);
        var customer = _findCustomer.Step()
            ? new StoredCustomer(
                new CustomerStanding(id, _findCustomer.Integer(0) != 0, _findCustomer.Integer(1) != 0, _findCustomer.Integer(2)),
                _findCustomer.TextOrNull(3))
            : null;
        _findCustomer.Reset();
        return customer;
    }

    public IReadOnlyList<(string One, string Other)> Parted()
    {
        var parted = new List<(string, string)>();
        var all = _database.Prepare("SELECT one, other FROM identity_parted");
        while (all.Step())
        {
            parted.Add((all.Text(0), all.Text(1)));
        }

        all.Reset();
        return parted;
    }

    public void PutLink(Identifier identifier, string customer, long position) =>
        _putLink.Bind(1, (int)identifier.Kind).Bind(2, identifier.Value).Bind(3, customer).Bind(4, position).Run();

    public void DropLink(Identifier identifier) => _dropLink.Bind(1, (int)identifier.Kind).Bind(2, identifier.Value).Run();

    public void DropLinksOf(string customer) => _database.Prepare("DELETE FROM identity_links WHERE customer = ?1").Bind(1, customer).Run();

    public void PutHolders(Identifier identifier, Holders holders) =>
        _putHolders.Bind(1, (int)identifier.Kind).Bind(2, identifier.Value).Bind(3, holders.Text).Bind(4, holders.IsShared ? 1 : 0).Run();

    public void DropHolders(Identifier identifier) =>
        _database.Prepare("DELETE FROM identity_holders WHERE kind = ?1 AND value = ?2").Bind(1, (int)identifier.Kind).Bind(2, identifier.Value).Run();

    public void PutCustomer(StoredCustomer customer)
    {
        var (standing, mergedInto) = customer;
        _putCustomer
            .Bind(1, standing.Id)
            .Bind(2, standing.HasUserId ? 1 : 0)
            .Bind(3, standing.HasLoyaltyCard ? 1 : 0)
            .Bind(4, standing.FoundedPosition)
            .Bind(5, mergedInto)
            .Run();
    }

    public void PutParted(string one, string other) =>
        _database.Prepare("INSERT OR IGNORE INTO identity_parted (one, other) VALUES (?1, ?2)").Bind(1, one).Bind(2, other).Run();

    public void Dispose()
    {
        _findLink.Dispose();
        _putLink.Dispose();
        _dropLink.Dispose();
        _findCustomer.Dispose();
        _putCustomer.Dispose();
        _putHolders.Dispose();
    }
}

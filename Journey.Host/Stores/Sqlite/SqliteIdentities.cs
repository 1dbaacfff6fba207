using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Identity;

namespace Journey.Host.Stores.Sqlite;

/// <summary>The writer's side of the identity tables.</summary>
internal sealed class SqliteIdentities : IIdentityLookup, IDisposable
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

    private readonly SqliteStatement _findLink;
    private readonly SqliteStatement _putLink;
    private readonly SqliteStatement _findCustomer;
    private readonly SqliteStatement _putCustomer;
    private readonly SqliteStatement _dropLink;
    private readonly SqliteStatement _putHolders;
    private readonly SqliteStatement _putParted;
    private readonly SqliteStatement _allParted;
    private readonly PartedCustomers _parted = new();
    private readonly BoundedCache<Identifier, Link> _links;
    private readonly BoundedCache<string, Customer> _customers;

    public SqliteIdentities(SqliteDatabase database, int cachedMax)
    {
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
        _putParted = database.PrepareOwned("INSERT OR IGNORE INTO identity_parted (one, other) VALUES (?1, ?2)");
        _allParted = database.PrepareOwned("SELECT one, other FROM identity_parted");
        _putLink = database.PrepareOwned(
            """
            INSERT INTO identity_links (kind, value, customer, linked_position) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (kind, value) DO UPDATE SET customer = excluded.customer, linked_position = excluded.linked_position
            """);
        _findCustomer = database.PrepareOwned("SELECT has_user_id, has_loyalty_card, founded_position, merged_into FROM identity_customers WHERE id = ?1");
        _putCustomer = database.PrepareOwned(
            """
            INSERT INTO identity_customers (id, has_user_id, has_loyalty_card, founded_position, merged_into) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (id) DO UPDATE SET has_user_id = excluded.has_user_id, has_loyalty_card = excluded.has_loyalty_card, merged_into = excluded.merged_into
            """);
        _links = new(cachedMax);
        _customers = new(cachedMax, StringComparer.Ordinal);
        ReadParted();
    }

    public CustomerStanding? Find(Identifier identifier) => LinkOf(identifier).Customer is { } customer ? Survivor(customer).Standing : null;

    public bool IsShared(Identifier identifier) => LinkOf(identifier).Holders is { IsShared: true };

    public bool AreApart(string one, string other) => _parted.Contains(one, other);

    /// <summary>Undoes a merge. False: the two are not merged, or not directly, or the survivor is no longer a customer of its own.</summary>
    public bool TryUnmerge(Unmerge unmerge)
    {
        if (Load(unmerge.Restored) is not { } restored || restored.MergedInto != unmerge.Survivor
            || Load(unmerge.Survivor) is not { MergedInto: null } survivor)
        {
            return false;
        }

        Put(new Customer(With(restored.Standing, unmerge.RestoredKnown), null));
        Put(survivor with { Standing = With(survivor.Standing, unmerge.SurvivorKnown) });
        Part(unmerge.Survivor, unmerge.Restored);
        Give(unmerge.Identifiers, unmerge.Restored, unmerge.MergedAt);
        return true;
    }

    /// <summary>A log that is brought back from an export has its partings in it: they are appended as they were, and hold as they did.</summary>
    public void Follow(AppendRequest request)
    {
        foreach (var appended in request.Events)
        {
            if (appended.Kind != EventKind.Identity || appended.Name is not (EventNames.IdentityRestored or EventNames.IdentitiesUnmerged))
            {
                continue;
            }

            var json = StoredPayload.Json(appended.Payload);
            var (other, known) = Unmerge.Read(json);
            if (Load(appended.Stream) is not { } customer)
            {
                continue;
            }

            var isRestored = appended.Name == EventNames.IdentityRestored;
            Put(new Customer(With(customer.Standing, known), isRestored ? null : customer.MergedInto));
            if (isRestored)
            {
                Part(other, appended.Stream);
                Give(PayloadIds.Read(json.Span).Identifiers, appended.Stream, customer.Standing.FoundedPosition);
            }
        }
    }

    public bool Exists(string customer) => Load(customer) is not null;

    /// <param name="position">Of the interaction that taught it.</param>
    /// <param name="rules">In force.</param>
    public void Apply(Resolution resolution, long position, IdentityRules rules)
    {
        foreach (var merge in resolution.Merges)
        {
            var absorbed = Load(merge.Absorbed)!;
            var survivor = Load(merge.Survivor)!;
            Put(absorbed with { MergedInto = merge.Survivor });
            Put(survivor with { Standing = Joined(survivor.Standing, absorbed.Standing.HasUserId, absorbed.Standing.HasLoyaltyCard) });
            foreach (var other in _parted.Inherit(merge.Absorbed, merge.Survivor))
            {
                Part(merge.Survivor, other);
            }
        }

        if (resolution.Links.IsEmpty)
        {
            return;
        }

        var customer = Load(resolution.Customer);
        var standing = customer?.Standing ?? new CustomerStanding(resolution.Customer, false, false, position);
        foreach (var identifier in resolution.Links)
        {
            Hold(identifier, resolution.Customer, position, rules);
            standing = Joined(standing, identifier.Kind == IdentifierKind.UserId, identifier.Kind == IdentifierKind.LoyaltyCard);
        }

        if (standing != customer?.Standing)
        {
            Put(new Customer(standing, customer?.MergedInto));
        }
    }

    public void Forget()
    {
        _links.Clear();
        _customers.Clear();
        ReadParted();
    }

    public void Dispose()
    {
        _dropLink.Dispose();
        _putHolders.Dispose();
        _putParted.Dispose();
        _allParted.Dispose();
        _findLink.Dispose();
        _putLink.Dispose();
        _findCustomer.Dispose();
        _putCustomer.Dispose();
    }

    private static CustomerStanding Joined(CustomerStanding standing, bool userId, bool loyaltyCard) => standing with
    {
        HasUserId = standing.HasUserId || userId,
        HasLoyaltyCard = standing.HasLoyaltyCard || loyaltyCard,
    };

    private static CustomerStanding With(CustomerStanding standing, Known known) =>
        standing with { HasUserId = known.ByUserId, HasLoyaltyCard = known.ByLoyaltyCard };

    private void Hold(Identifier identifier, string customer, long position, IdentityRules rules)
    {
        var link = LinkOf(identifier);
        var holders = Holders.Moved(identifier, link.Customer, customer, link.Holders, rules, id => Load(id) is null ? id : Survivor(id).Standing.Id);
        if (holders is not null)
        {
            link = link with { Holders = holders };
            _putHolders.Bind(1, (int)identifier.Kind).Bind(2, identifier.Value).Bind(3, holders.Text).Bind(4, holders.IsShared ? 1 : 0).Run();
            if (holders.IsShared)
            {
                _dropLink.Bind(1, (int)identifier.Kind).Bind(2, identifier.Value).Run();
                _links.Set(identifier, link with { Customer = null });
                return;
            }
        }

        PutLink(identifier, link with { Customer = customer }, position);
    }

    private void PutLink(Identifier identifier, Link link, long position)
    {
        _putLink.Bind(1, (int)identifier.Kind).Bind(2, identifier.Value).Bind(3, link.Customer!).Bind(4, position).Run();
        _links.Set(identifier, link);
    }

    private void Give(IEnumerable<Identifier> identifiers, string customer, long position)
    {
        foreach (var identifier in identifiers)
        {
            if (LinkOf(identifier) is { Customer: not null } link)
            {
                PutLink(identifier, link with { Customer = customer }, position);
            }
        }
    }

    private void Part(string one, string other)
    {
        _parted.Add(one, other);
        _putParted.Bind(1, one).Bind(2, other).Run();
    }

    private void ReadParted()
    {
        _parted.Clear();
        while (_allParted.Step())
        {
            _parted.Add(_allParted.Text(0), _allParted.Text(1));
        }

        _allParted.Reset();
    }

    private Link LinkOf(Identifier identifier)
    {
        if (_links.Find(identifier) is { } known)
        {
            return known;
        }

        _findLink.Bind(1, (int)identifier.Kind).Bind(2, identifier.Value);
        _findLink.Step();
        var holders = _findLink.TextOrNull(1) is { } text ? new Holders([.. text.Split(',')], _findLink.Integer(2) != 0) : null;
        var link = new Link(_findLink.TextOrNull(0), holders);
        _findLink.Reset();
        if (link != Link.None)
        {
            _links.Set(identifier, link);
        }

        return link;
    }

    private Customer Survivor(string id)
    {
        var customer = Load(id)!;
        while (customer.MergedInto is { } next)
        {
            customer = Load(next)!;
        }

        return customer;
    }

    private Customer? Load(string id)
    {
        if (_customers.Find(id) is { } known)
        {
            return known;
        }

        _findCustomer.Bind(1, id);
        var customer = _findCustomer.Step()
            ? new Customer(
                new CustomerStanding(id, _findCustomer.Integer(0) != 0, _findCustomer.Integer(1) != 0, _findCustomer.Integer(2)),
                _findCustomer.TextOrNull(3))
            : null;
        _findCustomer.Reset();
        if (customer is not null)
        {
            _customers.Set(id, customer);
        }

        return customer;
    }

    private void Put(Customer customer)
    {
        var standing = customer.Standing;
        _putCustomer
            .Bind(1, standing.Id)
            .Bind(2, standing.HasUserId ? 1 : 0)
            .Bind(3, standing.HasLoyaltyCard ? 1 : 0)
            .Bind(4, standing.FoundedPosition)
            .Bind(5, customer.MergedInto)
            .Run();
        _customers.Set(standing.Id, customer);
    }

    /// <param name="Customer">Null: nobody, or it is shared.</param>
    private sealed record Link(string? Customer, Holders? Holders)
    {
        public static Link None { get; } = new(null, null);
    }

    private sealed record Customer(CustomerStanding Standing, string? MergedInto);
}

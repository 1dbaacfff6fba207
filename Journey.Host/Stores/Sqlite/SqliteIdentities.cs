using Journey.Domain.Identity;

namespace Journey.Host.Stores.Sqlite;

/// <summary>The writer's side of the identity tables.</summary>
internal sealed class SqliteIdentities : IIdentityLookup, IDisposable
{
    private readonly SqliteStatement _findLink;
    private readonly SqliteStatement _putLink;
    private readonly SqliteStatement _findCustomer;
    private readonly SqliteStatement _putCustomer;
    private readonly BoundedCache<Identifier, string> _links;
    private readonly BoundedCache<string, Customer> _customers;

    public SqliteIdentities(SqliteDatabase database, int cachedMax)
    {
        _findLink = database.PrepareOwned("SELECT customer FROM identity_links WHERE kind = ?1 AND value = ?2");
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
    }

    public CustomerStanding? Find(Identifier identifier) => Link(identifier) is { } customer ? Survivor(customer).Standing : null;

    public bool Exists(string customer) => Load(customer) is not null;

    /// <param name="position">Of the interaction that taught it.</param>
    public void Apply(Resolution resolution, long position)
    {
        foreach (var merge in resolution.Merges)
        {
            var absorbed = Load(merge.Absorbed)!;
            var survivor = Load(merge.Survivor)!;
            Put(absorbed with { MergedInto = merge.Survivor });
            Put(survivor with { Standing = Joined(survivor.Standing, absorbed.Standing.HasUserId, absorbed.Standing.HasLoyaltyCard) });
        }

        if (resolution.Links.IsEmpty)
        {
            return;
        }

        var customer = Load(resolution.Customer);
        var standing = customer?.Standing ?? new CustomerStanding(resolution.Customer, false, false, position);
        foreach (var identifier in resolution.Links)
        {
            _putLink.Bind(1, (int)identifier.Kind).Bind(2, identifier.Value).Bind(3, resolution.Customer).Bind(4, position).Run();
            _links.Set(identifier, resolution.Customer);
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
    }

    public void Dispose()
    {
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

    private string? Link(Identifier identifier)
    {
        if (_links.Find(identifier) is { } known)
        {
            return known;
        }

        _findLink.Bind(1, (int)identifier.Kind).Bind(2, identifier.Value);
        var customer = _findLink.Step() ? _findLink.Text(0) : null;
        _findLink.Reset();
        if (customer is not null)
        {
            _links.Set(identifier, customer);
        }

        return customer;
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

    private sealed record Customer(CustomerStanding Standing, string? MergedInto);
}

using Journey.Domain.Identity;
using Journey.Host.Stores.Identities;
using Npgsql;

namespace Journey.Host.Stores.Postgres;

/// <summary>The identity tables in the writer's transaction: looked up together beforehand, and written together at its end.</summary>
internal sealed class LogIdentityRows(Func<NpgsqlConnection> connection) : IIdentityRows
{
    private const string LinksSql =
        """
        SELECT i.kind, i.value, l.customer, h.customers, h.is_shared
        FROM unnest($1, $2) AS i (kind, value)
        LEFT JOIN journey.identity_links l ON l.kind = i.kind AND l.value = i.value
        LEFT JOIN journey.identity_holders h ON h.kind = i.kind AND h.value = i.value
        """;

    private const string CustomersSql =
        """
        SELECT id, has_user_id, has_loyalty_card, founded_position, merged_into FROM journey.identity_customers WHERE id = ANY($1)
        UNION ALL
        SELECT c.id, c.has_user_id, c.has_loyalty_card, c.founded_position, c.merged_into
        FROM unnest($2, $3) AS i (kind, value)
        JOIN journey.identity_links l ON l.kind = i.kind AND l.value = i.value
        JOIN journey.identity_customers c ON c.id = l.customer
        """;

    private const string AddLinksSql =
        """
        INSERT INTO journey.identity_links (kind, value, customer, linked_position) SELECT * FROM unnest($1, $2, $3, $4)
        ON CONFLICT (kind, value) DO UPDATE SET customer = excluded.customer, linked_position = excluded.linked_position
        """;

    private const string AddHoldersSql =
        """
        INSERT INTO journey.identity_holders (kind, value, customers, is_shared) SELECT * FROM unnest($1, $2, $3, $4)
        ON CONFLICT (kind, value) DO UPDATE SET customers = excluded.customers, is_shared = excluded.is_shared
        """;

    private const string AddCustomersSql =
        """
        INSERT INTO journey.identity_customers (id, has_user_id, has_loyalty_card, founded_position, merged_into) SELECT * FROM unnest($1, $2, $3, $4, $5)
        ON CONFLICT (id) DO UPDATE SET has_user_id = excluded.has_user_id, has_loyalty_card = excluded.has_loyalty_card,
          founded_position = excluded.founded_position, merged_into = excluded.merged_into
        """;

    private readonly Dictionary<Identifier, StoredLink> _read = [];
    private readonly Dictionary<string, StoredCustomer?> _readCustomers = new(StringComparer.Ordinal);
    private readonly Dictionary<Identifier, (string? Customer, long Position)> _links = [];
    private readonly Dictionary<Identifier, Holders?> _holders = [];
    private readonly Dictionary<string, StoredCustomer> _customers = new(StringComparer.Ordinal);
    private readonly List<(string One, string Other)> _parted = [];

    /// <summary>Asks for identifiers, for whom they lead to, and for whether those are taken whom they would found.</summary>
    public static void AskFor(NpgsqlBatch batch, List<Identifier> identifiers)
    {
        var (kinds, values) = Arrays(identifiers);
        batch.With(LinksSql, Parameters.Each(kinds), Parameters.Each(values));
        (kinds, values) = Arrays(identifiers);
        batch.With(
            CustomersSql,
            Parameters.Each(identifiers.Select(identifier => (string?)CustomerId.FoundedBy(identifier)).ToArray()), Parameters.Each(kinds), Parameters.Each(values));
    }

    public void Take(NpgsqlDataReader answers, List<Identifier> identifiers)
    {
        while (answers.Read())
        {
            _read[new Identifier((IdentifierKind)answers.GetInt16(0), answers.Text(1))] = LinkOf(answers, 2);
        }

        answers.NextResult();
        foreach (var identifier in identifiers)
        {
            _readCustomers.TryAdd(CustomerId.FoundedBy(identifier), null);
        }

        while (answers.Read())
        {
            var customer = CustomerOf(answers);
            _readCustomers[customer.Standing.Id] = customer;
        }
    }

    public StoredLink FindLink(Identifier identifier)
    {
        if (!_read.TryGetValue(identifier, out var link))
        {
            var (kinds, values) = Arrays([identifier]);
            using var find = connection().Command(LinksSql, Parameters.Each(kinds), Parameters.Each(values));
            using var row = find.ExecuteReader();
            row.Read();
            link = LinkOf(row, 2);
            _read.Add(identifier, link);
        }

        return (_links.TryGetValue(identifier, out var written), _holders.TryGetValue(identifier, out var holders)) switch
        {
            (false, false) => link,
            var (hasLink, hasHolders) => new StoredLink(hasLink ? written.Customer : link.Customer, hasHolders ? holders : link.Holders),
        };
    }

    public StoredCustomer? FindCustomer(string id)
    {
        if (_customers.TryGetValue(id, out var written))
        {
            return written;
        }

        if (!_readCustomers.TryGetValue(id, out var customer))
        {
            using var find = connection().Command(
                "SELECT id, has_user_id, has_loyalty_card, founded_position, merged_into FROM journey.identity_customers WHERE id = $1", Parameters.Of(id));
            using var row = find.ExecuteReader();
            customer = row.Read() ? CustomerOf(row) : null;
            _readCustomers.Add(id, customer);
        }

        return customer;
    }

    public IReadOnlyList<(string One, string Other)> Parted()
    {
        var parted = new List<(string, string)>();
        using (var all = connection().Command("SELECT one, other FROM journey.identity_parted"))
        {
            using var rows = all.ExecuteReader();
            while (rows.Read())
            {
                parted.Add((rows.Text(0), rows.Text(1)));
            }
        }

        parted.AddRange(_parted);
        return parted;
    }

    public void PutLink(Identifier identifier, string customer, long position) => _links[identifier] = (customer, position);

    public void DropLink(Identifier identifier) => _links[identifier] = (null, 0);

    public void DropLinksOf(string customer)
    {
        // What is waiting to be written is written first, so that it goes with the rest.
        using (var batch = new NpgsqlBatch(connection()))
        {
            Write(batch);
            batch.With("DELETE FROM journey.identity_links WHERE customer = $1", Parameters.Of(customer)).ExecuteNonQuery();
        }

        Settle();
    }

    public void PutHolders(Identifier identifier, Holders holders) => _holders[identifier] = holders;

    public void DropHolders(Identifier identifier) => _holders[identifier] = null;

    public void PutCustomer(StoredCustomer customer) => _customers[customer.Standing.Id] = customer;

    public void PutParted(string one, string other) => _parted.Add((one, other));

    public void Write(NpgsqlBatch batch)
    {
        WriteLinks(batch);
        WriteHolders(batch);
        if (_customers.Count > 0)
        {
            StoredCustomer[] customers = [.. _customers.Values];
            batch.With(
                AddCustomersSql,
                Parameters.Each(customers.Select(customer => (string?)customer.Standing.Id).ToArray()),
                Parameters.Each(customers.Select(customer => customer.Standing.HasUserId).ToArray()),
                Parameters.Each(customers.Select(customer => customer.Standing.HasLoyaltyCard).ToArray()),
                Parameters.Each(customers.Select(customer => customer.Standing.FoundedPosition).ToArray()),
                Parameters.Each(customers.Select(customer => customer.MergedInto).ToArray()));
        }

        if (_parted.Count > 0)
        {
            batch.With(
                "INSERT INTO journey.identity_parted (one, other) SELECT * FROM unnest($1, $2) ON CONFLICT DO NOTHING",
                Parameters.Each(_parted.Select(parted => (string?)parted.One).ToArray()), Parameters.Each(_parted.Select(parted => (string?)parted.Other).ToArray()));
        }

        // What was written is in the tables now: what was read before may be out of date.
        foreach (var identifier in _links.Keys.Concat(_holders.Keys))
        {
            _read.Remove(identifier);
        }

        foreach (var customer in _customers.Keys)
        {
            _readCustomers.Remove(customer);
        }

        _links.Clear();
        _holders.Clear();
        _customers.Clear();
        _parted.Clear();
    }

    /// <summary>The transaction has ended, or what was read is no longer what is stored: what lasts is remembered elsewhere.</summary>
    public void Settle()
    {
        _read.Clear();
        _readCustomers.Clear();
    }

    public void Forget()
    {
        Settle();
        _links.Clear();
        _holders.Clear();
        _customers.Clear();
        _parted.Clear();
    }

    private void WriteLinks(NpgsqlBatch batch)
    {
        var put = _links.Where(link => link.Value.Customer is not null).ToList();
        if (put.Count > 0)
        {
            var (kinds, values) = Arrays([.. put.Select(link => link.Key)]);
            batch.With(
                AddLinksSql,
                Parameters.Each(kinds), Parameters.Each(values), Parameters.Each(put.Select(link => link.Value.Customer).ToArray()),
                Parameters.Each(put.Select(link => link.Value.Position).ToArray()));
        }

        Drop(batch, "identity_links", [.. _links.Where(link => link.Value.Customer is null).Select(link => link.Key)]);
    }

    private void WriteHolders(NpgsqlBatch batch)
    {
        var put = _holders.Where(held => held.Value is not null).ToList();
        if (put.Count > 0)
        {
            var (kinds, values) = Arrays([.. put.Select(held => held.Key)]);
            batch.With(
                AddHoldersSql,
                Parameters.Each(kinds), Parameters.Each(values), Parameters.Each(put.Select(held => (string?)held.Value!.Text).ToArray()),
                Parameters.Each(put.Select(held => held.Value!.IsShared).ToArray()));
        }

        Drop(batch, "identity_holders", [.. _holders.Where(held => held.Value is null).Select(held => held.Key)]);
    }

    private static void Drop(NpgsqlBatch batch, string table, List<Identifier> identifiers)
    {
        if (identifiers.Count > 0)
        {
            var (kinds, values) = Arrays(identifiers);
            batch.With(
                $"DELETE FROM journey.{table} t USING unnest($1, $2) AS i (kind, value) WHERE t.kind = i.kind AND t.value = i.value",
                Parameters.Each(kinds), Parameters.Each(values));
        }
    }

    private static (short[] Kinds, string?[] Values) Arrays(List<Identifier> identifiers) =>
        ([.. identifiers.Select(identifier => (short)identifier.Kind)], [.. identifiers.Select(identifier => identifier.Value)]);

    private static StoredLink LinkOf(NpgsqlDataReader row, int column)
    {
        var customer = row.TextOrNull(column);
        var holders = row.TextOrNull(column + 1) is { } text ? new Holders([.. text.Split(',')], row.GetBoolean(column + 2)) : null;
        return customer is null && holders is null ? StoredLink.None : new StoredLink(customer, holders);
    }

    private static StoredCustomer CustomerOf(NpgsqlDataReader row) =>
        new(new CustomerStanding(row.Text(0), row.GetBoolean(1), row.GetBoolean(2), row.GetInt64(3)), row.TextOrNull(4));
}

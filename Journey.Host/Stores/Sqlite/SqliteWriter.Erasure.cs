using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Domain.Personal;

namespace Journey.Host.Stores.Sqlite;

/// <content>What the recording of an erasure does, in the same transaction.</content>
public sealed partial class SqliteWriter
{
    /// <summary>What appended events say of identities and personal data is done with them.</summary>
    private void Follow(AppendRequest request)
    {
        foreach (var @event in request.Events)
        {
            if (Erasure.IsOne(@event))
            {
                Erase(@event);
            }
            else if (@event.Kind == EventKind.Interaction && (@event.Flags & EventFlags.LinksIdentity) != 0)
            {
                // An export of an erased customer: the id is taken, though nobody holds anything.
                Database.Prepare(
                    """
                    INSERT OR IGNORE INTO identity_customers (id, has_user_id, has_loyalty_card, founded_position, merged_into) VALUES (?1, 0, 0, ?2, NULL)
                    """).Bind(1, @event.Stream).Bind(2, Head).Run();
            }
        }
    }

    /// <summary>Destroys the keys of everybody named, and lets go of their identifiers: from this commit on, who comes with one of them is somebody new.</summary>
    private void Erase(NewEvent erased)
    {
        foreach (var customer in Erasure.CustomersOf(StoredPayload.Json(erased.Payload)))
        {
            if (_events.NumberOf(customer) is > 0 and var stream)
            {
                _keys.Destroy(Database.Personal, stream, erased.OccurredAt);
            }

            Database.Prepare("DELETE FROM identity_links WHERE customer = ?1").Bind(1, customer).Run();
            // A provider's answer may name the address.
            Database.Prepare("UPDATE dead_letters SET reason = 'The customer was erased.' WHERE customer = ?1").Bind(1, customer).Run();
        }

        _identities.Forget();
    }

    private int AlignHolders(IdentityMap log, IdentityMap stored)
    {
        var changed = 0;
        foreach (var (identifier, _) in stored.AllHolders.Where(held => !log.AllHolders.ContainsKey(held.Key)))
        {
            Database.Prepare("DELETE FROM identity_holders WHERE kind = ?1 AND value = ?2").Bind(1, (int)identifier.Kind).Bind(2, identifier.Value).Run();
            changed++;
        }

        foreach (var (identifier, holders) in log.AllHolders)
        {
            if (!holders.Equals(stored.AllHolders.GetValueOrDefault(identifier)))
            {
                Database.Prepare(
                    """
                    INSERT INTO identity_holders (kind, value, customers, is_shared) VALUES (?1, ?2, ?3, ?4)
                    ON CONFLICT (kind, value) DO UPDATE SET customers = excluded.customers, is_shared = excluded.is_shared
                    """).Bind(1, (int)identifier.Kind).Bind(2, identifier.Value).Bind(3, holders.Text).Bind(4, holders.IsShared ? 1 : 0).Run();
                changed++;
            }
        }

        return changed;
    }

    /// <summary>Makes the identity tables say what a fold of the log says.</summary>
    internal int Align(IdentityMap log)
    {
        var stored = StateReader.Identities(Database);
        var changed = 0;
        foreach (var (identifier, _) in stored.Links)
        {
            if (log.Find(identifier) is null)
            {
                Database.Prepare("DELETE FROM identity_links WHERE kind = ?1 AND value = ?2").Bind(1, (int)identifier.Kind).Bind(2, identifier.Value).Run();
                changed++;
            }
        }

        foreach (var (identifier, customer) in log.Links)
        {
            if (stored.Find(identifier)?.Id != log.Find(identifier)!.Id)
            {
                Database.Prepare(
                    """
                    INSERT INTO identity_links (kind, value, customer, linked_position) VALUES (?1, ?2, ?3, ?4)
                    ON CONFLICT (kind, value) DO UPDATE SET customer = excluded.customer, linked_position = excluded.linked_position
                    """).Bind(1, (int)identifier.Kind).Bind(2, identifier.Value).Bind(3, customer).Bind(4, Head).Run();
                changed++;
            }
        }

        var known = stored.Customers.ToDictionary(customer => customer.Standing.Id, StringComparer.Ordinal);
        foreach (var customer in log.Customers)
        {
            if (!known.TryGetValue(customer.Standing.Id, out var before) || before != customer)
            {
                var (standing, mergedInto) = customer;
                Database.Prepare(
                    """
                    INSERT INTO identity_customers (id, has_user_id, has_loyalty_card, founded_position, merged_into) VALUES (?1, ?2, ?3, ?4, ?5)
                    ON CONFLICT (id) DO UPDATE SET has_user_id = excluded.has_user_id, has_loyalty_card = excluded.has_loyalty_card,
                      founded_position = excluded.founded_position, merged_into = excluded.merged_into
                    """)
                    .Bind(1, standing.Id).Bind(2, standing.HasUserId ? 1 : 0).Bind(3, standing.HasLoyaltyCard ? 1 : 0)
                    .Bind(4, standing.FoundedPosition).Bind(5, mergedInto).Run();
                changed++;
            }
        }

        changed += AlignHolders(log, stored);
        _identities.Forget();
        return changed;
    }
}

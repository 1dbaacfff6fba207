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
                _identities.Reserve(@event.Stream, Head);
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

            _identities.Release(customer);

            // A provider's answer may name the address.
            Database.Prepare("UPDATE dead_letters SET reason = 'The customer was erased.' WHERE customer = ?1").Bind(1, customer).Run();
        }
    }

    /// <summary>Makes the identity tables say what a fold of the log says.</summary>
    internal int Align(IdentityMap log) => _identities.Align(log, StateReader.Identities(Database), Head);
}

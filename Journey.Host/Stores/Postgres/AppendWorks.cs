using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Domain.Personal;

namespace Journey.Host.Stores.Postgres;

/// <summary>What callers from outside ask of the log.</summary>
internal static class AppendWorks
{
    public static AppendJob<AppendResult[]> Append(IReadOnlyList<AppendRequest> requests, CancellationToken cancellation) => new(
        needs =>
        {
            foreach (var request in requests)
            {
                needs.Streams.Add(request.Stream);

                // A repeated request is a duplicate before it is a conflict.
                needs.IsEveryKeyAsked |= request.Expected != ExpectedVersion.Any;
                foreach (var appended in request.Events)
                {
                    needs.Keys.Add(EventKeys.Wide(appended.Source, appended.Id));
                }
            }
        },
        log =>
        {
            var results = new AppendResult[requests.Count];
            for (var i = 0; i < results.Length; i++)
            {
                results[i] = log.Append(requests[i]);
                if (results[i] is AppendResult.Appended)
                {
                    log.Identities.Follow(requests[i]);
                    Follow(log, requests[i]);
                }
            }

            return results;
        },
        requests.Sum(static request => request.Events.Count),
        cancellation);

    public static AppendJob<IngestAnswer[]> Ingest(IReadOnlyList<Interaction> interactions, CancellationToken cancellation) => new(
        needs =>
        {
            foreach (var interaction in interactions)
            {
                needs.Keys.Add(EventKeys.Wide(interaction.Source, interaction.Id));
                needs.Identifiers.UnionWith(interaction.Identifiers);
                if (!interaction.Alias.IsDefaultOrEmpty)
                {
                    needs.Identifiers.UnionWith(interaction.Alias);
                }
            }
        },
        log => [.. interactions.Select(interaction => Ingest(log, interaction))],
        interactions.Count,
        cancellation);

    /// <summary>Parts two customers, unless they are not merged (any more).</summary>
    public static AppendJob<UnmergeAnswer> Part(Unmerge unmerge, long at, CancellationToken cancellation) => new(
        needs =>
        {
            foreach (var parted in unmerge.ToEvents(at))
            {
                needs.Keys.Add(EventKeys.Wide(parted.Source, parted.Id));
            }
        },
        log =>
        {
            if (!log.Identities.TryUnmerge(unmerge))
            {
                return new UnmergeAnswer.NotMerged();
            }

            var last = 0L;
            foreach (var parted in unmerge.ToEvents(at))
            {
                log.TryAppend(parted, out last);
            }

            return new UnmergeAnswer.Done(last);
        },
        2,
        cancellation);

    private static IngestAnswer Ingest(LogWriter log, Interaction interaction)
    {
        // A repeated interaction must teach nothing: what it said may have been overtaken since.
        if (log.Find(interaction.Source, interaction.Id) is > 0 and var known)
        {
            return new IngestAnswer.Duplicate(known);
        }

        var rules = log.Rules();
        var resolution = IdentityResolution.Resolve(interaction, log.Identities, rules);
        foreach (var merged in IdentityEvents.Of(resolution.Merges, interaction))
        {
            log.TryAppend(merged, out _);
        }

        log.TryAppend(
            new NewEvent(
                resolution.Customer,
                interaction.Source,
                interaction.Id,
                interaction.Name,
                EventKind.Interaction,
                resolution.TeachesSomething ? interaction.Flags | EventFlags.LinksIdentity : interaction.Flags,
                interaction.Channel,
                interaction.OccurredAt,
                interaction.ReceivedAt,
                interaction.Payload),
            out var position);
        if (resolution.TeachesSomething)
        {
            log.Identities.Apply(resolution, position, rules);
        }

        return new IngestAnswer.Recorded(resolution.Customer, position);
    }

    /// <summary>What appended events say of identities and personal data is done with them.</summary>
    private static void Follow(LogWriter log, AppendRequest request)
    {
        foreach (var appended in request.Events)
        {
            if (Erasure.IsOne(appended))
            {
                Erase(log, appended);
            }
            else if (appended.Kind == EventKind.Interaction && (appended.Flags & EventFlags.LinksIdentity) != 0)
            {
                // An export of an erased customer: the id is taken, though nobody holds anything.
                log.Identities.Reserve(appended.Stream, log.Head);
            }
        }
    }

    /// <summary>Destroys the keys of everybody named, and lets go of their identifiers: from this commit on, who comes with one of them is somebody new.</summary>
    private static void Erase(LogWriter log, NewEvent erased)
    {
        // What was taken before it in this transaction is sealed with the key, and then the key goes.
        log.WriteNow();
        foreach (var customer in Erasure.CustomersOf(StoredPayload.Json(erased.Payload)))
        {
            log.DestroyKey(customer, erased.OccurredAt);
            log.Identities.Release(customer);

            // A provider's answer may name the address.
            log.Connection.Run("UPDATE journey.dead_letters SET reason = 'The customer was erased.' WHERE customer = $1", Parameters.Of(customer));
        }
    }
}

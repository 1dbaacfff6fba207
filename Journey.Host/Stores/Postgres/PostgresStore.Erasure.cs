using Journey.Domain.EventLog;
using Journey.Domain.Identity;
using Npgsql;

namespace Journey.Host.Stores.Postgres;

/// <content>Who is who, and what becomes of it after an erasure.</content>
public sealed partial class PostgresStore
{
    private const int FoldPageEvents = 10_000;

    public ValueTask<string?> FindAsync(Identifier identifier, CancellationToken cancellation = default) => ReadAsync(
        connection => IdentityQueries.Find(connection, identifier), cancellation);

    public ValueTask<IReadOnlyDictionary<Identifier, string>> LinksAsync(IReadOnlyCollection<Identifier> identifiers, CancellationToken cancellation = default) =>
        ReadAsync<IReadOnlyDictionary<Identifier, string>>(connection => IdentityQueries.Links(connection, identifiers), cancellation);

    public ValueTask<string?> MergedIntoAsync(string customer, CancellationToken cancellation = default) => ReadAsync(
        connection =>
        {
            using var find = connection.Command("SELECT merged_into FROM journey.identity_customers WHERE id = $1", Parameters.Of(customer));
            return find.ExecuteScalar() is string survivor ? PostgresText.From(survivor) : null;
        },
        cancellation);

    public ValueTask<string> IdentityDigestAsync(CancellationToken cancellation = default) =>
        ReadAtOnceAsync(connection => IdentityQueries.All(connection).Digest(), cancellation);

    public ValueTask<IReadOnlyList<string>> FamilyAsync(string customer, CancellationToken cancellation = default) => ReadAsync<IReadOnlyList<string>>(
        connection => IdentityQueries.Family(connection, customer), cancellation);

    public async ValueTask<int> AlignIdentitiesAsync(CancellationToken cancellation = default)
    {
        // Most of the log is folded beside the writer; only what came meanwhile is folded while others wait.
        var fold = new IdentityFold();
        var after = Checkpoint.Start;
        while (await ReadAsync(after, FoldPageEvents, new ReadOptions(WithIds: false), cancellation) is { AtEnd: false } page)
        {
            Apply(fold, page);
            after = page.Next;
        }

        return await Writer().Enqueue(new AppendJob<int>(
            static _ => { },
            log =>
            {
                // Done a second time, this finds nothing more of what was committed: what others append in the same transaction comes after.
                while (ReadOn(log.Connection, after) is { AtEnd: false } page)
                {
                    Apply(fold, page);
                    after = page.Next;
                }

                return log.Identities.Align(fold.Map, IdentityQueries.All(log.Connection), log.Head);
            },
            0,
            cancellation));
    }

    /// <summary>What was overwritten in the tables is removed from them. The server's write-ahead log keeps it until it is recycled, and so do archives of it: see the manual.</summary>
    public async ValueTask<bool> EmptyWriteAheadAsync(CancellationToken cancellation = default)
    {
        RefuseReadOnly();
        try
        {
            return await ReadAsync(
                connection =>
                {
                    connection.Run("VACUUM journey.personal_keys, journey.identity_links, journey.identity_holders, journey.dead_letters");
                    using var isOwner = connection.Command("SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'journey.personal_keys'::regclass");
                    return (bool)isOwner.ExecuteScalar()!;
                },
                cancellation);
        }
        catch (StoreException refused) when (refused.InnerException is PostgresException)
        {
            return false;
        }
    }

    private EventPage ReadOn(NpgsqlConnection connection, Checkpoint after)
    {
        using var command = PostgresEventReader.Command(connection, PositionOf(after), FoldPageEvents, ReadOptions.Default);
        return _events.Page(connection, command.ExecuteReader(), after, ReadOptions.Default);
    }

    private static void Apply(IdentityFold fold, EventPage page)
    {
        foreach (var recorded in page.Events)
        {
            fold.Apply(recorded);
        }
    }
}

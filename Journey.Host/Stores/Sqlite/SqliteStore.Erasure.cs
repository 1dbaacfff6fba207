using Journey.Domain.EventLog;
using Journey.Domain.Identity;

namespace Journey.Host.Stores.Sqlite;

/// <content>Personal data: families, identities after an erasure, and files without traces.</content>
public sealed partial class SqliteStore
{
    private const int FoldPageEvents = 10_000;
    private const int AlignmentsMax = 5;
    private static readonly TimeSpan _readersPatience = TimeSpan.FromMilliseconds(100);
    private const int EmptyingsMax = 30;

    public ValueTask<IReadOnlyList<string>> FamilyAsync(string customer, CancellationToken cancellation = default) =>
        _readers.ReadAsync<IReadOnlyList<string>>(database => StateReader.Family(database, customer), cancellation);

    public async ValueTask<int> AlignIdentitiesAsync(CancellationToken cancellation = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            // Most of the log is folded beside the writer; only what came meanwhile is folded while it waits.
            var fold = new IdentityFold();
            var after = await FoldAsync(fold, cancellation);
            var isFirst = true;
            var changed = await WriteAsync(
                writer =>
                {
                    // Run a second time, the fold would have seen what a rollback took back.
                    if (!isFirst)
                    {
                        return -1;
                    }

                    isFirst = false;
                    Fold(fold, after, (at, max) => _events.Read(writer.Database, at, max, ReadOptions.Default));
                    return writer.Align(fold.Map);
                },
                cancellation);
            if (changed >= 0)
            {
                return changed;
            }

            if (attempt == AlignmentsMax)
            {
                throw new StoreException("The identities could not be aligned: other writes fail all the time. Try again once the store can be written.");
            }
        }
    }

    public async ValueTask<bool> EmptyWriteAheadAsync(CancellationToken cancellation = default)
    {
        Writer();
        for (var attempt = 0; attempt < EmptyingsMax; attempt++)
        {
            if (await Task.Run(() => TryEmpty(Path), cancellation))
            {
                return true;
            }

            await Task.Delay(_readersPatience, cancellation);
        }

        return false;
    }

    /// <summary>On a connection of its own: the writer's is never without a transaction for long.</summary>
    private static bool TryEmpty(string path)
    {
        using var database = SqliteDatabase.OpenReader(path);
        database.Execute("PRAGMA query_only = OFF; PRAGMA busy_timeout = 100");
        return database.Scalar("PRAGMA wal_checkpoint(TRUNCATE)") == 0;
    }

    private async Task<Checkpoint> FoldAsync(IdentityFold fold, CancellationToken cancellation)
    {
        for (var after = Checkpoint.Start; ;)
        {
            var page = await ReadAsync(after, FoldPageEvents, new ReadOptions(WithIds: false), cancellation);
            if (page.AtEnd)
            {
                return after;
            }

            foreach (var recorded in page.Events)
            {
                fold.Apply(recorded);
            }

            after = page.Next;
        }
    }

    private static void Fold(IdentityFold fold, Checkpoint after, Func<Checkpoint, int, EventPage> read)
    {
        for (; ; )
        {
            var page = read(after, FoldPageEvents);
            if (page.AtEnd)
            {
                return;
            }

            foreach (var recorded in page.Events)
            {
                fold.Apply(recorded);
            }

            after = page.Next;
        }
    }
}

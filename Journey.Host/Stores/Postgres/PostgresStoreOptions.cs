namespace Journey.Host.Stores.Postgres;

public sealed class PostgresStoreOptions
{
    /// <summary>Gets a value indicating whether the store is opened for reading only.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Gets a value indicating whether the tables are made in a database that has none.</summary>
    /// <value>The default is true.</value>
    public bool CreateIfMissing { get; init; } = true;

    /// <summary>Gets how many calls may wait to be written before ingest and append throw <see cref="StoreBusyException"/>.</summary>
    /// <value>1 to 1,000,000. The default is 4,096.</value>
    public int QueueJobsMax { get; init => field = Checked(value, 1, 1_000_000, nameof(QueueJobsMax)); } = 4_096;

    /// <summary>Gets how many events may wait to be written before ingest and append throw <see cref="StoreBusyException"/>. A call larger than that is taken when nothing else waits.</summary>
    /// <value>1 to 10,000,000. The default is 20,000.</value>
    public int QueueEventsMax { get; init => field = Checked(value, 1, 10_000_000, nameof(QueueEventsMax)); } = 20_000;

    /// <summary>Gets at how many events a commit takes no further call.</summary>
    /// <value>1 to 1,000,000. The default is 4,000.</value>
    public int CommitEventsMax { get; init => field = Checked(value, 1, 1_000_000, nameof(CommitEventsMax)); } = 4_000;

    /// <summary>Gets how many connections this host holds at most; what needs one more waits.</summary>
    /// <value>4 to 1,000. The default is 24.</value>
    public int ConnectionsMax { get; init => field = Checked(value, 4, 1_000, nameof(ConnectionsMax)); } = 24;

    /// <summary>Gets how many streams' names and versions, and how many identifiers, are kept in memory. What is not kept is read again.</summary>
    /// <value>16 to 16,777,216. The default is 262,144.</value>
    public int StreamsCachedMax { get; init => field = Checked(value, 16, 16_777_216, nameof(StreamsCachedMax)); } = 262_144;

    /// <summary>Gets how many positions a part of the events' table holds, in a store that is made now.</summary>
    /// <value>1,000 to 1,000,000,000. The default is 10,000,000.</value>
    public int PartEvents { get; init => field = Checked(value, 1_000, 1_000_000_000, nameof(PartEvents)); } = (int)PostgresSchema.PartEvents;

    /// <summary>Gets the master key, 32 bytes, that wraps the keys of customers' personal data.</summary>
    /// <value>The default is what JOURNEY_MASTER_KEY or JOURNEY_MASTER_KEY_FILE gives; null: one that the store keeps itself.</value>
    public byte[]? MasterKey { get; init; } = Personal.MasterKey.FromEnvironment();

    /// <summary>Gets what is called in each appending transaction before its commit; what it throws takes the transaction back. For tests.</summary>
    internal Action<Npgsql.NpgsqlConnection>? BeforeCommit { get; init; }

    private static int Checked(int value, int min, int max, string name) => value >= min && value <= max
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be between {min:N0} and {max:N0}.");
}

using Journey.Domain.Events;

namespace Journey.Host.Stores.Postgres;

/// <summary>A stream as the writer knows it.</summary>
internal sealed class LogStream(string name)
{
    /// <summary>It has not been looked up yet: events can be taken for it, and get their versions later.</summary>
    public const long Unknown = -1;

    public string Name { get; } = name;

    public int Partition { get; } = Partitions.Of(name);

    /// <summary>0: nothing was ever appended to it, or it is <see cref="Unknown"/>.</summary>
    public long Id { get; set; }

    /// <summary>Of the last event that is committed.</summary>
    public long Committed { get; set; } = Unknown;

    /// <summary>Events taken in this transaction.</summary>
    public int Taken { get; set; }

    /// <summary>Whether the stream ever had a key of personal data.</summary>
    public bool HasKey { get; set; }

    /// <summary>Its key, as it is stored; null: none, or it was destroyed.</summary>
    public byte[]? WrappedKey { get; set; }

    public bool IsKnown => Committed != Unknown;

    public long Version => Committed + Taken;
}

/// <summary>An event that is to be appended in this transaction.</summary>
/// <param name="Ordinal">Among those of its stream in this transaction, from 1.</param>
internal readonly record struct PendingEvent(LogStream Stream, NewEvent Event, Guid Key, long Position, int Ordinal);

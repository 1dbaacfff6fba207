using Journey.Domain.Identity;

namespace Journey.Host.Stores.Postgres;

/// <summary>What the works of a transaction will look up, gathered so that it is asked for in one round trip.</summary>
internal sealed class LogNeeds
{
    /// <summary>Streams whose versions decide something. Others are looked up when all is taken.</summary>
    public HashSet<string> Streams { get; } = new(StringComparer.Ordinal);

    public HashSet<Identifier> Identifiers { get; } = [];

    /// <summary>Ids that may have been used before.</summary>
    public HashSet<Guid> Keys { get; } = [];

    /// <summary>True: whether they were decides on more than the events themselves, so that they are looked up in any case.</summary>
    public bool IsEveryKeyAsked { get; set; }
}

/// <summary>Something that is done under the log's lock. It may be done again, where its transaction failed for another's sake.</summary>
internal interface ILogWork
{
    void Need(LogNeeds needs);

    void Run(LogWriter log);
}

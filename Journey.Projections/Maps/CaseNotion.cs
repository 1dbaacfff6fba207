namespace Journey.Projections.Maps;

/// <summary>Whose events make one trace of the journey map.</summary>
public enum CaseNotion
{
    Customer = 0,
    Session = 1,
}

/// <summary>What makes two events the same activity of the journey map.</summary>
public enum ActivityNotion
{
    /// <summary>Event name and channel: the finest, of which the others are sums.</summary>
    NameChannel = 0,

    Name = 1,
    Channel = 2,
}

public static class MapNotions
{
    public static string NameOf(CaseNotion notion) => notion == CaseNotion.Customer ? "customer" : "session";

    public static string NameOf(ActivityNotion notion) => notion switch
    {
        ActivityNotion.Name => "name",
        ActivityNotion.Channel => "channel",
        _ => "name-channel",
    };

    /// <summary>Null: no such case notion.</summary>
    public static CaseNotion? CaseFrom(string text) => text switch
    {
        "customer" => CaseNotion.Customer,
        "session" => CaseNotion.Session,
        _ => null,
    };

    /// <summary>Null: no such activity notion.</summary>
    public static ActivityNotion? ActivityFrom(string text) => text switch
    {
        "name" => ActivityNotion.Name,
        "channel" => ActivityNotion.Channel,
        "name-channel" or "name+channel" => ActivityNotion.NameChannel,
        _ => null,
    };
}

namespace Journey.Projections.Attribution;

/// <summary>Why something counts as a touch. The names are in the read model: add, never rename.</summary>
public enum TouchKind : byte
{
    /// <summary>A visit that says which campaign it comes from.</summary>
    Campaign,

    /// <summary>A click on a message.</summary>
    Click,

    /// <summary>A session's first interaction on a channel: by a link from elsewhere, or on a channel that nobody comes to by chance.</summary>
    Visit,

    /// <summary>A session's first interaction on the web or in the app, with no word on where it comes from.</summary>
    Direct,
}

/// <summary>One contact that a conversion may be credited to.</summary>
/// <param name="At">Unix milliseconds.</param>
/// <param name="Position">In the log: the order of two at the same instant.</param>
/// <param name="Channel">What brought the customer: a campaign's medium, a message's channel, <c>referral</c>, <c>direct</c>, or the channel itself.</param>
/// <param name="Campaign">The campaign's or the journey's name; null: none.</param>
public readonly record struct Touch(long At, long Position, TouchKind Kind, string Channel, string? Campaign)
{
    public const string Direct = "direct";
    public const string Referral = "referral";

    public static string NameOf(TouchKind kind) => kind switch
    {
        TouchKind.Campaign => "campaign",
        TouchKind.Click => "click",
        TouchKind.Visit => "visit",
        _ => "direct",
    };

    public static TouchKind KindOf(string? name) => name switch
    {
        "campaign" => TouchKind.Campaign,
        "click" => TouchKind.Click,
        "visit" => TouchKind.Visit,
        _ => TouchKind.Direct,
    };
}

/// <summary>Something that a customer did and that is worth credit.</summary>
/// <param name="Amount">Null: it brings no money.</param>
public readonly record struct Converted(long At, long Position, decimal? Amount, string Currency);

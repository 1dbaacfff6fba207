namespace Journey.Host.Ingestion;

/// <summary>Why one event was not taken. Its neighbours are.</summary>
/// <param name="Code">Stable: senders and metrics may rely on it.</param>
/// <param name="Reason">A sentence for the person who reads the sender's log.</param>
public sealed record Refusal(string Code, string Reason)
{
    public const string TooLargeCode = "event-too-large";

    public static Refusal TooLarge(int bytes, int max) => new(TooLargeCode, $"The event has {bytes:N0} bytes; at most {max:N0} are taken.");

    public static Refusal TooDeep { get; } = new("event-too-deep", $"The event is nested deeper than {IngestLimits.EventDepthMax} levels.");

    public static Refusal TooManyValues { get; } = new("too-many-values", $"The event has more than {IngestLimits.EventValuesMax:N0} members and items.");

    public static Refusal NotAnObject { get; } = new("not-an-object", "An event must be a JSON object.");

    public static Refusal UnknownType(string? type) => new("unknown-type",
        $"The event's type is {Shown(type)}; expected track, identify, page, screen, group or alias.");

    public static Refusal NameMissing { get; } = new("name-missing", "The event has no name: \"event\" must be text that isn't empty.");

    public static Refusal NameTooLong { get; } = new("name-too-long", $"The event's name is longer than {IngestLimits.NameLengthMax} characters.");

    public static Refusal NameNotPrintable { get; } = new("name-not-printable", "The event's name has control characters.");

    public static Refusal NameReserved(string name) => new("name-reserved", $"\"{name}\" is a name that Journey itself writes; choose another.");

    public static Refusal NoIdentifier { get; } = new("no-identifier",
        "Nothing says whose event it is: expected a userId, anonymousId, email, phone, loyalty card or device id.");

    public static Refusal IdNotText(string name) => new("id-not-text", $"\"{name}\" must be text or a number.");

    public static Refusal IdTooLong(string name) => new("id-too-long", $"\"{name}\" is longer than {IngestLimits.IdLengthMax} characters.");

    public static Refusal NotAnObjectMember(string name) => new("not-an-object", $"\"{name}\" must be a JSON object.");

    public static Refusal BadTime(string name) => new("bad-time",
        $"\"{name}\" must be a time from 1970 on: ISO 8601, or a number of milliseconds since 1970.");

    public static Refusal PreviousIdMissing { get; } = new("previous-id-missing", "An alias must say whom it was known as: \"previousId\" is missing.");

    public static Refusal GroupIdMissing { get; } = new("group-id-missing", "A group call must name the group: \"groupId\" is missing.");

    public static Refusal UnknownWriteKey { get; } = new("unknown-write-key", "The event's write key is missing or not known.");

    public static Refusal AttributeMissing(string name) => new("attribute-missing", $"The CloudEvents attribute \"{name}\" is missing or empty.");

    public static Refusal AttributeNotText(string name) => new("attribute-not-text", $"The CloudEvents attribute \"{name}\" must be text, a number or a truth value.");

    public static Refusal SpecVersion(string? version) => new("spec-version", $"specversion is {Shown(version)}; expected \"1.0\".");

    public static Refusal SourceReserved(string source) => new("source-reserved", $"\"{source}\" is a source that Journey itself uses; choose another.");

    public static Refusal DataTwice { get; } = new("data-twice", "An event has either \"data\" or \"data_base64\", not both.");

    public static Refusal DataNotBase64 { get; } = new("data-not-base64", "\"data_base64\" must be base64 text.");

    private static string Shown(string? text) => text is null ? "missing" : $"\"{(text.Length <= 40 ? text : text[..40] + "…")}\"";
}

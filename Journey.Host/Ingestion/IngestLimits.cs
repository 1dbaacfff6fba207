namespace Journey.Host.Ingestion;

/// <summary>What a sender may ask of ingestion. Every limit has an answer of its own: see docs/reference/http-api.md.</summary>
public sealed class IngestLimits
{
    /// <summary>Levels of nesting inside one event, the event itself being the first.</summary>
    public const int EventDepthMax = 32;

    /// <summary>Members and array items in one event, at all levels together.</summary>
    public const int EventValuesMax = 2_000;

    /// <summary>UTF-16 code units in an event's name.</summary>
    public const int NameLengthMax = 200;

    /// <summary>UTF-16 code units in a message id, a session id or an identifier.</summary>
    public const int IdLengthMax = 256;

    /// <summary>Levels of nesting that a request may have before it isn't read at all.</summary>
    public const int RequestDepthMax = 256;

    /// <summary>Gets or sets how large a request may be, in bytes, as sent and again after decompression. More is answered 413.</summary>
    /// <value>The default value is 4,194,304 (4 MB).</value>
    public int RequestBytesMax
    {
        get;
        set => field = Within(value, 1_024, 64 << 20, nameof(RequestBytesMax));
    } = 4 << 20;

    /// <summary>Gets or sets how large one event may be, in bytes of its JSON as sent. A larger one is refused alone.</summary>
    /// <value>The default value is 65,536 (64 KB).</value>
    public int EventBytesMax
    {
        get;
        set => field = Within(value, 256, 4 << 20, nameof(EventBytesMax));
    } = 64 << 10;

    /// <summary>Gets or sets how many events a batch may have. More is answered 413.</summary>
    /// <value>The default value is 10,000.</value>
    public int BatchEventsMax
    {
        get;
        set => field = Within(value, 1, 10_000, nameof(BatchEventsMax));
    } = 10_000;

    /// <summary>Gets or sets how many events may wait to be recorded before ingestion answers 429.</summary>
    /// <value>The default value is 10,000.</value>
    public int QueueEventsMax
    {
        get;
        set => field = Within(value, 1, 1_000_000, nameof(QueueEventsMax));
    } = 10_000;

    /// <summary>Gets or sets how many ingest requests may be read at once before ingestion answers 429: it bounds the memory that bodies take.</summary>
    /// <value>The default value is 256.</value>
    public int RequestsMax
    {
        get;
        set => field = Within(value, 1, 100_000, nameof(RequestsMax));
    } = 256;

    private static int Within(int value, int min, int max, string name) =>
        value >= min && value <= max ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be between {min:N0} and {max:N0}.");
}

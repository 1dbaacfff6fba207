namespace Journey.Domain.Cel;

/// <summary>What a value is at evaluation. Errors are values too, so that evaluation never throws for bad data.</summary>
public enum CelKind : byte
{
    Null,
    Bool,
    Int,
    Uint,
    Double,
    String,
    Bytes,
    Timestamp,
    Duration,
    List,
    Map,
    Type,
    Error,
}

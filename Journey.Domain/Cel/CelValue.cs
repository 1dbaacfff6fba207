using System.Text.Json;
using NodaTime;

namespace Journey.Domain.Cel;

/// <summary>One value of the expression language, 24 bytes, without boxing for numbers, booleans and times.</summary>
/// <remarks>
/// Equality is CEL's: numbers compare across int, uint and double, and NaN equals nothing, not even itself.
/// The default value is null.
/// </remarks>
public readonly struct CelValue : IEquatable<CelValue>
{
    /// <summary>Nanoseconds in one second.</summary>
    internal const int NanosPerSecond = 1_000_000_000;

    private readonly object? _object;
    private readonly long _bits;
    private readonly int _nanos;
    private readonly CelKind _kind;

    private CelValue(CelKind kind, long bits, object? @object = null, int nanos = 0)
    {
        _kind = kind;
        _bits = bits;
        _object = @object;
        _nanos = nanos;
    }

    public static CelValue Null => default;

    public static CelValue True => new(CelKind.Bool, 1);

    public static CelValue False => new(CelKind.Bool, 0);

    public CelKind Kind => _kind;

    public bool IsNull => _kind == CelKind.Null;

    public bool IsError => _kind == CelKind.Error;

    /// <summary>Gets a value indicating whether this is the boolean true; an error, or anything else, is not. This is how a condition is read.</summary>
    public bool IsTrue => _kind == CelKind.Bool && _bits != 0;

    /// <summary>Gets a value indicating whether this is the boolean false; an error, or anything else, is not.</summary>
    public bool IsFalse => _kind == CelKind.Bool && _bits == 0;

    /// <summary>Gets the message of an error; empty for every other value.</summary>
    public string ErrorMessage => _kind == CelKind.Error ? (string)_object! : "";

    internal long Bits => _bits;

    internal object? Reference => _object;

    /// <summary>Gets the nanoseconds within the second of a timestamp, 0 to 999,999,999.</summary>
    internal int Nanos => _nanos;

    public static bool operator ==(CelValue left, CelValue right) => left.Equals(right);

    public static bool operator !=(CelValue left, CelValue right) => !left.Equals(right);

    public static CelValue From(bool value) => new(CelKind.Bool, value ? 1 : 0);

    public static CelValue From(long value) => new(CelKind.Int, value);

    public static CelValue From(ulong value) => new(CelKind.Uint, unchecked((long)value));

    public static CelValue From(double value) => new(CelKind.Double, BitConverter.DoubleToInt64Bits(value));

    /// <summary>A money value as a double: the language has no decimal type, and amounts up to 15 digits keep their value.</summary>
    public static CelValue From(decimal value) => From((double)value);

    public static CelValue From(string? value) => value is null ? default : new(CelKind.String, 0, value);

    public static CelValue From(byte[] value) => new(CelKind.Bytes, 0, value);

    /// <summary>A point in time in milliseconds since 1970; an error outside the years 1 to 9999.</summary>
    public static CelValue Timestamp(long unixMilliseconds)
    {
        var seconds = Math.DivRem(unixMilliseconds, 1000, out var rest);
        return rest < 0
            ? Timestamp(seconds - 1, (int)(rest + 1000) * 1_000_000)
            : Timestamp(seconds, (int)rest * 1_000_000);
    }

    /// <summary>A point in time in seconds since 1970 and nanoseconds (0 to 999,999,999); an error outside the years 1 to 9999.</summary>
    public static CelValue Timestamp(long unixSeconds, int nanos) =>
        unixSeconds is < CelTimes.SecondsMin or > CelTimes.SecondsMax || nanos is < 0 or >= NanosPerSecond
            ? CelTexts.TimestampRange
            : new(CelKind.Timestamp, unixSeconds, null, nanos);

    /// <summary>A point in time; an error outside the years 1 to 9999.</summary>
    public static CelValue Timestamp(Instant instant)
    {
        var seconds = instant.ToUnixTimeSeconds();
        return Timestamp(seconds, (int)(instant - Instant.FromUnixTimeSeconds(seconds)).SubsecondNanoseconds);
    }

    /// <summary>A duration; TimeSpan counts in 100 ns.</summary>
    public static CelValue Duration(TimeSpan value) =>
        Duration(value.Ticks / TimeSpan.TicksPerSecond, (int)(value.Ticks % TimeSpan.TicksPerSecond) * 100);

    /// <summary>A duration of seconds and nanoseconds of the same sign; an error beyond about 292 years.</summary>
    public static CelValue Duration(long seconds, int nanos)
    {
        var total = ((Int128)seconds * NanosPerSecond) + nanos;
        return total < long.MinValue || total > long.MaxValue ? CelTexts.DurationRange : DurationOf((long)total);
    }

    public static CelValue List(IReadOnlyList<CelValue> value) => new(CelKind.List, 0, value);

    public static CelValue Map(CelMap value) => new(CelKind.Map, 0, value);

    /// <summary>A type as a value: int, list, google.protobuf.Timestamp and so on.</summary>
    public static CelValue Type(string name) => new(CelKind.Type, 0, name);

    public static CelValue Error(string message) => new(CelKind.Error, 0, message);

    /// <summary>Reads JSON lazily. A number without fraction and exponent that fits is an int, every other number a double.</summary>
    public static CelValue FromJson(JsonElement element) => CelJson.Read(element);

    internal static CelValue DurationOf(long nanoseconds) => new(CelKind.Duration, nanoseconds);

    public bool AsBool() => _kind == CelKind.Bool ? _bits != 0 : throw Unexpected(CelKind.Bool);

    public long AsInt() => _kind == CelKind.Int ? _bits : throw Unexpected(CelKind.Int);

    public ulong AsUint() => _kind == CelKind.Uint ? unchecked((ulong)_bits) : throw Unexpected(CelKind.Uint);

    /// <summary>The value of any number as a double.</summary>
    public double AsDouble() => _kind switch
    {
        CelKind.Double => BitConverter.Int64BitsToDouble(_bits),
        CelKind.Int => _bits,
        CelKind.Uint => unchecked((ulong)_bits),
        _ => throw Unexpected(CelKind.Double),
    };

    public string AsString() => _kind == CelKind.String ? (string)_object! : throw Unexpected(CelKind.String);

    public byte[] AsBytes() => _kind == CelKind.Bytes ? (byte[])_object! : throw Unexpected(CelKind.Bytes);

    public IReadOnlyList<CelValue> AsList() =>
        _kind == CelKind.List ? (IReadOnlyList<CelValue>)_object! : throw Unexpected(CelKind.List);

    public CelMap AsMap() => _kind == CelKind.Map ? (CelMap)_object! : throw Unexpected(CelKind.Map);

    /// <summary>The name a type value stands for.</summary>
    public string AsTypeName() => _kind == CelKind.Type ? (string)_object! : throw Unexpected(CelKind.Type);

    /// <summary>The point in time, to the nanosecond.</summary>
    public Instant AsInstant() => _kind == CelKind.Timestamp
        ? Instant.FromUnixTimeSeconds(_bits).PlusNanoseconds(_nanos)
        : throw Unexpected(CelKind.Timestamp);

    /// <summary>Milliseconds since 1970, rounded down.</summary>
    public long AsUnixMilliseconds() => _kind == CelKind.Timestamp
        ? (_bits * 1000) + (_nanos / 1_000_000)
        : throw Unexpected(CelKind.Timestamp);

    /// <summary>The length of a duration in nanoseconds.</summary>
    public long AsDurationNanoseconds() => _kind == CelKind.Duration ? _bits : throw Unexpected(CelKind.Duration);

    /// <summary>The length of a duration, cut to 100 ns.</summary>
    public TimeSpan AsTimeSpan() => TimeSpan.FromTicks(AsDurationNanoseconds() / 100);

    /// <summary>CEL equality. Lists and maps of more than <see cref="CelLimits.ComparisonsMax"/> elements in all are unequal.</summary>
    public bool Equals(CelValue other)
    {
        var budget = CelLimits.ComparisonsMax;
        return CelEquality.AreEqual(this, other, ref budget) && budget >= 0;
    }

    public override bool Equals(object? obj) => obj is CelValue other && Equals(other);

    public override int GetHashCode() => CelEquality.Hash(this);

    /// <summary>The value as a CEL literal, cut after <see cref="CelLimits.TextMax"/> characters.</summary>
    public override string ToString() => CelText.Of(this);

    private InvalidOperationException Unexpected(CelKind wanted) =>
        new($"A {wanted} was asked of a value that is {(_kind == CelKind.Error ? "the error: " + ErrorMessage : _kind)}.");
}

using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Journey.Domain.Cel;

internal delegate CelValue CelUnary(in CelValue a);

internal delegate CelValue CelBinary(in CelValue a, in CelValue b);

/// <summary>Parameters and result of one way to call a function.</summary>
internal sealed record CelOverload(CelType Result, params ImmutableArray<CelType> Parameters);

/// <summary>A function of the language. A member function is called on a value, with a dot.</summary>
internal sealed record CelBuiltin(string Name, bool IsGlobal, bool IsMember, CelUnary? One, CelBinary? Two, params ImmutableArray<CelOverload> Overloads)
{
    public bool Takes(bool hasTarget, int args) =>
        (hasTarget ? IsMember : IsGlobal) && (args == 1 ? One is not null : args == 2 && Two is not null);
}

/// <summary>The functions and operators of the language, with their types.</summary>
internal static class CelLibrary
{
    private static readonly CelType Int = CelType.Int;
    private static readonly CelType Uint = CelType.Uint;
    private static readonly CelType Double = CelType.Double;
    private static readonly CelType String = CelType.String;
    private static readonly CelType Bytes = CelType.Bytes;
    private static readonly CelType Bool = CelType.Bool;
    private static readonly CelType Timestamp = CelType.Timestamp;
    private static readonly CelType Duration = CelType.Duration;

    /// <summary>Gets the functions by name.</summary>
    public static FrozenDictionary<string, CelBuiltin> Functions { get; } = All().ToFrozenDictionary(function => function.Name);

    /// <summary>Gets the arithmetic operators by sign; those of one operand are in <see cref="UnaryOperators"/>.</summary>
    public static FrozenDictionary<string, CelBuiltin> BinaryOperators { get; } = Binary().ToFrozenDictionary(function => function.Name);

    public static FrozenDictionary<string, CelBuiltin> UnaryOperators { get; } = Unary().ToFrozenDictionary(function => function.Name);

    /// <summary>Gets the names that stand for types.</summary>
    public static FrozenSet<string> TypeNames { get; } = FrozenSet.Create(
        "bool", "int", "uint", "double", "string", "bytes", "list", "map", "null_type", "type",
        "google.protobuf.Timestamp", "google.protobuf.Duration");

    private static IEnumerable<CelBuiltin> All() =>
    [
        Conversion("int", CelConversions.ToInt, Int, Int, Uint, Double, String, Timestamp),
        Conversion("uint", CelConversions.ToUint, Uint, Uint, Int, Double, String),
        Conversion("double", CelConversions.ToDouble, Double, Double, Int, Uint, String),
        Conversion("string", CelConversions.ToText, String, String, Bool, Int, Uint, Double, Bytes, Timestamp, Duration),
        Conversion("bytes", CelConversions.ToBytes, Bytes, Bytes, String),
        Conversion("bool", CelConversions.ToBool, Bool, Bool, String),
        Conversion("timestamp", CelConversions.ToTimestamp, Timestamp, Timestamp, String, Int),
        Conversion("duration", CelConversions.ToDuration, Duration, Duration, String),
        Conversion("type", CelConversions.ToType, CelType.Type, CelType.Dyn),
        Conversion("dyn", CelConversions.ToDyn, CelType.Dyn, CelType.Dyn),
        new("size", true, true, CelArithmetic.Size, null, [new(Int, String), new(Int, Bytes), new(Int, CelType.DynList), new(Int, CelType.DynMap)]),
        new("contains", false, true, null, CelStrings.Contains, [new(Bool, String, String)]),
        new("startsWith", false, true, null, CelStrings.StartsWith, [new(Bool, String, String)]),
        new("endsWith", false, true, null, CelStrings.EndsWith, [new(Bool, String, String)]),
        new("matches", true, true, null, CelStrings.Matches, [new(Bool, String, String)]),
        Accessor("getFullYear", 0),
        Accessor("getMonth", 0),
        Accessor("getDate", 0),
        Accessor("getDayOfMonth", 0),
        Accessor("getDayOfWeek", 0),
        Accessor("getDayOfYear", 0),
        Accessor("getHours", 3600L * CelValue.NanosPerSecond),
        Accessor("getMinutes", 60L * CelValue.NanosPerSecond),
        Accessor("getSeconds", CelValue.NanosPerSecond),
        Accessor("getMilliseconds", 1_000_000),
    ];

    private static IEnumerable<CelBuiltin> Binary() =>
    [
        new("+", true, false, null, CelArithmetic.Add,
            [.. Numbers(), Pair(String), Pair(Bytes), Pair(CelType.DynList), new(Timestamp, Timestamp, Duration), new(Timestamp, Duration, Timestamp), Pair(Duration)]),
        new("-", true, false, null, CelArithmetic.Subtract, [.. Numbers(), new(Timestamp, Timestamp, Duration), new(Duration, Timestamp, Timestamp), Pair(Duration)]),
        new("*", true, false, null, CelArithmetic.Multiply, [.. Numbers()]),
        new("/", true, false, null, CelArithmetic.Divide, [.. Numbers()]),
        new("%", true, false, null, CelArithmetic.Modulo, [Pair(Int), Pair(Uint)]),
        new("==", true, false, null, CelArithmetic.Equal),
        new("!=", true, false, null, CelArithmetic.NotEqual),
        new("<", true, false, null, CelArithmetic.Less, [.. Ordered()]),
        new("<=", true, false, null, CelArithmetic.LessOrEqual, [.. Ordered()]),
        new(">", true, false, null, CelArithmetic.Greater, [.. Ordered()]),
        new(">=", true, false, null, CelArithmetic.GreaterOrEqual, [.. Ordered()]),
        new("in", true, false, null, CelArithmetic.In),
    ];

    private static IEnumerable<CelBuiltin> Unary() =>
    [
        new("-", true, false, CelArithmetic.Negate, null, [new(Int, Int), new(Double, Double)]),
        new("!", true, false, CelArithmetic.Not, null, [new(Bool, Bool)]),
    ];

    private static IEnumerable<CelOverload> Numbers() => [Pair(Int), Pair(Uint), Pair(Double)];

    /// <summary>Numbers are ordered across their kinds, everything else only among its own.</summary>
    private static IEnumerable<CelOverload> Ordered()
    {
        CelType[] numbers = [Int, Uint, Double];
        foreach (var left in numbers)
        {
            foreach (var right in numbers)
            {
                yield return new(Bool, left, right);
            }
        }

        foreach (var type in new[] { String, Bytes, Bool, Timestamp, Duration })
        {
            yield return new(Bool, type, type);
        }
    }

    private static CelOverload Pair(CelType type) => new(type, type, type);

    private static CelBuiltin Conversion(string name, CelUnary function, CelType result, params CelType[] from) =>
        new(name, true, false, function, null, [.. from.Select(type => new CelOverload(result, type))]);

    /// <summary>A part of a timestamp, in UTC or in a zone, and for the clock's units of a duration too.</summary>
    private static CelBuiltin Accessor(string name, long nanosecondsPerUnit) => new(
        name,
        false,
        true,
        (in CelValue a) => a.Kind switch
        {
            CelKind.Timestamp => CelTimes.Part(name, a, 0),
            // Of a duration, hours to seconds are the whole of it, milliseconds only what a second leaves.
            CelKind.Duration when nanosecondsPerUnit == 1_000_000 => CelValue.From(a.Bits / nanosecondsPerUnit % 1000),
            CelKind.Duration when nanosecondsPerUnit > 0 => CelValue.From(a.Bits / nanosecondsPerUnit),
            _ => CelTexts.NoOverload(name, a),
        },
        (in CelValue a, in CelValue b) =>
        {
            if (a.Kind != CelKind.Timestamp || b.Kind != CelKind.String)
            {
                return CelTexts.NoOverload(name, a, b);
            }

            return CelTimes.TryOffset(b.AsString(), a, out var offset) ? CelTimes.Part(name, a, offset) : CelTexts.BadZone(b.AsString());
        },
        nanosecondsPerUnit > 0
            ? [new(Int, Timestamp), new(Int, Duration), new(Int, Timestamp, String)]
            : [new(Int, Timestamp), new(Int, Timestamp, String)]);
}

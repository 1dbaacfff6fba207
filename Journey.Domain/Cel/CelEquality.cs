namespace Journey.Domain.Cel;

/// <summary>Equality, order and hashes as CEL defines them.</summary>
internal static class CelEquality
{
    /// <summary>NaN took part: neither less, equal nor greater.</summary>
    public const int Unordered = 2;

    /// <summary>The two kinds have no order between them.</summary>
    public const int NoOverload = 3;

    /// <summary>Compares deeply. The budget goes below zero where lists and maps are too large to compare.</summary>
    public static bool AreEqual(in CelValue left, in CelValue right, ref int budget)
    {
        if (--budget < 0)
        {
            return false;
        }

        if (left.Kind != right.Kind)
        {
            return IsNumber(left.Kind) && IsNumber(right.Kind) && Compare(left, right) == 0;
        }

        return left.Kind switch
        {
            CelKind.Null => true,
            CelKind.Bool or CelKind.Int or CelKind.Uint or CelKind.Duration => left.Bits == right.Bits,
            CelKind.Double => left.AsDouble() == right.AsDouble(),
            CelKind.Timestamp => left.Bits == right.Bits && left.Nanos == right.Nanos,
            CelKind.String or CelKind.Type or CelKind.Error =>
                string.Equals((string)left.Reference!, (string)right.Reference!, StringComparison.Ordinal),
            CelKind.Bytes => left.AsBytes().AsSpan().SequenceEqual(right.AsBytes()),
            CelKind.List => AreEqual(left.AsList(), right.AsList(), ref budget),
            CelKind.Map => AreEqual(left.AsMap(), right.AsMap(), ref budget),
            _ => false,
        };
    }

    /// <summary>-1, 0 or 1, or <see cref="Unordered"/>, or <see cref="NoOverload"/>.</summary>
    /// <remarks>An int or uint meets a double as a double, as the conformance cases have it at the ends of the range.</remarks>
    public static int Compare(in CelValue left, in CelValue right) => (left.Kind, right.Kind) switch
    {
        (CelKind.Int, CelKind.Int) => left.Bits.CompareTo(right.Bits),
        (CelKind.Double, CelKind.Double or CelKind.Int or CelKind.Uint) => Compare(left.AsDouble(), right.AsDouble()),
        (CelKind.Int or CelKind.Uint, CelKind.Double) => Compare(left.AsDouble(), right.AsDouble()),
        (CelKind.String, CelKind.String) => CompareCodePoints((string)left.Reference!, (string)right.Reference!),
        (CelKind.Uint, CelKind.Uint) => left.AsUint().CompareTo(right.AsUint()),
        (CelKind.Int, CelKind.Uint) => left.Bits < 0 ? -1 : ((ulong)left.Bits).CompareTo(right.AsUint()),
        (CelKind.Uint, CelKind.Int) => right.Bits < 0 ? 1 : left.AsUint().CompareTo((ulong)right.Bits),
        (CelKind.Bool, CelKind.Bool) or (CelKind.Duration, CelKind.Duration) => left.Bits.CompareTo(right.Bits),
        (CelKind.Timestamp, CelKind.Timestamp) => left.Bits != right.Bits
            ? left.Bits.CompareTo(right.Bits)
            : left.Nanos.CompareTo(right.Nanos),
        (CelKind.Bytes, CelKind.Bytes) => Math.Sign(left.AsBytes().AsSpan().SequenceCompareTo(right.AsBytes())),
        _ => NoOverload,
    };

    /// <summary>Equal values have equal hashes, across the kinds of numbers too.</summary>
    public static int Hash(in CelValue value) => value.Kind switch
    {
        // Adding zero makes the two zeros one.
        CelKind.Int or CelKind.Uint or CelKind.Double => (value.AsDouble() + 0.0).GetHashCode(),
        CelKind.String or CelKind.Type or CelKind.Error => ((string)value.Reference!).GetHashCode(StringComparison.Ordinal),
        CelKind.Bytes => value.AsBytes().Length,
        CelKind.List => value.AsList().Count,
        CelKind.Map => value.AsMap().Count,
        _ => value.Bits.GetHashCode() ^ (value.Nanos * 397) ^ (int)value.Kind,
    };

    public static bool IsNumber(CelKind kind) => kind is CelKind.Int or CelKind.Uint or CelKind.Double;

    private static int Compare(double left, double right) =>
        left < right ? -1 : left > right ? 1 : left == right ? 0 : Unordered;

    // UTF-16 order puts surrogate pairs before U+E000; CEL orders by code point.
    private static int CompareCodePoints(string left, string right)
    {
        var common = Math.Min(left.Length, right.Length);
        for (var i = 0; i < common; i++)
        {
            var (l, r) = (left[i], right[i]);
            if (l != r)
            {
                return char.IsSurrogate(l) == char.IsSurrogate(r) ? l.CompareTo(r) < 0 ? -1 : 1 : char.IsSurrogate(l) ? 1 : -1;
            }
        }

        return Math.Sign(left.Length - right.Length);
    }

    private static bool AreEqual(IReadOnlyList<CelValue> left, IReadOnlyList<CelValue> right, ref int budget)
    {
        if (left.Count != right.Count)
        {
            return false;
        }

        for (var i = 0; i < left.Count; i++)
        {
            if (!AreEqual(left[i], right[i], ref budget))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AreEqual(CelMap left, CelMap right, ref int budget)
    {
        if (left.Count != right.Count)
        {
            return false;
        }

        foreach (var (key, value) in left.Entries)
        {
            if (!right.TryGet(key, out var other) || !AreEqual(value, other, ref budget))
            {
                return false;
            }
        }

        return true;
    }
}

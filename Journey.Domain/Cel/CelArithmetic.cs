namespace Journey.Domain.Cel;

/// <summary>The operators on two values or one. Overflow is an error; there is no conversion between kinds of numbers.</summary>
internal static class CelArithmetic
{
    public static CelValue Add(in CelValue a, in CelValue b)
    {
        switch (a.Kind, b.Kind)
        {
            case (CelKind.Int, CelKind.Int):
                var sum = unchecked(a.Bits + b.Bits);
                return ((a.Bits ^ sum) & (b.Bits ^ sum)) < 0 ? CelTexts.IntegerOverflow : CelValue.From(sum);
            case (CelKind.Double, CelKind.Double):
                return CelValue.From(a.AsDouble() + b.AsDouble());
            case (CelKind.Uint, CelKind.Uint):
                var total = unchecked(a.AsUint() + b.AsUint());
                return total < a.AsUint() ? CelTexts.IntegerOverflow : CelValue.From(total);
            case (CelKind.String, CelKind.String):
                return (long)a.AsString().Length + b.AsString().Length > CelLimits.SizeMax
                    ? CelTexts.TooLarge
                    : CelValue.From(a.AsString() + b.AsString());
            case (CelKind.Bytes, CelKind.Bytes):
                return (long)a.AsBytes().Length + b.AsBytes().Length > CelLimits.SizeMax
                    ? CelTexts.TooLarge
                    : CelValue.From([.. a.AsBytes(), .. b.AsBytes()]);
            case (CelKind.List, CelKind.List):
                return (long)a.AsList().Count + b.AsList().Count > CelLimits.SizeMax
                    ? CelTexts.TooLarge
                    : CelValue.List([.. a.AsList(), .. b.AsList()]);
            case (CelKind.Timestamp, CelKind.Duration):
                return Shift(a, b.Bits);
            case (CelKind.Duration, CelKind.Timestamp):
                return Shift(b, a.Bits);
            case (CelKind.Duration, CelKind.Duration):
                var length = (Int128)a.Bits + b.Bits;
                return length < long.MinValue || length > long.MaxValue ? CelTexts.DurationRange : CelValue.DurationOf((long)length);
            default:
                return CelTexts.NoOverload("+", a, b);
        }
    }

    public static CelValue Subtract(in CelValue a, in CelValue b)
    {
        switch (a.Kind, b.Kind)
        {
            case (CelKind.Int, CelKind.Int):
                var difference = unchecked(a.Bits - b.Bits);
                return ((a.Bits ^ b.Bits) & (a.Bits ^ difference)) < 0 ? CelTexts.IntegerOverflow : CelValue.From(difference);
            case (CelKind.Double, CelKind.Double):
                return CelValue.From(a.AsDouble() - b.AsDouble());
            case (CelKind.Uint, CelKind.Uint):
                return b.AsUint() > a.AsUint() ? CelTexts.IntegerOverflow : CelValue.From(a.AsUint() - b.AsUint());
            case (CelKind.Timestamp, CelKind.Duration):
                return Shift(a, -(Int128)b.Bits);
            case (CelKind.Timestamp, CelKind.Timestamp):
                return CelValue.Duration(a.Bits - b.Bits, a.Nanos - b.Nanos);
            case (CelKind.Duration, CelKind.Duration):
                var length = (Int128)a.Bits - b.Bits;
                return length < long.MinValue || length > long.MaxValue ? CelTexts.DurationRange : CelValue.DurationOf((long)length);
            default:
                return CelTexts.NoOverload("-", a, b);
        }
    }

    public static CelValue Multiply(in CelValue a, in CelValue b) => (a.Kind, b.Kind) switch
    {
        (CelKind.Int, CelKind.Int) => Math.BigMul(a.Bits, b.Bits, out var low) is var high && high == low >> 63
            ? CelValue.From(low)
            : CelTexts.IntegerOverflow,
        (CelKind.Double, CelKind.Double) => CelValue.From(a.AsDouble() * b.AsDouble()),
        (CelKind.Uint, CelKind.Uint) => Math.BigMul(a.AsUint(), b.AsUint(), out var low) == 0
            ? CelValue.From(low)
            : CelTexts.IntegerOverflow,
        _ => CelTexts.NoOverload("*", a, b),
    };

    public static CelValue Divide(in CelValue a, in CelValue b) => (a.Kind, b.Kind) switch
    {
        (CelKind.Int, CelKind.Int) when b.Bits == 0 => CelTexts.DivideByZero,
        (CelKind.Int, CelKind.Int) when a.Bits == long.MinValue && b.Bits == -1 => CelTexts.IntegerOverflow,
        (CelKind.Int, CelKind.Int) => CelValue.From(a.Bits / b.Bits),
        (CelKind.Double, CelKind.Double) => CelValue.From(a.AsDouble() / b.AsDouble()),
        (CelKind.Uint, CelKind.Uint) when b.Bits == 0 => CelTexts.DivideByZero,
        (CelKind.Uint, CelKind.Uint) => CelValue.From(a.AsUint() / b.AsUint()),
        _ => CelTexts.NoOverload("/", a, b),
    };

    public static CelValue Modulo(in CelValue a, in CelValue b) => (a.Kind, b.Kind) switch
    {
        (CelKind.Int, CelKind.Int) or (CelKind.Uint, CelKind.Uint) when b.Bits == 0 => CelTexts.ModulusByZero,
        (CelKind.Int, CelKind.Int) when a.Bits == long.MinValue && b.Bits == -1 => CelTexts.IntegerOverflow,
        (CelKind.Int, CelKind.Int) => CelValue.From(a.Bits % b.Bits),
        (CelKind.Uint, CelKind.Uint) => CelValue.From(a.AsUint() % b.AsUint()),
        _ => CelTexts.NoOverload("%", a, b),
    };

    public static CelValue Negate(in CelValue a) => a.Kind switch
    {
        CelKind.Int => a.Bits == long.MinValue ? CelTexts.IntegerOverflow : CelValue.From(-a.Bits),
        CelKind.Double => CelValue.From(-a.AsDouble()),
        _ => CelTexts.NoOverload("-", a),
    };

    public static CelValue Not(in CelValue a) =>
        a.Kind == CelKind.Bool ? CelValue.From(a.Bits == 0) : CelTexts.NoOverload("!", a);

    public static CelValue Equal(in CelValue a, in CelValue b)
    {
        var budget = CelLimits.ComparisonsMax;
        var equal = CelEquality.AreEqual(a, b, ref budget);
        return budget < 0 ? CelTexts.TooManyComparisons : CelValue.From(equal);
    }

    public static CelValue NotEqual(in CelValue a, in CelValue b)
    {
        var equal = Equal(a, b);
        return equal.IsError ? equal : CelValue.From(equal.IsFalse);
    }

    public static CelValue Less(in CelValue a, in CelValue b)
    {
        var order = CelEquality.Compare(a, b);
        return order == CelEquality.NoOverload ? CelTexts.NoOverload("<", a, b) : CelValue.From(order == -1);
    }

    public static CelValue LessOrEqual(in CelValue a, in CelValue b)
    {
        var order = CelEquality.Compare(a, b);
        return order == CelEquality.NoOverload ? CelTexts.NoOverload("<=", a, b) : CelValue.From(order is -1 or 0);
    }

    public static CelValue Greater(in CelValue a, in CelValue b)
    {
        var order = CelEquality.Compare(a, b);
        return order == CelEquality.NoOverload ? CelTexts.NoOverload(">", a, b) : CelValue.From(order == 1);
    }

    public static CelValue GreaterOrEqual(in CelValue a, in CelValue b)
    {
        var order = CelEquality.Compare(a, b);
        return order == CelEquality.NoOverload ? CelTexts.NoOverload(">=", a, b) : CelValue.From(order is 1 or 0);
    }

    public static CelValue In(in CelValue item, in CelValue collection)
    {
        if (collection.Kind == CelKind.Map)
        {
            return CelValue.From(collection.AsMap().TryGet(item, out _));
        }

        if (collection.Kind != CelKind.List)
        {
            return CelTexts.NoOverload("in", item, collection);
        }

        var list = collection.AsList();
        var budget = CelLimits.ComparisonsMax;
        for (var i = 0; i < list.Count; i++)
        {
            if (CelEquality.AreEqual(item, list[i], ref budget))
            {
                return CelValue.True;
            }
        }

        return budget < 0 ? CelTexts.TooManyComparisons : CelValue.False;
    }

    public static CelValue Index(in CelValue collection, in CelValue key)
    {
        if (collection.Kind == CelKind.Map)
        {
            return collection.AsMap().TryGet(key, out var found) ? found : CelTexts.NoSuchKey(key.ToString());
        }

        if (collection.Kind != CelKind.List)
        {
            return CelTexts.NoOverload("[]", collection, key);
        }

        var list = collection.AsList();
        long index;
        switch (key.Kind)
        {
            case CelKind.Int:
                index = key.Bits;
                break;
            case CelKind.Uint:
                index = key.Bits < 0 ? long.MaxValue : key.Bits;
                break;
            case CelKind.Double when key.AsDouble() is >= -1e15 and <= 1e15 and var number && Math.Truncate(number) == number:
                index = (long)number;
                break;
            default:
                return CelTexts.BadIndex;
        }

        return index >= 0 && index < list.Count ? list[(int)index] : CelTexts.OutOfBounds(index);
    }

    /// <summary>Strings are counted in code points, which is what a reader would count.</summary>
    public static CelValue Size(in CelValue a) => a.Kind switch
    {
        CelKind.String => CelValue.From((long)CodePoints(a.AsString())),
        CelKind.Bytes => CelValue.From((long)a.AsBytes().Length),
        CelKind.List => CelValue.From((long)a.AsList().Count),
        CelKind.Map => CelValue.From((long)a.AsMap().Count),
        _ => CelTexts.NoOverload("size", a),
    };

    private static int CodePoints(string text)
    {
        var count = text.Length;
        for (var i = 1; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text[i - 1], text[i]))
            {
                count--;
                i++;
            }
        }

        return count;
    }

    private static CelValue Shift(in CelValue timestamp, Int128 nanoseconds)
    {
        var total = ((Int128)timestamp.Bits * CelValue.NanosPerSecond) + timestamp.Nanos + nanoseconds;
        var nanos = (int)(((total % CelValue.NanosPerSecond) + CelValue.NanosPerSecond) % CelValue.NanosPerSecond);
        return CelValue.Timestamp((long)((total - nanos) / CelValue.NanosPerSecond), nanos);
    }
}

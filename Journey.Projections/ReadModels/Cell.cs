namespace Journey.Projections.ReadModels;

/// <summary>One value of a read model's row: nothing, text, a whole number or a real one.</summary>
/// <remarks>16 bytes, because rows are most of what a batch allocates: what kind it is stands where the text would.</remarks>
public readonly record struct Cell
{
    private static readonly object IntegerTag = new();
    private static readonly object RealTag = new();

    private readonly object? _textOrTag;
    private readonly long _bits;

    private Cell(object? textOrTag, long bits) => (_textOrTag, _bits) = (textOrTag, bits);

    public CellKind Kind => _textOrTag switch
    {
        null => CellKind.Null,
        string => CellKind.Text,
        var tag => ReferenceEquals(tag, IntegerTag) ? CellKind.Integer : CellKind.Real,
    };

    public string? Text => _textOrTag as string;
    public long Integer => ReferenceEquals(_textOrTag, IntegerTag) ? _bits : 0;
    public double Real => ReferenceEquals(_textOrTag, RealTag) ? BitConverter.Int64BitsToDouble(_bits) : 0;

    public static Cell Null => default;

    public static implicit operator Cell(string? text) => new(text, 0);
    public static implicit operator Cell(long integer) => new(IntegerTag, integer);
    public static implicit operator Cell(int integer) => new(IntegerTag, integer);
    public static implicit operator Cell(bool flag) => new(IntegerTag, flag ? 1 : 0);
    public static implicit operator Cell(double real) => new(RealTag, BitConverter.DoubleToInt64Bits(real));
    public static implicit operator Cell(long? integer) => integer is { } value ? value : default;

    /// <summary>Money stays exact: stored as its plain decimal text.</summary>
    public static implicit operator Cell(decimal money) => new(money.ToString(System.Globalization.CultureInfo.InvariantCulture), 0);

    public bool Equals(Cell other) => _bits == other._bits
        && (ReferenceEquals(_textOrTag, other._textOrTag) || (_textOrTag is string text && other._textOrTag is string others && text == others));

    public override int GetHashCode() => _textOrTag is string text ? text.GetHashCode(StringComparison.Ordinal) : _bits.GetHashCode();

    public override string ToString() => Kind switch
    {
        CellKind.Text => Text!,
        CellKind.Integer => Integer.ToString(System.Globalization.CultureInfo.InvariantCulture),
        CellKind.Real => Real.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        _ => "null",
    };
}

public enum CellKind : byte { Null, Text, Integer, Real }

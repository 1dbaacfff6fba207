namespace Journey.Projections.ReadModels;

/// <summary>One value of a read model's row: nothing, text, a whole number or a real one.</summary>
public readonly record struct Cell
{
    private Cell(string? text, long integer, double real, CellKind kind) => (Text, Integer, Real, Kind) = (text, integer, real, kind);

    public CellKind Kind { get; }
    public string? Text { get; }
    public long Integer { get; }
    public double Real { get; }

    public static Cell Null => default;

    public static implicit operator Cell(string? text) => text is null ? default : new(text, 0, 0, CellKind.Text);
    public static implicit operator Cell(long integer) => new(null, integer, 0, CellKind.Integer);
    public static implicit operator Cell(int integer) => new(null, integer, 0, CellKind.Integer);
    public static implicit operator Cell(bool flag) => new(null, flag ? 1 : 0, 0, CellKind.Integer);
    public static implicit operator Cell(double real) => new(null, 0, real, CellKind.Real);
    public static implicit operator Cell(long? integer) => integer is { } value ? value : default;

    /// <summary>Money stays exact: stored as its plain decimal text.</summary>
    public static implicit operator Cell(decimal money) => new(money.ToString(System.Globalization.CultureInfo.InvariantCulture), 0, 0, CellKind.Text);

    public override string ToString() => Kind switch
    {
        CellKind.Text => Text!,
        CellKind.Integer => Integer.ToString(System.Globalization.CultureInfo.InvariantCulture),
        CellKind.Real => Real.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        _ => "null",
    };
}

public enum CellKind : byte { Null, Text, Integer, Real }

// A stand-in with the shape that the evaluator will have; replaced whole by it.
namespace Journey.Domain.Cel;

public enum CelKind : byte { Null, Bool, Int, Uint, Double, String, Bytes, Timestamp, Duration, List, Map, Type, Error }

public readonly struct CelValue
{
    private readonly object? _value;
    private CelValue(CelKind kind, object? value) { Kind = kind; _value = value; }
    public CelKind Kind { get; }
    public bool IsError => Kind == CelKind.Error;
    public static CelValue Null => new(CelKind.Null, null);
    public static CelValue From(bool value) => new(CelKind.Bool, value);
    public static CelValue From(long value) => new(CelKind.Int, value);
    public static CelValue From(double value) => new(CelKind.Double, value);
    public static CelValue From(string value) => new(CelKind.String, value);
    public static CelValue Timestamp(long unixMilliseconds) => new(CelKind.Timestamp, unixMilliseconds);
    public static CelValue Map(CelMap map) => new(CelKind.Map, map);
    public static CelValue List(IReadOnlyList<CelValue> list) => new(CelKind.List, list);
    public static CelValue Error(string message) => new(CelKind.Error, message);
    public static CelValue FromJson(System.Text.Json.JsonElement element) => From(element.ToString());
    public bool AsBool() => (bool)_value!;
    public long AsInt() => (long)_value!;
    public double AsDouble() => (double)_value!;
    public string AsString() => (string)_value!;
    public string ErrorMessage => (string)_value!;
}

public abstract class CelMap
{
    public abstract bool TryGet(in CelValue key, out CelValue value);
    public abstract int Count { get; }
    public abstract IEnumerable<KeyValuePair<CelValue, CelValue>> Entries { get; }
}

public interface ICelActivation
{
    bool TryResolve(string name, out CelValue value);
    CelValue Call(string function, ReadOnlySpan<CelValue> args);
}

public sealed class CelProgram
{
    public string Source { get; init; } = "";
    public CelValue Evaluate(ICelActivation activation) => CelValue.Error(Source);
}

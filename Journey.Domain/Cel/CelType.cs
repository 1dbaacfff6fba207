using System.Collections.Immutable;

namespace Journey.Domain.Cel;

/// <summary>What the compiler knows of a value. Dyn is anything, checked at evaluation.</summary>
public enum CelTypeKind
{
    Dyn,
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

    /// <summary>A map whose fields are known by name.</summary>
    Record,
    Type,
}

/// <summary>A known field of a record.</summary>
/// <param name="Personal">Conditions may not read it, so that a replay after an erasure decides the same.</param>
public sealed record CelField(string Name, CelType Type, bool Personal = false);

/// <summary>A type as the compiler sees it: a kind, and what is in it.</summary>
public sealed class CelType
{
    private CelType(CelTypeKind kind) => Kind = kind;

    public static CelType Dyn { get; } = new(CelTypeKind.Dyn);

    public static CelType Null { get; } = new(CelTypeKind.Null);

    public static CelType Bool { get; } = new(CelTypeKind.Bool);

    public static CelType Int { get; } = new(CelTypeKind.Int);

    public static CelType Uint { get; } = new(CelTypeKind.Uint);

    public static CelType Double { get; } = new(CelTypeKind.Double);

    public static CelType String { get; } = new(CelTypeKind.String);

    public static CelType Bytes { get; } = new(CelTypeKind.Bytes);

    public static CelType Timestamp { get; } = new(CelTypeKind.Timestamp);

    public static CelType Duration { get; } = new(CelTypeKind.Duration);

    public static CelType Type { get; } = new(CelTypeKind.Type);

    public static CelType DynList { get; } = ListOf(Dyn);

    public static CelType DynMap { get; } = MapOf(Dyn, Dyn);

    public CelTypeKind Kind { get; }

    /// <summary>Gets the type of a list's elements or of a map's values; Dyn for everything else.</summary>
    public CelType Element { get => field ?? Dyn; private init; }

    /// <summary>Gets the type of a map's keys; Dyn for everything else.</summary>
    public CelType Key { get => field ?? Dyn; private init; }

    /// <summary>Gets the fields known of a record.</summary>
    public ImmutableDictionary<string, CelField> Fields { get; private init; } = ImmutableDictionary<string, CelField>.Empty;

    /// <summary>Gets a value indicating whether a record may have further fields, which are then Dyn.</summary>
    public bool IsOpen { get; private init; }

    /// <summary>Gets a value indicating whether personal data is anywhere in a value of this type.</summary>
    public bool HoldsPersonalData { get; private init; }

    public bool IsDyn => Kind == CelTypeKind.Dyn;

    internal bool IsNumber => Kind is CelTypeKind.Int or CelTypeKind.Uint or CelTypeKind.Double;

    internal bool IsMap => Kind is CelTypeKind.Map or CelTypeKind.Record;

    public static CelType ListOf(CelType element) =>
        new(CelTypeKind.List) { Element = element, HoldsPersonalData = element.HoldsPersonalData };

    public static CelType MapOf(CelType key, CelType value) =>
        new(CelTypeKind.Map) { Key = key, Element = value, HoldsPersonalData = value.HoldsPersonalData };

    /// <summary>A record that has these fields and no others: any other name is a fault.</summary>
    public static CelType Closed(params IEnumerable<CelField> fields) => Record(fields, isOpen: false);

    /// <summary>A record that has these fields, and perhaps others of type Dyn.</summary>
    public static CelType Open(params IEnumerable<CelField> fields) => Record(fields, isOpen: true);

    /// <summary>The type as CEL writes it.</summary>
    public override string ToString() => Kind switch
    {
        CelTypeKind.Null => "null_type",
        CelTypeKind.Timestamp => "timestamp",
        CelTypeKind.Duration => "duration",
        CelTypeKind.List => $"list({Element})",
        CelTypeKind.Map => $"map({Key}, {Element})",
        CelTypeKind.Record => "map(string, dyn)",
        _ => Kind.ToString().ToLowerInvariant(),
    };

    /// <summary>Whether a value of one type may be equal to a value of the other.</summary>
    internal static bool MayEqual(CelType left, CelType right) =>
        left.IsDyn || right.IsDyn
        || left.Kind == CelTypeKind.Null || right.Kind == CelTypeKind.Null
        || (left.IsNumber && right.IsNumber)
        || (left.IsMap && right.IsMap && (left.Kind != right.Kind || (MayEqual(left.Key, right.Key) && MayEqual(left.Element, right.Element))))
        || (left.Kind == right.Kind && left.Kind is not (CelTypeKind.Map or CelTypeKind.List))
        || (left.Kind == CelTypeKind.List && right.Kind == CelTypeKind.List && MayEqual(left.Element, right.Element));

    /// <summary>The type of a value that has one type or the other.</summary>
    internal static CelType Join(CelType left, CelType right)
    {
        if (ReferenceEquals(left, right) || (left.Kind == right.Kind && left.Kind < CelTypeKind.List) || (left.Kind, right.Kind) is (CelTypeKind.Type, CelTypeKind.Type))
        {
            return left;
        }

        return (left.Kind, right.Kind) switch
        {
            (CelTypeKind.List, CelTypeKind.List) => ListOf(Join(left.Element, right.Element)),
            (CelTypeKind.Map, CelTypeKind.Map) => MapOf(Join(left.Key, right.Key), Join(left.Element, right.Element)),
            _ => Dyn,
        };
    }

    /// <summary>Whether a parameter takes an argument. A double parameter takes every number; the host reads it as a double.</summary>
    internal bool Accepts(CelType argument) =>
        IsDyn || argument.IsDyn || Kind == argument.Kind
        || (Kind == CelTypeKind.Double && argument.IsNumber)
        || (IsMap && argument.IsMap);

    /// <summary>Whether a parameter takes a value, for arguments whose type was not known before.</summary>
    internal bool Accepts(CelKind value) => Kind switch
    {
        CelTypeKind.Dyn => true,
        CelTypeKind.Double => CelEquality.IsNumber(value),
        CelTypeKind.Record => value == CelKind.Map,
        CelTypeKind.Type => value == CelKind.Type,
        _ => (int)value == (int)Kind - 1,
    };

    private static CelType Record(IEnumerable<CelField> fields, bool isOpen)
    {
        var known = fields.ToImmutableDictionary(field => field.Name);
        return new(CelTypeKind.Record)
        {
            Key = String,
            Fields = known,
            IsOpen = isOpen,
            HoldsPersonalData = known.Values.Any(field => field.Personal || field.Type.HoldsPersonalData),
        };
    }
}

namespace Journey.Domain.Cel;

/// <summary>Every message of the expression language: the errors of evaluation first, the faults of compilation after them.</summary>
internal static class CelTexts
{
    public static readonly CelValue TimestampRange = CelValue.Error("range: a timestamp lies between the years 1 and 9999");
    public static readonly CelValue DurationRange = CelValue.Error("range: a duration is at most about 292 years");
    public static readonly CelValue IntegerOverflow = CelValue.Error("integer overflow");
    public static readonly CelValue ConversionRange = CelValue.Error("range error in a conversion");
    public static readonly CelValue DivideByZero = CelValue.Error("divide by zero");
    public static readonly CelValue ModulusByZero = CelValue.Error("modulus by zero");
    public static readonly CelValue InvalidUtf8 = CelValue.Error("invalid UTF-8 in bytes, cannot convert to a string");
    public static readonly CelValue InvalidText = CelValue.Error("the data has half a surrogate pair in it");
    public static readonly CelValue KeyKind = CelValue.Error("unsupported key type: a map key is an int, uint, bool or string");
    public static readonly CelValue TooManySteps = CelValue.Error($"limit: macros visited more than {CelLimits.StepsMax:N0} elements");
    public static readonly CelValue TooManyComparisons = CelValue.Error($"limit: a comparison visited more than {CelLimits.ComparisonsMax:N0} elements");
    public static readonly CelValue TooLarge = CelValue.Error($"limit: a value grew beyond {CelLimits.SizeMax:N0} elements");
    public static readonly CelValue BadTimestamp = CelValue.Error("not a timestamp: expected something like 2026-03-01T10:00:00Z");
    public static readonly CelValue BadDuration = CelValue.Error("not a duration: expected something like 1h30m, with the units h, m, s, ms, us, ns");
    public static readonly CelValue BadIndex = CelValue.Error("invalid_argument: a list index is a whole number");

    public static CelValue NoOverload(string function, in CelValue a) =>
        CelValue.Error($"no such overload: {function}({Name(a.Kind)})");

    public static CelValue NoOverload(string function, in CelValue a, in CelValue b) =>
        CelValue.Error($"no such overload: {function}({Name(a.Kind)}, {Name(b.Kind)})");

    public static CelValue UnboundFunction(string name) => CelValue.Error($"unbound function: {name}");

    public static CelValue Unbound(string name) => CelValue.Error($"no such attribute: {name}");

    public static CelValue NoSuchKey(string key) => CelValue.Error($"no such key: {key}");

    public static CelValue RepeatedKey(in CelValue key) => CelValue.Error($"repeated key: {key}");

    public static CelValue OutOfBounds(long index) => CelValue.Error($"index out of bounds: {index}");

    public static CelValue BadZone(string zone) =>
        CelValue.Error($"unknown time zone: {zone}; expected a name such as Europe/Rome or an offset such as +02:00");

    public static CelValue BadPattern(string why) => CelValue.Error($"not a regular expression: {why}");

    public static CelValue BadConversion(string type, in CelValue value) => CelValue.Error($"cannot read {value} as {type}");

    public static string Name(CelKind kind) => kind switch
    {
        CelKind.Null => "null_type",
        CelKind.Timestamp => "google.protobuf.Timestamp",
        CelKind.Duration => "google.protobuf.Duration",
        _ => kind.ToString().ToLowerInvariant(),
    };

    public static CelFault TooLong(int length) => new(CelFaultKind.TooLong, 0, length, $"An expression has at most {CelLimits.SourceMax:N0} characters; this one has {length:N0}.");

    public static CelFault TooDeep(int offset, int length) => new(CelFaultKind.TooDeep, offset, length, $"An expression nests at most {CelLimits.DepthMax} levels deep.");

    public static CelFault Syntax(int offset, int length, string message) => new(CelFaultKind.Syntax, offset, length, message);

    public static CelFault UnknownVariable(CelNode at, string name, IEnumerable<string> known) =>
        new(CelFaultKind.UnknownVariable, at.Offset, at.Length, $"There is no variable '{name}'.") { Candidates = CelSuggestions.For(name, known) };

    public static CelFault UnknownFunction(CelToken name, IEnumerable<string> known) =>
        new(CelFaultKind.UnknownFunction, name.Offset, name.Length, $"There is no function '{name.Text}'.") { Candidates = CelSuggestions.For(name.Text, known) };

    public static CelFault UnknownField((int Offset, int Length) at, string name, CelType of) =>
        new(CelFaultKind.UnknownField, at.Offset, at.Length, $"There is no field '{name}' here.") { Candidates = CelSuggestions.For(name, of.Fields.Keys) };

    public static CelFault Personal((int Offset, int Length) at, string name) =>
        new(CelFaultKind.PersonalData, at.Offset, at.Length, $"'{name}' is personal data, which a condition may not read: after an erasure it would decide otherwise.");

    public static CelFault PersonalWhole(CelNode at) =>
        new(CelFaultKind.PersonalData, at.Offset, at.Length, "This has personal data in it and may not be read as a whole: name the field.");

    public static CelFault OperandTypes(CelNode at, string function, IEnumerable<CelType> operands, string? hint = null) =>
        new(CelFaultKind.TypeMismatch, at.Offset, at.Length, $"'{function}' does not take {string.Join(" and ", operands)}.{(hint is null ? "" : " " + hint)}");

    public static CelFault Expected(CelNode at, string where, string expected, CelType actual) =>
        new(CelFaultKind.TypeMismatch, at.Offset, at.Length, $"{where} takes {expected}, not {actual}.");

    public static CelFault KeyType((int Offset, int Length) at, CelType key) =>
        new(CelFaultKind.TypeMismatch, at.Offset, at.Length, $"The keys of this map are of type {key}.");

    public static CelFault NotSelectable((int Offset, int Length) at, string field, CelType actual) =>
        new(CelFaultKind.TypeMismatch, at.Offset, at.Length, $"A value of type {actual} has no field '{field}'.");

    public static CelFault ArgumentCount(CelNode at, string function, string expected, int actual) =>
        new(CelFaultKind.WrongArguments, at.Offset, at.Length, $"'{function}' takes {expected}, not {actual}.");

    public static CelFault Constant(CelNode at, string function, string parameter) =>
        new(CelFaultKind.WrongArguments, at.Offset, at.Length, $"The argument '{parameter}' of '{function}' must be written out as a literal.");

    public static CelFault BadLiteral(CelNode at, string message) => new(CelFaultKind.WrongArguments, at.Offset, at.Length, message);
}

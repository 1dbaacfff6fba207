using Journey.Domain.Cel;
using Journey.Domain.Language.Formats;
using Journey.Domain.Language.Yaml;

namespace Journey.Domain.Language.Reading;

/// <summary>A name that a document uses and another document, or the outside, defines.</summary>
internal readonly record struct NameUse(string Name, SourcePlace At);

/// <summary>What reading one document gathers: faults, compiled expressions, and the names it uses.</summary>
internal sealed class ReadContext(FaultList faults, CelEnvironment environment)
{
    /// <summary>Stands where a condition could not be compiled; the document has a fault then and never runs.</summary>
    private static readonly CelProgram Never = CelCompiler.Compile("false", CelEnvironment.Empty).Program!;

    public FaultList Faults => faults;

    public List<NameUse> Events { get; } = [];

    public List<NameUse> Segments { get; } = [];

    public List<NameUse> Journeys { get; } = [];

    /// <summary>Gets the names of events that the document itself records.</summary>
    public HashSet<string> Emitted { get; } = new(StringComparer.Ordinal);

    public string Event(YamlScalar? name)
    {
        if (name is not null)
        {
            Events.Add(new(name.Text, name.At));
        }

        return name?.Text ?? "";
    }

    public Condition? Condition(YamlMapping mapping, string key) => mapping.Scalar(key) is { } scalar ? Condition(scalar) : null;

    /// <summary>A condition that has to be there: where it is missing, that was reported.</summary>
    public Condition RequiredCondition(YamlMapping mapping, string key) => Condition(mapping, key) ?? new("false", mapping.At, Never);

    public ValueExpression? Value(YamlMapping mapping, string key) => mapping.Scalar(key) is { } scalar ? Value(scalar, skip: 0) : null;

    public ValueExpression Time(YamlScalar scalar)
    {
        var expression = Value(scalar, skip: 0);
        if (expression.Program.ResultType.Kind is not (CelTypeKind.Dyn or CelTypeKind.Timestamp) && expression.Program != Never)
        {
            faults.Add(FaultTexts.NotATime.At(scalar.At, [expression.Program.ResultType], "a time of day such as \"09:00\", or a timestamp"));
        }

        return expression;
    }

    /// <param name="skip">How many characters of the text come before the expression.</param>
    public ValueExpression Value(YamlScalar scalar, int skip)
    {
        var source = scalar.Text[skip..];
        return new(source, scalar.At, Compile(scalar, source, skip));
    }

    /// <summary>Checks every text of a value that is a template.</summary>
    public void Templates(YamlValue? value)
    {
        switch (value)
        {
            case YamlScalar scalar when scalar.Text.Contains("{{", StringComparison.Ordinal):
                foreach (var problem in TemplateNames.Check(scalar.Text, environment.Variables))
                {
                    faults.Add(problem.Text.At(scalar.PlaceOf(problem.Offset), [problem.What], problem.Expected, problem.Suggestion));
                }

                break;
            case YamlSequence sequence:
                foreach (var item in sequence.Items)
                {
                    Templates(item);
                }

                break;
            case YamlMapping mapping:
                foreach (var entry in mapping.Entries)
                {
                    Templates(entry.Value);
                }

                break;
        }
    }

    private Condition Condition(YamlScalar scalar)
    {
        var program = Compile(scalar, scalar.Text, 0);
        if (program.ResultType.Kind is not (CelTypeKind.Dyn or CelTypeKind.Bool))
        {
            faults.Add(FaultTexts.NotACondition.At(scalar.At, [program.ResultType], "a comparison"));
        }

        return new(scalar.Text, scalar.At, program);
    }

    private CelProgram Compile(YamlScalar scalar, string source, int skip)
    {
        if (string.IsNullOrWhiteSpace(scalar.Text))
        {
            return Never;
        }

        var compilation = CelCompiler.Compile(source, environment);
        foreach (var fault in compilation.Faults)
        {
            var suggestion = fault.Kind == CelFaultKind.PersonalData ? Flag(source.AsSpan(fault.Offset, fault.Length)) : fault.Candidates.FirstOrDefault();
            faults.Add(TextOf(fault.Kind).At(scalar.PlaceOf(fault.Offset + skip), [fault.Message], suggestion: suggestion));
        }

        foreach (var call in compilation.Program?.References.OfType<CelReference.Call>() ?? [])
        {
            Gather(call, scalar, skip);
        }

        return compilation.Program ?? Never;
    }

    /// <summary>The environment declares these arguments as literals, so they are known here.</summary>
    private void Gather(CelReference.Call call, YamlScalar scalar, int skip)
    {
        var function = environment.Functions[call.Function].First(declared => declared.Parameters.Length == call.Arguments.Length);
        for (var i = 0; i < call.Arguments.Length; i++)
        {
            if (call.Arguments[i].Constant is not { Kind: CelKind.String } constant)
            {
                continue;
            }

            var text = constant.AsString();
            var at = scalar.PlaceOf(call.Arguments[i].Offset + skip);
            switch (function.Parameters[i].Name)
            {
                case "name" or "by":
                    Events.Add(new(text, at));
                    break;
                case "segment":
                    Segments.Add(new(text, at));
                    break;
                default:
                    Window(text, at);
                    break;
            }
        }
    }

    private void Window(string text, SourcePlace at)
    {
        if (!Durations.TryParse(text, out var milliseconds))
        {
            faults.Add(FaultTexts.BadWindow.At(at, [text], Durations.Expected));
        }
        else if (milliseconds > LanguageLimits.HistoryKeptMs)
        {
            faults.Add(FaultTexts.WindowTooLong.At(at, [text], $"at most {Durations.Format(LanguageLimits.HistoryKeptMs)}"));
        }
    }

    /// <summary>What may be read in place of personal data.</summary>
    private static string? Flag(ReadOnlySpan<char> personal) =>
        personal.Contains("email", StringComparison.OrdinalIgnoreCase) ? "customer.hasEmail"
        : personal.Contains("phone", StringComparison.OrdinalIgnoreCase) ? "customer.hasPhone"
        : null;

    private static FaultText TextOf(CelFaultKind kind) => kind switch
    {
        CelFaultKind.UnknownVariable => FaultTexts.UnknownVariable,
        CelFaultKind.UnknownFunction => FaultTexts.UnknownFunction,
        CelFaultKind.UnknownField => FaultTexts.UnknownField,
        CelFaultKind.WrongArguments => FaultTexts.WrongArguments,
        CelFaultKind.TypeMismatch => FaultTexts.TypeMismatch,
        CelFaultKind.PersonalData => FaultTexts.PersonalData,
        CelFaultKind.TooDeep => FaultTexts.ConditionTooDeep,
        CelFaultKind.TooLong => FaultTexts.ConditionTooLong,
        _ => FaultTexts.ConditionSyntax,
    };
}

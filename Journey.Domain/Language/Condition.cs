using Journey.Domain.Cel;

namespace Journey.Domain.Language;

/// <summary>A compiled CEL expression and where it stands. What ends in an error is false.</summary>
public sealed record Condition(string Source, SourcePlace At, CelProgram Program)
{
    public bool IsTrue(ICelActivation facts)
    {
        var value = Program.Evaluate(facts);
        return value.Kind == CelKind.Bool && value.AsBool();
    }
}

/// <summary>A compiled expression whose value is wanted: a key, an `until` timestamp.</summary>
public sealed record ValueExpression(string Source, SourcePlace At, CelProgram Program)
{
    public CelValue Evaluate(ICelActivation facts) => Program.Evaluate(facts);
}

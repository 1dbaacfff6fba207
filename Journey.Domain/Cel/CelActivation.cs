namespace Journey.Domain.Cel;

/// <summary>What one evaluation may see: the root variables and the host's functions.</summary>
public interface ICelActivation
{
    /// <summary>False means the variable is not bound, which is an error value for the expression.</summary>
    bool TryResolve(string name, out CelValue value);

    /// <summary>Calls a host function. Arguments are never errors, and fit the declared parameters. A failure is an error value.</summary>
    CelValue Call(string function, ReadOnlySpan<CelValue> args);
}

/// <summary>Variables from a dictionary, and no functions.</summary>
public sealed class CelActivation(IReadOnlyDictionary<string, CelValue> variables) : ICelActivation
{
    public static CelActivation Empty { get; } = new(new Dictionary<string, CelValue>());

    public bool TryResolve(string name, out CelValue value) => variables.TryGetValue(name, out value);

    public CelValue Call(string function, ReadOnlySpan<CelValue> args) => CelTexts.UnboundFunction(function);
}

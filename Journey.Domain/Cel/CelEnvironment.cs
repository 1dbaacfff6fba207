using System.Collections.Immutable;

namespace Journey.Domain.Cel;

/// <summary>A parameter of a host function.</summary>
/// <param name="Constant">The argument must be a literal, so that it can be checked before anything runs.</param>
public sealed record CelParameter(string Name, CelType Type, bool Constant = false);

/// <summary>A host function. The same name may be declared again with another number of parameters.</summary>
public sealed record CelFunction(string Name, CelType Result, params ImmutableArray<CelParameter> Parameters);

/// <summary>What an expression may use: variables, functions, and their types. Immutable.</summary>
public sealed class CelEnvironment
{
    public CelEnvironment(IEnumerable<KeyValuePair<string, CelType>> variables, IEnumerable<CelFunction> functions)
    {
        Variables = variables.ToImmutableDictionary();
        Functions = functions.GroupBy(function => function.Name).ToImmutableDictionary(group => group.Key, group => group.ToImmutableArray());
    }

    private CelEnvironment()
    {
        Variables = ImmutableDictionary<string, CelType>.Empty;
        Functions = ImmutableDictionary<string, ImmutableArray<CelFunction>>.Empty;
    }

    /// <summary>Gets an environment without variables and functions, in which every use of one is a fault.</summary>
    public static CelEnvironment Empty { get; } = new();

    /// <summary>Gets an environment without types: nothing is checked before evaluation, and every name is looked up then.</summary>
    public static CelEnvironment Unchecked { get; } = new() { IsUnchecked = true };

    public ImmutableDictionary<string, CelType> Variables { get; private init; }

    public ImmutableDictionary<string, ImmutableArray<CelFunction>> Functions { get; private init; }

    public bool IsUnchecked { get; private init; }

    /// <summary>Adds a variable; its name may have dots in it.</summary>
    public CelEnvironment WithVariable(string name, CelType type) =>
        new() { Variables = Variables.SetItem(name, type), Functions = Functions, IsUnchecked = IsUnchecked };

    public CelEnvironment WithFunction(CelFunction function) => new()
    {
        Variables = Variables,
        Functions = Functions.SetItem(function.Name, Functions.GetValueOrDefault(function.Name, []).Add(function)),
        IsUnchecked = IsUnchecked,
    };
}

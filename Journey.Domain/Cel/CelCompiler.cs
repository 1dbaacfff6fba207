using System.Collections.Immutable;

namespace Journey.Domain.Cel;

/// <summary>A program, or the faults that prevented it.</summary>
public sealed class CelCompilation
{
    internal CelCompilation(CelProgram? program, ImmutableArray<CelFault> faults)
    {
        Program = program;
        Faults = faults;
    }

    /// <summary>Gets the program; absent where there are faults.</summary>
    public CelProgram? Program { get; }

    /// <summary>Gets the faults in the order of the source; empty where there is a program.</summary>
    public ImmutableArray<CelFault> Faults { get; }
}

/// <summary>Turns source into programs. Syntax gives the first fault only, everything after it all faults at once.</summary>
public static class CelCompiler
{
    public static CelCompilation Compile(string source, CelEnvironment environment)
    {
        if (source.Length > CelLimits.SourceMax)
        {
            return new(null, [CelTexts.TooLong(source.Length)]);
        }

        CelNode root;
        try
        {
            root = new CelParser(new CelLexer(source).Read()).Parse();
        }
        catch (CelSyntaxException syntax)
        {
            return new(null, [syntax.Fault]);
        }

        if (environment.IsUnchecked)
        {
            return new(new(source, root, environment, CelType.Dyn, []), []);
        }

        var checker = new CelChecker(environment);
        var type = checker.Check(root);
        return checker.Faults.Count > 0
            ? new(null, [.. checker.Faults.OrderBy(fault => fault.Offset).Take(CelLimits.FaultsMax)])
            : new(new(source, root, environment, type, [.. checker.References.OrderBy(reference => reference.Offset)]), []);
    }
}

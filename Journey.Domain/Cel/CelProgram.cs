using System.Collections.Immutable;

namespace Journey.Domain.Cel;

/// <summary>A compiled expression. Immutable, and safe to evaluate from several threads.</summary>
public sealed class CelProgram
{
    private readonly CelNode _root;
    private readonly CelEnvironment _environment;
    private readonly CelEval _run;
    private readonly int _locals;

    // Most programs are never traced, so the reporting variant is built when it is first asked for. Building it twice is harmless.
    private CelEval? _traced;

    internal CelProgram(string source, CelNode root, CelEnvironment environment, CelType resultType, ImmutableArray<CelReference> references)
    {
        Source = source;
        ResultType = resultType;
        References = references;
        _root = root;
        _environment = environment;
        var emitter = new CelEmitter(environment, traceOf: null);
        _run = emitter.Emit(root);
        _locals = emitter.Locals;
    }

    public string Source { get; }

    internal CelNode Root => _root;

    /// <summary>Gets the type of the value, Dyn where it is only known at evaluation.</summary>
    public CelType ResultType { get; }

    /// <summary>Gets the variables and host functions that the expression names, in the order of the source.</summary>
    public ImmutableArray<CelReference> References { get; }

    /// <summary>The value of the expression. Never throws for bad data: an error is a value.</summary>
    public CelValue Evaluate(ICelActivation activation) => Run(_run, activation, null);

    /// <summary>As <see cref="Evaluate"/>, reporting the parts as they become known.</summary>
    public CelValue EvaluateTraced(ICelActivation activation, ICelTrace trace) =>
        Run(_traced ??= new CelEmitter(_environment, Source).Emit(_root), activation, trace);

    /// <summary>A part of the expression on its own; null where it cannot stand alone, as what a macro's variable is in cannot.</summary>
    internal CelProgram? Part(CelNode node) => CelCompiler.Compile(Source.Substring(node.Offset, node.Length), _environment).Program;

    private CelValue Run(CelEval run, ICelActivation activation, ICelTrace? trace)
    {
        var frame = new CelFrame
        {
            Activation = activation,
            Locals = _locals == 0 ? null : new CelValue[_locals],
            Steps = CelLimits.StepsMax,
            Trace = trace,
        };
        return run(ref frame);
    }
}

namespace Journey.Domain.Cel;

/// <summary>What one evaluation carries along. A struct passed by reference, so that simple conditions allocate nothing.</summary>
internal struct CelFrame
{
    public ICelActivation Activation;

    /// <summary>The variables of macros by their nesting.</summary>
    public CelValue[]? Locals;

    /// <summary>How many elements macros may still visit.</summary>
    public int Steps;

    public ICelTrace? Trace;
}

internal delegate CelValue CelEval(ref CelFrame frame);

/// <summary>A compiled part, or its value where that is known already.</summary>
internal readonly struct CelCode
{
    private readonly CelEval? _run;

    private CelCode(CelEval? run, CelValue constant)
    {
        _run = run;
        Constant = constant;
    }

    public bool IsConstant => _run is null;

    public CelValue Constant { get; }

    public static CelCode Of(CelEval run) => new(run, default);

    public static CelCode Of(CelValue constant) => new(null, constant);

    public CelEval Eval()
    {
        if (_run is not null)
        {
            return _run;
        }

        var value = Constant;
        return (ref CelFrame _) => value;
    }
}

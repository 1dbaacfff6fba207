using Journey.Domain.Cel;

namespace Journey.Domain.Engine;

/// <summary>The facts as a run sees them: the customer's, and <c>run</c> and <c>now</c> on top.</summary>
internal sealed class RunFacts : ICelActivation
{
    private readonly RunMap _map = new();
    private IFacts _facts = null!;
    private long _now;

    /// <summary>True while a key is asked of an event that is about no cart.</summary>
    public bool HidesCart { get; set; }

    public void Bind(IFacts facts, long now) => (_facts, _now) = (facts, now);

    public void Release()
    {
        _facts = null!;
        Look(null);
    }

    public void Look(Run? run) => _map.Look(run);

    public bool TryResolve(string name, out CelValue value)
    {
        switch (name)
        {
            case "run" when _map.HasRun:
                value = CelValue.Map(_map);
                return true;
            case "now":
                value = CelValue.Timestamp(_now);
                return true;
            case "run":
            case "cart" or "checkout" when HidesCart:
                value = default;
                return false;
            default:
                return _facts.TryResolve(name, out value);
        }
    }

    public CelValue Call(string function, ReadOnlySpan<CelValue> args) => _facts.Call(function, args);
}

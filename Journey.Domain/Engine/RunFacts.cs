using System.Text.Json;
using Journey.Domain.Cel;
using Journey.Domain.Language;

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
        Look(null, null);
    }

    public void Look(Run? run, PublishedJourney? journey) => _map.Look(run, journey, _facts);

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

/// <summary>The variable <c>run</c>: one object, turned from run to run.</summary>
internal sealed class RunMap : CelMap
{
    private static readonly string[] Keys = ["id", "journey", "version", "key", "enteredAt", "holdout", "step", "messages", "goal", "steps"];

    private readonly RunStepsMap _steps = new();
    private Run? _run;

    public bool HasRun => _run is not null;

    public override int Count => Keys.Length;

    public override IEnumerable<KeyValuePair<CelValue, CelValue>> Entries => Keys.Select(key => KeyValuePair.Create(CelValue.From(key), Of(key)));

    public void Look(Run? run, PublishedJourney? journey, IFacts facts)
    {
        _run = run;
        _steps.Look(run, journey, facts);
    }

    public override bool TryGet(in CelValue key, out CelValue value)
    {
        if (key.Kind == CelKind.String && Keys.AsSpan().Contains(key.AsString()))
        {
            value = Of(key.AsString());
            return true;
        }

        value = default;
        return false;
    }

    private CelValue Of(string key) => key switch
    {
        "id" => CelValue.From(_run!.Id.ToString("D")),
        "journey" => CelValue.From(_run!.Journey),
        "version" => CelValue.From((long)_run!.Version),
        "key" => CelValue.From(_run!.Key),
        "enteredAt" => CelValue.Timestamp(_run!.EnteredAt),
        "holdout" => CelValue.From(_run!.IsHoldout),
        "step" => CelValue.From(_run!.Step),
        "messages" => CelValue.From((long)_run!.Messages),
        "goal" => CelValue.From(_run!.ReachedGoal),
        _ => CelValue.Map(_steps),
    };
}

/// <summary><c>run.steps</c>: per step id, what is known of it. A step that nothing is known of is an empty map.</summary>
internal sealed class RunStepsMap : CelMap
{
    private Run? _run;
    private PublishedJourney? _journey;
    private IFacts? _facts;

    public override int Count => _journey?.Compiled.Flow.Length ?? 0;

    public override IEnumerable<KeyValuePair<CelValue, CelValue>> Entries =>
        _journey!.Compiled.Flow.Select(flow => KeyValuePair.Create(CelValue.From(flow.Step.Id), Of(flow.Step)));

    public void Look(Run? run, PublishedJourney? journey, IFacts facts) => (_run, _journey, _facts) = (run, journey, facts);

    public override bool TryGet(in CelValue key, out CelValue value)
    {
        if (key.Kind == CelKind.String && _journey!.Compiled.IndexById.TryGetValue(key.AsString(), out var index))
        {
            value = Of(_journey.Compiled.Flow[index].Step);
            return true;
        }

        value = default;
        return false;
    }

    private CelValue Of(Step step)
    {
        var known = new CelDictionaryMap();
        if (step is Step.Split split)
        {
            known.Add(CelValue.From("variant"), CelValue.From(split.Arms[Shares.ArmOf(_run!.Journey, _facts!.CustomerId, split)].Name));
        }

        foreach (var memory in _run!.Steps)
        {
            if (memory.Step == step.Id && !memory.Answer.IsEmpty)
            {
                using var answer = JsonDocument.Parse(memory.Answer);
                known.Add(CelValue.From("response"), CelValue.FromJson(answer.RootElement.Clone()));
            }
        }

        return CelValue.Map(known);
    }
}

using System.Text.Json;
using Journey.Domain.Cel;

namespace Journey.Domain.Engine;

/// <summary>The variable <c>run</c>: one object, turned from run to run.</summary>
internal sealed class RunMap : CelMap
{
    private static readonly string[] Keys = ["id", "journey", "version", "key", "enteredAt", "isHoldout", "steps", "entry"];

    private readonly RunStepsMap _steps = new();
    private Run? _run;

    public bool HasRun => _run is not null;

    public override int Count => Entries.Count();

    public override IEnumerable<KeyValuePair<CelValue, CelValue>> Entries
    {
        get
        {
            foreach (var key in Keys)
            {
                if (TryGet(CelValue.From(key), out var value))
                {
                    yield return KeyValuePair.Create(CelValue.From(key), value);
                }
            }
        }
    }

    public void Look(Run? run)
    {
        _run = run;
        _steps.Look(run);
    }

    public override bool TryGet(in CelValue key, out CelValue value)
    {
        var found = key.Kind != CelKind.String ? null : key.AsString() switch
        {
            "id" => CelValue.From(_run!.Id.ToString("D")),
            "journey" => CelValue.From(_run!.Journey),
            "version" => CelValue.From((long)_run!.Version),
            "key" => CelValue.From(_run!.Key),
            "enteredAt" => CelValue.Timestamp(_run!.EnteredAt),
            "isHoldout" => CelValue.From(_run!.IsHoldout),
            "steps" => CelValue.Map(_steps),
            "entry" when !_run!.Entry.IsEmpty => JsonValues.Read(_run.Entry),
            _ => (CelValue?)null,
        };
        value = found.GetValueOrDefault();
        return found.HasValue;
    }
}

/// <summary><c>run.steps</c>: by id, the steps that were done, and what came of them.</summary>
internal sealed class RunStepsMap : CelMap
{
    private Run? _run;

    public override int Count => Entries.Count();

    public override IEnumerable<KeyValuePair<CelValue, CelValue>> Entries =>
        _run!.Steps.Where(memory => memory.At != 0).Select(memory => KeyValuePair.Create(CelValue.From(memory.Step), Of(memory)));

    public void Look(Run? run) => _run = run;

    public override bool TryGet(in CelValue key, out CelValue value)
    {
        foreach (var memory in _run!.Steps)
        {
            if (memory.At != 0 && key.Kind == CelKind.String && memory.Step == key.AsString())
            {
                value = Of(memory);
                return true;
            }
        }

        value = default;
        return false;
    }

    private static CelValue Of(in StepMemory memory)
    {
        var known = new CelDictionaryMap(4)
        {
            { CelValue.From("at"), CelValue.Timestamp(memory.At) },
            { CelValue.From("outcome"), CelValue.From(memory.Outcome) },
        };
        if (memory.Channel.Length > 0)
        {
            known.Add(CelValue.From("channel"), CelValue.From(memory.Channel));
        }

        if (!memory.Answer.IsEmpty)
        {
            known.Add(CelValue.From("response"), JsonValues.Read(memory.Answer));
        }

        return CelValue.Map(known);
    }
}

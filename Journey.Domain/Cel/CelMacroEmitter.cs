namespace Journey.Domain.Cel;

/// <summary>Compiles the macros. They visit the elements of a list, or the keys of a map in the order of its entries.</summary>
internal static class CelMacroEmitter
{
    public static CelCode Code(CelEmitter emitter, CelNode.Macro macro)
    {
        var range = emitter.Code(macro.Range).Eval();
        var slot = 0;
        var condition = macro.Condition is null ? null : emitter.Within(macro.Variable, macro.Condition, out slot);
        var result = macro.Result is null ? null : emitter.Within(macro.Variable, macro.Result, out slot);
        var name = macro.Kind.ToString();
        return CelCode.Of(macro.Kind switch
        {
            CelMacroKind.All => Quantified(range, slot, condition!, isAll: true),
            CelMacroKind.Exists => Quantified(range, slot, condition!, isAll: false),
            CelMacroKind.ExistsOne => ExistsOne(range, slot, condition!),
            CelMacroKind.Filter => Listed(range, slot, condition, null),
            CelMacroKind.Map => Listed(range, slot, condition, result),
            _ => throw new InvalidOperationException($"No code for the macro {name}."),
        });
    }

    /// <summary>As a chain of &amp;&amp; or ||: an error stands only where no element decides.</summary>
    private static CelEval Quantified(CelEval range, int slot, CelEval condition, bool isAll) => (ref CelFrame frame) =>
    {
        var over = range(ref frame);
        if (!TryItems(over, out var items))
        {
            return Refusal(over);
        }

        var doubt = default(CelValue);
        for (var i = 0; i < items.Count; i++)
        {
            if (--frame.Steps < 0)
            {
                return CelTexts.TooManySteps;
            }

            frame.Locals![slot] = items[i];
            var value = condition(ref frame);
            if (value.Kind != CelKind.Bool)
            {
                doubt = doubt.IsError ? doubt : value.IsError ? value : CelTexts.NoOverload(isAll ? "all" : "exists", value);
            }
            else if (value.AsBool() != isAll)
            {
                return value;
            }
        }

        return doubt.IsError ? doubt : CelValue.From(isAll);
    };

    private static CelEval ExistsOne(CelEval range, int slot, CelEval condition) => (ref CelFrame frame) =>
    {
        var over = range(ref frame);
        if (!TryItems(over, out var items))
        {
            return Refusal(over);
        }

        var count = 0;
        for (var i = 0; i < items.Count; i++)
        {
            if (--frame.Steps < 0)
            {
                return CelTexts.TooManySteps;
            }

            frame.Locals![slot] = items[i];
            var value = condition(ref frame);
            if (value.Kind != CelKind.Bool)
            {
                return value.IsError ? value : CelTexts.NoOverload("exists_one", value);
            }

            count += value.AsBool() ? 1 : 0;
        }

        return CelValue.From(count == 1);
    };

    private static CelEval Listed(CelEval range, int slot, CelEval? condition, CelEval? result) => (ref CelFrame frame) =>
    {
        var over = range(ref frame);
        if (!TryItems(over, out var items))
        {
            return Refusal(over);
        }

        var kept = new List<CelValue>();
        for (var i = 0; i < items.Count; i++)
        {
            if (--frame.Steps < 0)
            {
                return CelTexts.TooManySteps;
            }

            frame.Locals![slot] = items[i];
            if (condition is not null)
            {
                var chosen = condition(ref frame);
                if (chosen.Kind != CelKind.Bool)
                {
                    return chosen.IsError ? chosen : CelTexts.NoOverload("filter", chosen);
                }

                if (!chosen.AsBool())
                {
                    continue;
                }
            }

            var value = result is null ? items[i] : result(ref frame);
            if (value.IsError)
            {
                return value;
            }

            kept.Add(value);
        }

        return CelValue.List(kept);
    };

    private static bool TryItems(in CelValue over, out IReadOnlyList<CelValue> items)
    {
        items = over.Kind switch
        {
            CelKind.List => over.AsList(),
            CelKind.Map => [.. over.AsMap().Entries.Select(entry => entry.Key)],
            _ => [],
        };
        return over.Kind is CelKind.List or CelKind.Map;
    }

    private static CelValue Refusal(in CelValue over) => over.IsError ? over : CelTexts.NoOverload("macro", over);
}

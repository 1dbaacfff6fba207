using System.Runtime.CompilerServices;

namespace Journey.Domain.Cel;

/// <summary>Compiles the calls that are worth more than a plain call: patterns and lists known beforehand, and host functions.</summary>
internal static class CelCallEmitter
{
    /// <summary>A list shorter than this is searched faster than hashed.</summary>
    private const int HashedFrom = 8;

    /// <summary>Compiles a pattern once; nothing where it is none, which the plain call reports at evaluation.</summary>
    public static CelCode? Matches(CelCode text, CelValue pattern)
    {
        if (pattern.Kind != CelKind.String || !CelPattern.TryCompile(pattern.AsString(), out var regex, out _))
        {
            return null;
        }

        var run = text.Eval();
        return CelCode.Of((ref CelFrame frame) =>
        {
            var value = run(ref frame);
            return value.Kind == CelKind.String ? CelValue.From(regex.IsMatch(value.AsString()))
                : value.IsError ? value
                : CelTexts.NoOverload("matches", value, pattern);
        });
    }

    /// <summary>Looks a string up in a long list of literals by hash; nothing where the list is of another sort.</summary>
    public static CelCode? InStrings(CelCode sought, CelValue list)
    {
        if (list.Kind != CelKind.List || list.AsList() is var items && (items.Count < HashedFrom || items.Any(item => item.Kind != CelKind.String)))
        {
            return null;
        }

        var known = items.Select(item => item.AsString()).ToHashSet(StringComparer.Ordinal);
        var run = sought.Eval();
        return CelCode.Of((ref CelFrame frame) =>
        {
            var value = run(ref frame);
            return value.IsError ? value : CelValue.From(value.Kind == CelKind.String && known.Contains(value.AsString()));
        });
    }

    public static CelCode Host(string name, CelFunction? declared, CelCode[] args)
    {
        if (args.All(arg => arg.IsConstant && !arg.Constant.IsError) && Refusal(name, declared, [.. args.Select(arg => arg.Constant)]) is null)
        {
            CelValue[] constants = [.. args.Select(arg => arg.Constant)];
            return CelCode.Of((ref CelFrame frame) => frame.Activation.Call(name, constants));
        }

        CelEval[] runs = [.. args.Select(arg => arg.Eval())];
        return CelCode.Of((ref CelFrame frame) =>
        {
            var few = default(FewValues);
            Span<CelValue> values = runs.Length <= FewValues.Length ? few : new CelValue[runs.Length];
            for (var i = 0; i < runs.Length; i++)
            {
                values[i] = runs[i](ref frame);
                if (values[i].IsError)
                {
                    return values[i];
                }
            }

            values = values[..runs.Length];
            return Refusal(name, declared, values) ?? frame.Activation.Call(name, values);
        });
    }

    private static CelValue? Refusal(string name, CelFunction? declared, ReadOnlySpan<CelValue> values)
    {
        for (var i = 0; i < values.Length && declared is not null; i++)
        {
            if (!declared.Parameters[i].Type.Accepts(values[i].Kind))
            {
                return CelTexts.NoOverload(name, values[i]);
            }
        }

        return null;
    }

    /// <summary>Room for the arguments of nearly every function without allocating.</summary>
    [InlineArray(Length)]
    private struct FewValues
    {
        public const int Length = 4;
        private CelValue _first;
    }
}

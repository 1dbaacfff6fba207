using System.Collections.Immutable;

namespace Journey.Domain.Cel;

/// <summary>Finds out which parts of an expression decided, and what they saw: evaluates it again, listening.</summary>
/// <remarks>Costs a traced evaluation, so it is for explanations only.</remarks>
public sealed class CelInquiry : ICelTrace
{
    private readonly string _source;
    private readonly List<CelSeen> _seen = [];
    private readonly Dictionary<(int Offset, int Length), CelValue> _values = [];

    private CelInquiry(string source) => _source = source;

    /// <summary>Everything that was evaluated, each place once with its last value.</summary>
    public IReadOnlyList<CelSeen> Seen => _seen;

    /// <summary>The parts that made the value what it is: of a false <c>a &amp;&amp; b</c> the one that is false, of a true one both.</summary>
    public ImmutableArray<CelFinding> Findings { get; private set; } = [];

    public static CelInquiry Of(CelProgram program, ICelActivation facts)
    {
        var inquiry = new CelInquiry(program.Source);
        program.EvaluateTraced(facts, inquiry);
        var findings = ImmutableArray.CreateBuilder<CelFinding>();
        inquiry.Decide(program.Root, isNegated: false, findings);
        inquiry.Findings = findings.ToImmutable();
        return inquiry;
    }

    void ICelTrace.Saw(int offset, string source, in CelValue value)
    {
        var place = (offset, source.Length);
        var known = _seen.FindIndex(seen => seen.Offset == offset && seen.Source.Length == source.Length);
        if (known >= 0)
        {
            _seen[known] = new CelSeen(offset, source, value);
        }
        else
        {
            _seen.Add(new CelSeen(offset, source, value));
        }

        _values[place] = value;
    }

    private void Decide(CelNode node, bool isNegated, ImmutableArray<CelFinding>.Builder findings)
    {
        switch (node)
        {
            case CelNode.Logic logic:
                var whole = ValueOf(logic);
                foreach (var operand in logic.Operands)
                {
                    // One false side makes an "and" false, one true side an "or" true; otherwise all of them had to agree.
                    if (ValueOf(operand) is { } value && IsHeard(logic.IsAnd, whole, value))
                    {
                        Decide(operand, isNegated, findings);
                    }
                }

                break;
            case CelNode.Ternary ternary when ValueOf(ternary.Condition) is { } condition:
                Decide(ternary.Condition, isNegated: false, findings);
                Decide(condition.IsTrue ? ternary.Yes : ternary.No, isNegated, findings);
                break;
            case CelNode.Call { Function: "!" } not:
                Decide(not.Args[0], !isNegated, findings);
                break;
            default:
                findings.Add(FindingOf(node, isNegated));
                break;
        }
    }

    private static bool IsHeard(bool isAnd, CelValue? whole, in CelValue operand) => whole switch
    {
        { IsTrue: true } when !isAnd => operand.IsTrue,
        { IsFalse: true } when isAnd => operand.IsFalse,
        { IsError: true } => operand.IsError,
        _ => true,
    };

    private CelFinding FindingOf(CelNode node, bool isNegated)
    {
        var (name, operands) = node switch
        {
            CelNode.Call call => (call.Function, call.Args),
            CelNode.Select { IsTest: true } test => ("has", [test.Operand]),
            _ => ("", (ImmutableArray<CelNode>)[node]),
        };
        return new CelFinding(
            TextOf(node), name, [.. operands.Select(operand => new CelOperand(TextOf(operand), operand is CelNode.Literal, ValueOf(operand)))], ValueOf(node) ?? default, isNegated);
    }

    private CelValue? ValueOf(CelNode node) => node switch
    {
        CelNode.Literal literal => literal.Value,
        CelNode.Logic logic => ValueOf(logic),
        CelNode.Ternary ternary => ValueOf(ternary.Condition) is { } condition ? ValueOf(condition.IsTrue ? ternary.Yes : ternary.No) : null,
        _ => _values.TryGetValue((node.Offset, node.Length), out var value) ? value : null,
    };

    private CelValue? ValueOf(CelNode.Logic logic)
    {
        CelValue? last = null;
        foreach (var operand in logic.Operands)
        {
            if (ValueOf(operand) is not { } value)
            {
                continue;
            }

            if (logic.IsAnd ? value.IsFalse : value.IsTrue)
            {
                return value;
            }

            last = value.IsError || last is not { IsError: true } ? value : last;
        }

        return last;
    }

    private string TextOf(CelNode node) => _source.Substring(node.Offset, node.Length);
}

using System.Collections.Immutable;

namespace Journey.Domain.Cel;

/// <summary>Turns nodes into closures. What depends on nothing is evaluated here, once.</summary>
/// <param name="traceOf">The source, where the parts shall report their values; null for the fast variant.</param>
internal sealed class CelEmitter(CelEnvironment environment, string? traceOf)
{
    private readonly List<string> _scope = [];

    /// <summary>Gets how many variables of macros are alive at the same time.</summary>
    public int Locals { get; private set; }

    public CelEval Emit(CelNode root) => Code(root).Eval();

    /// <summary>Compiles a node within the scope of one more variable, whose slot is given.</summary>
    public CelEval Within(string variable, CelNode node, out int slot)
    {
        slot = _scope.Count;
        _scope.Add(variable);
        Locals = Math.Max(Locals, _scope.Count);
        var run = Emit(node);
        _scope.RemoveAt(slot);
        return run;
    }

    public CelCode Code(CelNode node)
    {
        var code = node switch
        {
            CelNode.Literal literal => CelCode.Of(literal.Value),
            CelNode.Ident or CelNode.Select or CelNode.Index => Path(node),
            CelNode.Call call => Call(call),
            CelNode.Logic logic => Logic(logic),
            CelNode.Ternary ternary => Ternary(ternary),
            CelNode.ListLiteral list => List(list),
            CelNode.MapLiteral map => Map(map),
            CelNode.Macro macro => CelMacroEmitter.Code(this, macro),
            _ => throw new InvalidOperationException($"No code for {node.GetType().Name}."),
        };
        return traceOf is null || node is CelNode.Literal or CelNode.Logic or CelNode.Ternary or CelNode.ListLiteral or CelNode.MapLiteral
            ? code
            : Reporting(node, code);
    }

    private CelCode Reporting(CelNode node, CelCode code)
    {
        var run = code.Eval();
        var (offset, text) = (node.Offset, traceOf!.Substring(node.Offset, node.Length));
        return CelCode.Of((ref CelFrame frame) =>
        {
            var value = run(ref frame);
            frame.Trace?.Saw(offset, text, value);
            return value;
        });
    }

    /// <summary>A variable with its fields and indices. Only the whole of it is reported to a trace.</summary>
    private CelCode Path(CelNode node)
    {
        if (CelNames.Dotted(node, out var root) is { } name)
        {
            var slot = CelNames.SlotOf(_scope, root);
            if (slot >= 0 && node is CelNode.Ident)
            {
                return CelCode.Of((ref CelFrame frame) => frame.Locals![slot]);
            }

            if (slot < 0 && Variable(node, name) is { } variable)
            {
                return variable;
            }
        }

        return node switch
        {
            CelNode.Select select => Select(select),
            CelNode.Index index => Index(index),
            CelNode.Ident or _ => CelCode.Of(CelTexts.Unbound(((CelNode.Ident)node).Name)),
        };
    }

    private CelCode Operand(CelNode node) => node is CelNode.Ident or CelNode.Select or CelNode.Index ? Path(node) : Code(node);

    private CelCode? Variable(CelNode node, string name)
    {
        if (environment.IsUnchecked)
        {
            return node is CelNode.Select select ? Unresolved(select, name) : CelCode.Of(Lookup(name));
        }

        return environment.Variables.ContainsKey(name) ? CelCode.Of(Lookup(name))
            : CelLibrary.TypeNames.Contains(name) ? CelCode.Of(CelValue.Type(name))
            : null;
    }

    private static CelEval Lookup(string name)
    {
        var missing = CelLibrary.TypeNames.Contains(name) ? CelValue.Type(name) : CelTexts.Unbound(name);
        return (ref CelFrame frame) => frame.Activation.TryResolve(name, out var value) ? value : missing;
    }

    /// <summary>Without declarations, a.b.c may be a variable of that name, or c of a variable a.b; the longest name that is bound wins.</summary>
    private CelCode Unresolved(CelNode.Select select, string name)
    {
        var missing = CelLibrary.TypeNames.Contains(name) ? CelValue.Type(name) : default;
        var shorter = Select(select).Eval();
        return CelCode.Of((ref CelFrame frame) =>
            frame.Activation.TryResolve(name, out var value) ? value
            : missing.Kind == CelKind.Type ? missing
            : shorter(ref frame));
    }

    private CelCode Select(CelNode.Select select)
    {
        var operand = Operand(select.Operand);
        var run = operand.Eval();
        var key = CelValue.From(select.Field);
        var missing = CelTexts.NoSuchKey(select.Field);
        CelEval field = select.IsTest
            ? (ref CelFrame frame) =>
            {
                var from = run(ref frame);
                return from.Kind == CelKind.Map ? CelValue.From(from.AsMap().TryGet(key, out _))
                    : from.IsError ? from
                    : CelTexts.NoOverload("has", from);
            }
            : (ref CelFrame frame) =>
            {
                var from = run(ref frame);
                return from.Kind == CelKind.Map ? (from.AsMap().TryGet(key, out var value) ? value : missing)
                    : from.IsError ? from
                    : CelTexts.NoOverload("." + key.AsString(), from);
            };
        return Folded(field, operand);
    }

    private CelCode Index(CelNode.Index index) => Strict(CelArithmetic.Index, Operand(index.Operand), Code(index.Key));

    private CelCode Call(CelNode.Call call)
    {
        if (call.IsOperator)
        {
            return call.Args.Length == 1
                ? Strict(CelLibrary.UnaryOperators[call.Function].One!, Code(call.Args[0]))
                : Operator(call.Function, Code(call.Args[0]), Code(call.Args[1]));
        }

        CelCode[] args = [.. call.Args.Select(Code)];
        var isDeclared = !call.HasTarget && environment.Functions.ContainsKey(call.Function);
        if (!isDeclared && CelLibrary.Functions.TryGetValue(call.Function, out var function) && function.Takes(call.HasTarget, args.Length))
        {
            return call.Function == "matches" && args[1].IsConstant && CelCallEmitter.Matches(args[0], args[1].Constant) is { } matches
                ? matches
                : args.Length == 1 ? Strict(function.One!, args[0]) : Strict(function.Two!, args[0], args[1]);
        }

        var declared = environment.Functions.GetValueOrDefault(call.Function, []).FirstOrDefault(candidate => candidate.Parameters.Length == args.Length);
        return CelCallEmitter.Host(call.Function, declared, args);
    }

    private static CelCode Operator(string sign, CelCode left, CelCode right) =>
        sign == "in" && right.IsConstant && CelCallEmitter.InStrings(left, right.Constant) is { } known
            ? known
            : Strict(CelLibrary.BinaryOperators[sign].Two!, left, right);

    private static CelCode Strict(CelUnary function, CelCode arg)
    {
        var run = arg.Eval();
        return Folded(
            (ref CelFrame frame) =>
            {
                var value = run(ref frame);
                return value.IsError ? value : function(value);
            },
            arg);
    }

    private static CelCode Strict(CelBinary function, CelCode left, CelCode right)
    {
        var first = left.Eval();
        if (right.IsConstant && !left.IsConstant && !right.Constant.IsError)
        {
            var constant = right.Constant;
            return CelCode.Of((ref CelFrame frame) =>
            {
                var a = first(ref frame);
                return a.IsError ? a : function(a, constant);
            });
        }

        var second = right.Eval();
        return Folded(
            (ref CelFrame frame) =>
            {
                var a = first(ref frame);
                if (a.IsError)
                {
                    return a;
                }

                var b = second(ref frame);
                return b.IsError ? b : function(a, b);
            },
            left,
            right);
    }

    private static CelCode Folded(CelEval run, params ReadOnlySpan<CelCode> parts)
    {
        foreach (var part in parts)
        {
            if (!part.IsConstant)
            {
                return CelCode.Of(run);
            }
        }

        // Nothing in it reads the frame.
        var frame = default(CelFrame);
        return CelCode.Of(run(ref frame));
    }

    private CelCode Logic(CelNode.Logic logic)
    {
        CelCode[] operands = [.. logic.Operands.Select(Code)];
        CelEval[] runs = [.. operands.Select(operand => operand.Eval())];
        var isAnd = logic.IsAnd;
        var decisive = isAnd ? CelValue.False : CelValue.True;
        if (operands.Any(operand => operand.IsConstant && operand.Constant.Kind == CelKind.Bool && operand.Constant.AsBool() != isAnd))
        {
            return CelCode.Of(decisive);
        }

        return Folded(
            (ref CelFrame frame) =>
            {
                // An error stands only where no other operand decides.
                var doubt = default(CelValue);
                foreach (var run in runs)
                {
                    var value = run(ref frame);
                    if (value.Kind != CelKind.Bool)
                    {
                        doubt = doubt.IsError ? doubt : value.IsError ? value : CelTexts.NoOverload(isAnd ? "&&" : "||", value);
                    }
                    else if (value.AsBool() != isAnd)
                    {
                        return value;
                    }
                }

                return doubt.IsError ? doubt : CelValue.From(isAnd);
            },
            operands);
    }

    private CelCode Ternary(CelNode.Ternary ternary)
    {
        var condition = Code(ternary.Condition);
        var (yes, no) = (Code(ternary.Yes), Code(ternary.No));
        var (test, first, second) = (condition.Eval(), yes.Eval(), no.Eval());
        return Folded(
            (ref CelFrame frame) =>
            {
                var value = test(ref frame);
                return value.Kind != CelKind.Bool
                    ? value.IsError ? value : CelTexts.NoOverload("?:", value)
                    : value.AsBool() ? first(ref frame) : second(ref frame);
            },
            condition,
            yes,
            no);
    }

    private CelCode List(CelNode.ListLiteral list)
    {
        CelCode[] items = [.. list.Items.Select(Code)];
        CelEval[] runs = [.. items.Select(item => item.Eval())];
        return Folded(
            (ref CelFrame frame) =>
            {
                var values = new CelValue[runs.Length];
                for (var i = 0; i < runs.Length; i++)
                {
                    values[i] = runs[i](ref frame);
                    if (values[i].IsError)
                    {
                        return values[i];
                    }
                }

                return CelValue.List(values);
            },
            items);
    }

    private CelCode Map(CelNode.MapLiteral map)
    {
        CelCode[] parts = [.. map.Entries.SelectMany(entry => new[] { Code(entry.Key), Code(entry.Value) })];
        CelEval[] runs = [.. parts.Select(part => part.Eval())];
        return Folded(
            (ref CelFrame frame) =>
            {
                var built = new CelDictionaryMap(runs.Length / 2);
                for (var i = 0; i < runs.Length; i += 2)
                {
                    var key = runs[i](ref frame);
                    if (key.IsError || !CelDictionaryMap.IsKey(key.Kind))
                    {
                        return key.IsError ? key : CelTexts.KeyKind;
                    }

                    var value = runs[i + 1](ref frame);
                    if (value.IsError || !built.Add(key, value))
                    {
                        return value.IsError ? value : CelTexts.RepeatedKey(key);
                    }
                }

                return CelValue.Map(built);
            },
            parts);
    }
}

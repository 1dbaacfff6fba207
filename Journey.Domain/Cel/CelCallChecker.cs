using System.Collections.Immutable;

namespace Journey.Domain.Cel;

/// <summary>Checks a call or an operator against what it may take.</summary>
internal sealed class CelCallChecker(CelEnvironment environment, List<CelFault> faults, List<CelReference> references)
{
    public CelType TypeOf(CelNode.Call call, CelType[] args)
    {
        if (call.IsOperator)
        {
            return TypeOfOperator(call, args);
        }

        if (!call.HasTarget && environment.Functions.TryGetValue(call.Function, out var overloads))
        {
            return TypeOfHostCall(call, args, overloads);
        }

        if (!CelLibrary.Functions.TryGetValue(call.Function, out var function))
        {
            if (call.HasTarget && CelMacros.Names.Contains(call.Function))
            {
                faults.Add(CelTexts.ArgumentCount(call, call.Function, "a name for the element and an expression", call.Args.Length - 1));
                return CelType.Dyn;
            }

            var known = environment.Functions.Keys.Concat(CelLibrary.Functions.Keys).Concat(CelMacros.Names);
            faults.Add(CelTexts.UnknownFunction(call.Name, known));
            return CelType.Dyn;
        }

        if (!function.Takes(call.HasTarget, args.Length))
        {
            faults.Add(CelTexts.ArgumentCount(call, call.Function, Shape(function), call.HasTarget ? args.Length - 1 : args.Length));
            return function.Overloads[0].Result;
        }

        CheckLiterals(call);
        return TypeOfOverloads(call, function, args);
    }

    private static string Shape(CelBuiltin function) => (function.IsGlobal, function.One is not null, function.Two is not null) switch
    {
        (false, true, true) => "a value before the dot, and at most one argument",
        (false, true, false) => "a value before the dot, and no arguments",
        (false, false, _) => "a value before the dot, and one argument",
        (true, true, _) => "one argument",
        _ => "two arguments, or a value before the dot and one argument",
    };

    private static bool Fits(CelType parameter, CelType argument) =>
        parameter.IsDyn || argument.IsDyn || parameter.Kind == argument.Kind || (parameter.IsMap && argument.IsMap);

    private CelType TypeOfOperator(CelNode.Call call, CelType[] args)
    {
        switch (call.Function)
        {
            case "==" or "!=":
                if (!CelType.MayEqual(args[0], args[1]))
                {
                    faults.Add(CelTexts.OperandTypes(call, call.Function, args, "They are never equal."));
                }

                return CelType.Bool;
            case "in":
                var sought = args[1].Kind == CelTypeKind.List ? args[1].Element : args[1].Key;
                if (!(args[1].IsDyn || ((args[1].Kind == CelTypeKind.List || args[1].IsMap) && CelType.MayEqual(args[0], sought))))
                {
                    faults.Add(CelTexts.OperandTypes(call, "in", args));
                }

                return CelType.Bool;
            case "+" when args.Length == 2 && args[0].Kind == CelTypeKind.List && args[1].Kind == CelTypeKind.List:
                return CelType.Join(args[0], args[1]);
            default:
                return TypeOfOverloads(call, args.Length == 1 ? CelLibrary.UnaryOperators[call.Function] : CelLibrary.BinaryOperators[call.Function], args);
        }
    }

    private CelType TypeOfOverloads(CelNode.Call call, CelBuiltin function, CelType[] args)
    {
        CelType? result = null;
        var found = false;
        foreach (var overload in function.Overloads)
        {
            if (overload.Parameters.Length == args.Length && overload.Parameters.Zip(args).All(pair => Fits(pair.First, pair.Second)))
            {
                result = found ? CelType.Join(result!, overload.Result) : overload.Result;
                found = true;
            }
        }

        if (!found)
        {
            var mixed = call.IsOperator && args.Length == 2 && args.All(type => type.IsNumber);
            faults.Add(CelTexts.OperandTypes(call, function.Name, args, mixed ? "Write 2.0 instead of 2, or convert one side with double(...)." : null));
            return function.Overloads.Select(overload => overload.Result).Aggregate(CelType.Join);
        }

        return result!;
    }

    private CelType TypeOfHostCall(CelNode.Call call, CelType[] args, ImmutableArray<CelFunction> overloads)
    {
        references.Add(new CelReference.Call(
            call.Function,
            [.. call.Args.Select(arg => new CelArgument(arg.Offset, arg.Length, arg is CelNode.Literal literal ? literal.Value : null))],
            call.Offset,
            call.Length));
        if (overloads.FirstOrDefault(overload => overload.Parameters.Length == args.Length) is not { } function)
        {
            var counts = string.Join(" or ", overloads.Select(overload => overload.Parameters.Length).Distinct().Order());
            faults.Add(CelTexts.ArgumentCount(call, call.Function, counts + (counts == "1" ? " argument" : " arguments"), args.Length));
            return overloads[0].Result;
        }

        for (var i = 0; i < args.Length; i++)
        {
            var parameter = function.Parameters[i];
            if (!parameter.Type.Accepts(args[i]))
            {
                faults.Add(CelTexts.Expected(call.Args[i], $"The argument '{parameter.Name}' of '{call.Function}'", parameter.Type.ToString(), args[i]));
            }
            else if (parameter.Constant && call.Args[i] is not CelNode.Literal)
            {
                faults.Add(CelTexts.Constant(call.Args[i], call.Function, parameter.Name));
            }
        }

        return function.Result;
    }

    /// <summary>A literal that can never be read is found here rather than as an error at every evaluation.</summary>
    private void CheckLiterals(CelNode.Call call)
    {
        if (call.Args[^1] is not CelNode.Literal { Value.Kind: CelKind.String } literal)
        {
            return;
        }

        var text = literal.Value.AsString();
        var error = call.Function switch
        {
            "timestamp" => CelTimes.Parse(text).ErrorMessage,
            "duration" => CelTimes.ParseDuration(text).ErrorMessage,
            "matches" => CelPattern.TryCompile(text, out _, out var why) ? "" : CelTexts.BadPattern(why).ErrorMessage,
            _ when call.Args.Length == 2 && call.Function.StartsWith("get", StringComparison.Ordinal) =>
                CelTimes.TryOffset(text, CelValue.Timestamp(0, 0), out _) ? "" : CelTexts.BadZone(text).ErrorMessage,
            _ => "",
        };
        if (error.Length > 0)
        {
            faults.Add(CelTexts.BadLiteral(literal, error));
        }
    }
}

using System.Collections.Immutable;

namespace Journey.Domain.Cel;

/// <summary>Finds every fault that can be known without data, and notes what the expression refers to.</summary>
internal sealed class CelChecker(CelEnvironment environment)
{
    private readonly List<string> _scope = [];
    private readonly List<CelType> _scopeTypes = [];

    public List<CelFault> Faults { get; } = [];

    public List<CelReference> References { get; } = [];

    /// <summary>The type of a whole expression.</summary>
    public CelType Check(CelNode root) => Use(root);

    /// <summary>The type of a value that is read as a whole, so that no personal data may be in it.</summary>
    private CelType Use(CelNode node)
    {
        var type = TypeOf(node);
        if (type.HoldsPersonalData)
        {
            Faults.Add(CelTexts.PersonalWhole(node));
        }

        return type;
    }

    private CelType TypeOf(CelNode node) => node switch
    {
        CelNode.Literal literal => TypeOf(literal.Value.Kind),
        CelNode.Ident or CelNode.Select or CelNode.Index => TypeOfPath(node),
        CelNode.Call call => TypeOfCall(call),
        CelNode.Logic logic => TypeOfLogic(logic),
        CelNode.Ternary ternary => TypeOfTernary(ternary),
        CelNode.ListLiteral list => CelType.ListOf(JoinAll(list.Items.Select(Use))),
        CelNode.MapLiteral map => TypeOfMap(map),
        CelNode.Macro macro => TypeOfMacro(macro),
        _ => CelType.Dyn,
    };

    private static CelType TypeOf(CelKind kind) => kind switch
    {
        CelKind.Null => CelType.Null,
        CelKind.Bool => CelType.Bool,
        CelKind.Int => CelType.Int,
        CelKind.Uint => CelType.Uint,
        CelKind.Double => CelType.Double,
        CelKind.String => CelType.String,
        _ => CelType.Bytes,
    };

    private static CelType JoinAll(IEnumerable<CelType> types)
    {
        CelType? joined = null;
        foreach (var type in types)
        {
            joined = joined is null ? type : CelType.Join(joined, type);
        }

        return joined ?? CelType.Dyn;
    }

    private CelType TypeOfPath(CelNode node)
    {
        var path = ImmutableArray.CreateBuilder<string>();
        var type = Walk(node, path, out var root);
        if (root is not null)
        {
            References.Add(new CelReference.Variable(root, path.ToImmutable(), node.Offset, node.Length));
        }

        return type;
    }

    /// <summary>Goes down to the variable and comes back up through its fields.</summary>
    private CelType Walk(CelNode node, ImmutableArray<string>.Builder path, out string? root)
    {
        root = null;
        if (CelNames.Dotted(node, out var first) is { } name && CelNames.SlotOf(_scope, first) is var slot)
        {
            if (slot >= 0 && node is CelNode.Ident)
            {
                return _scopeTypes[slot];
            }

            if (slot < 0 && environment.Variables.TryGetValue(name, out var declared))
            {
                root = name;
                return declared;
            }

            if (slot < 0 && CelLibrary.TypeNames.Contains(name))
            {
                return CelType.Type;
            }
        }

        switch (node)
        {
            case CelNode.Ident ident:
                Faults.Add(CelTexts.UnknownVariable(ident, ident.Name, environment.Variables.Keys.Concat(_scope)));
                return CelType.Dyn;
            case CelNode.Select select:
                var operand = Walk(select.Operand, path, out root);
                path.Add(select.Field);
                var field = FieldOf((select.Name.Offset, select.Name.Length), operand, select.Field);
                return select.IsTest ? CelType.Bool : field;
            case CelNode.Index { Key: CelNode.Literal { Value.Kind: CelKind.String } key } index:
                var container = Walk(index.Operand, path, out root);
                path.Add(key.Value.AsString());
                if (container.Kind == CelTypeKind.List)
                {
                    Faults.Add(CelTexts.Expected(key, "The index of a list", "int", CelType.String));
                    return container.Element;
                }

                return FieldOf((key.Offset, key.Length), container, key.Value.AsString());
            case CelNode.Index index:
                return ElementOf(index);
            default:
                return TypeOf(node);
        }
    }

    private CelType FieldOf((int Offset, int Length) at, CelType of, string name)
    {
        switch (of.Kind)
        {
            case CelTypeKind.Dyn:
                return CelType.Dyn;
            case CelTypeKind.Map:
                if (of.Key.Kind is not (CelTypeKind.String or CelTypeKind.Dyn))
                {
                    Faults.Add(CelTexts.KeyType(at, of.Key));
                }

                return of.Element;
            case CelTypeKind.Record when of.Fields.TryGetValue(name, out var field):
                if (field.Personal)
                {
                    Faults.Add(CelTexts.Personal(at, name));
                    return CelType.Dyn;
                }

                return field.Type;
            case CelTypeKind.Record:
                if (!of.IsOpen)
                {
                    Faults.Add(CelTexts.UnknownField(at, name, of));
                }

                return CelType.Dyn;
            default:
                Faults.Add(CelTexts.NotSelectable(at, name, of));
                return CelType.Dyn;
        }
    }

    private CelType ElementOf(CelNode.Index index)
    {
        var container = TypeOf(index.Operand);
        var key = Use(index.Key);
        switch (container.Kind)
        {
            case CelTypeKind.List when !key.IsNumber && !key.IsDyn:
                Faults.Add(CelTexts.Expected(index.Key, "The index of a list", "int", key));
                break;
            case CelTypeKind.Record when container.HoldsPersonalData:
                Faults.Add(CelTexts.PersonalWhole(index));
                return CelType.Dyn;
            case CelTypeKind.Map or CelTypeKind.Record when !CelType.MayEqual(container.Key, key):
                Faults.Add(CelTexts.Expected(index.Key, "The key of this map", container.Key.ToString(), key));
                break;
            case CelTypeKind.List or CelTypeKind.Map or CelTypeKind.Record or CelTypeKind.Dyn:
                break;
            default:
                Faults.Add(CelTexts.Expected(index, "'[ ]'", "a list or a map", container));
                break;
        }

        return container.Element;
    }

    private CelType TypeOfLogic(CelNode.Logic logic)
    {
        foreach (var operand in logic.Operands)
        {
            WantBool(operand, logic.IsAnd ? "'&&'" : "'||'");
        }

        return CelType.Bool;
    }

    private void WantBool(CelNode node, string where)
    {
        if (Use(node) is var type && type.Kind is not (CelTypeKind.Bool or CelTypeKind.Dyn))
        {
            Faults.Add(CelTexts.Expected(node, where, "bool", type));
        }
    }

    private CelType TypeOfTernary(CelNode.Ternary ternary)
    {
        WantBool(ternary.Condition, "The condition of '? :'");
        return CelType.Join(Use(ternary.Yes), Use(ternary.No));
    }

    private CelType TypeOfMap(CelNode.MapLiteral map)
    {
        var keys = new List<CelType>();
        var values = new List<CelType>();
        foreach (var (key, value) in map.Entries)
        {
            keys.Add(Use(key));
            values.Add(Use(value));
            if (keys[^1].Kind is not (CelTypeKind.Dyn or CelTypeKind.String or CelTypeKind.Int or CelTypeKind.Uint or CelTypeKind.Bool))
            {
                Faults.Add(CelTexts.Expected(key, "The key of a map", "string, int, uint or bool", keys[^1]));
            }
        }

        return CelType.MapOf(JoinAll(keys), JoinAll(values));
    }

    private CelType TypeOfMacro(CelNode.Macro macro)
    {
        var range = TypeOf(macro.Range);
        if (range.Kind == CelTypeKind.Record && range.HoldsPersonalData)
        {
            Faults.Add(CelTexts.PersonalWhole(macro.Range));
        }
        else if (range.Kind is not (CelTypeKind.List or CelTypeKind.Map or CelTypeKind.Record or CelTypeKind.Dyn))
        {
            Faults.Add(CelTexts.Expected(macro.Range, "A macro", "a list or a map", range));
        }

        var item = range.Kind == CelTypeKind.List ? range.Element : range.Key;
        _scope.Add(macro.Variable);
        _scopeTypes.Add(item);
        if (macro.Condition is { } condition)
        {
            WantBool(condition, "The condition of a macro");
        }

        var result = macro.Result is null ? CelType.Dyn : Use(macro.Result);
        _scope.RemoveAt(_scope.Count - 1);
        _scopeTypes.RemoveAt(_scopeTypes.Count - 1);
        return macro.Kind switch
        {
            CelMacroKind.Map => CelType.ListOf(result),
            CelMacroKind.Filter => CelType.ListOf(item),
            _ => CelType.Bool,
        };
    }

    private CelType TypeOfCall(CelNode.Call call)
    {
        // The size of a list says nothing about the personal data in it.
        CelType[] args = [.. call.Args.Select(arg => call.Function == "size" ? UseSize(arg) : Use(arg))];
        return new CelCallChecker(environment, Faults, References).TypeOf(call, args);
    }

    private CelType UseSize(CelNode node)
    {
        var type = TypeOf(node);
        if (type.Kind != CelTypeKind.List && type.HoldsPersonalData)
        {
            Faults.Add(CelTexts.PersonalWhole(node));
        }

        return type;
    }
}

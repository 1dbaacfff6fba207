using System.Collections.Immutable;

namespace Journey.Domain.Cel;

/// <summary>Recognises the standard macros. With another number of arguments a name is an ordinary function call.</summary>
internal static class CelMacros
{
    /// <summary>The macros by name, for suggestions.</summary>
    public static IEnumerable<string> Names => ["has", "all", "exists", "exists_one", "map", "filter"];

    public static CelNode? Global(int offset, int length, string name, ImmutableArray<CelNode> args)
    {
        if (name != "has" || args.Length != 1)
        {
            return null;
        }

        return args[0] is CelNode.Select { IsTest: false } select
            ? new CelNode.Select(offset, length, select.Operand, select.Name, isTest: true)
            : throw new CelSyntaxException(CelTexts.Syntax(args[0].Offset, args[0].Length, "has() asks for a field, as in has(customer.country)."));
    }

    public static CelNode? Member(int offset, int length, CelNode target, string name, ImmutableArray<CelNode> args)
    {
        CelMacroKind? kind = (name, args.Length) switch
        {
            ("all", 2) => CelMacroKind.All,
            ("exists", 2) => CelMacroKind.Exists,
            ("exists_one" or "existsOne", 2) => CelMacroKind.ExistsOne,
            ("filter", 2) => CelMacroKind.Filter,
            ("map", 2 or 3) => CelMacroKind.Map,
            _ => null,
        };
        if (kind is null)
        {
            return null;
        }

        if (args[0] is not CelNode.Ident { Rooted: false } variable)
        {
            throw new CelSyntaxException(CelTexts.Syntax(args[0].Offset, args[0].Length, $"The first argument of {name}() is a new name for the element, as in {name}(item, ...)."));
        }

        return kind == CelMacroKind.Map
            ? new CelNode.Macro(offset, length, CelMacroKind.Map, target, variable.Name, args.Length == 3 ? args[1] : null, args[^1])
            : new CelNode.Macro(offset, length, kind.Value, target, variable.Name, args[1], null);
    }
}

namespace Journey.Domain.Cel;

/// <summary>Tells what a name with dots stands for: the longest declared name wins, and a macro's variable hides all others.</summary>
internal static class CelNames
{
    /// <summary>The names in a.b.c, or nothing where it does not start with a name.</summary>
    public static string? Dotted(CelNode node, out CelNode.Ident? root)
    {
        root = null;
        switch (node)
        {
            case CelNode.Ident ident:
                root = ident;
                return ident.Name;
            case CelNode.Select { IsTest: false, IsQuoted: false } select when Dotted(select.Operand, out root) is { } before:
                return before + "." + select.Field;
            default:
                return null;
        }
    }

    /// <summary>The slot of a macro's variable, counted from the outermost; negative where the name is none.</summary>
    public static int SlotOf(List<string> scope, CelNode.Ident? ident) => ident is { Rooted: false } ? scope.LastIndexOf(ident.Name) : -1;
}

using System.Collections.Immutable;

namespace Journey.Domain.Cel;

/// <summary>The macros that visit the elements of a list or the keys of a map.</summary>
internal enum CelMacroKind
{
    All,
    Exists,
    ExistsOne,
    Map,
    Filter,
}

/// <summary>A piece of an expression with its place in the source.</summary>
internal abstract class CelNode(int offset, int length, int depth)
{
    public int Offset { get; } = offset;

    public int Length { get; } = length;

    public int End => Offset + Length;

    /// <summary>Gets how many nodes the longest way down has; bounded by <see cref="CelLimits.DepthMax"/>, so that recursion is safe.</summary>
    public int Depth { get; } = depth;

    /// <summary>Gets the pieces directly in it, in the order of the source.</summary>
    public IEnumerable<CelNode> Children => this switch
    {
        Select select => [select.Operand],
        Index index => [index.Operand, index.Key],
        Call call => call.Args,
        Logic logic => logic.Operands,
        Ternary ternary => [ternary.Condition, ternary.Yes, ternary.No],
        ListLiteral list => list.Items,
        MapLiteral map => map.Entries.SelectMany(static entry => new[] { entry.Key, entry.Value }),
        Macro macro => new[] { macro.Range, macro.Condition, macro.Result }.OfType<CelNode>(),
        _ => [],
    };

    protected static int Below(CelNode child) => child.Depth + 1;

    protected static int Below(IEnumerable<CelNode> children) => 1 + children.Select(child => child.Depth).DefaultIfEmpty(0).Max();

    internal sealed class Literal(int offset, int length, CelValue value) : CelNode(offset, length, 1)
    {
        public CelValue Value { get; } = value;
    }

    /// <param name="rooted">A dot stands before the name, so that macro variables do not hide it.</param>
    internal sealed class Ident(int offset, int length, string name, bool rooted) : CelNode(offset, length, 1)
    {
        public string Name { get; } = name;

        public bool Rooted { get; } = rooted;
    }

    /// <param name="name">The token with the field's name, which is what a fault points at.</param>
    /// <param name="isTest">It came from has(): the answer is whether the field is there.</param>
    internal sealed class Select(int offset, int length, CelNode operand, CelToken name, bool isTest = false)
        : CelNode(offset, length, Below(operand))
    {
        public CelToken Name { get; } = name;

        public CelNode Operand { get; } = operand;

        public string Field => Name.Text;

        public bool IsQuoted => Name.Kind == CelTokenKind.QuotedIdentifier;

        public bool IsTest { get; } = isTest;
    }

    internal sealed class Index(int offset, int length, CelNode operand, CelNode key)
        : CelNode(offset, length, Below([operand, key]))
    {
        public CelNode Operand { get; } = operand;

        public CelNode Key { get; } = key;
    }

    /// <summary>A function, named or an operator, with its target, if it has one, as the first argument.</summary>
    internal sealed class Call(int offset, int length, CelToken name, bool hasTarget, ImmutableArray<CelNode> args)
        : CelNode(offset, length, Below(args))
    {
        /// <summary>Gets the token with the function's name, which is what a fault points at.</summary>
        public CelToken Name { get; } = name;

        public string Function => Name.Text;

        public bool HasTarget { get; } = hasTarget;

        public bool IsOperator => Name.Kind == CelTokenKind.Punctuation || Name.Text == "in";

        public ImmutableArray<CelNode> Args { get; } = args;
    }

    /// <summary>A chain of one of the two, kept flat so that a long list of alternatives is not a deep tree.</summary>
    internal sealed class Logic(int offset, int length, bool isAnd, ImmutableArray<CelNode> operands)
        : CelNode(offset, length, Below(operands))
    {
        public bool IsAnd { get; } = isAnd;

        public ImmutableArray<CelNode> Operands { get; } = operands;
    }

    internal sealed class Ternary(int offset, int length, CelNode condition, CelNode yes, CelNode no)
        : CelNode(offset, length, Below([condition, yes, no]))
    {
        public CelNode Condition { get; } = condition;

        public CelNode Yes { get; } = yes;

        public CelNode No { get; } = no;
    }

    internal sealed class ListLiteral(int offset, int length, ImmutableArray<CelNode> items)
        : CelNode(offset, length, Below(items))
    {
        public ImmutableArray<CelNode> Items { get; } = items;
    }

    internal sealed class MapLiteral(int offset, int length, ImmutableArray<(CelNode Key, CelNode Value)> entries)
        : CelNode(offset, length, Below(entries.SelectMany(entry => new[] { entry.Key, entry.Value })))
    {
        public ImmutableArray<(CelNode Key, CelNode Value)> Entries { get; } = entries;
    }

    /// <param name="condition">Absent only for map with two arguments.</param>
    /// <param name="result">Present only for map.</param>
    internal sealed class Macro(int offset, int length, CelMacroKind kind, CelNode range, string variable, CelNode? condition, CelNode? result)
        : CelNode(offset, length, Below(new[] { range, condition, result }.OfType<CelNode>()))
    {
        public CelMacroKind Kind { get; } = kind;

        public CelNode Range { get; } = range;

        public string Variable { get; } = variable;

        public CelNode? Condition { get; } = condition;

        public CelNode? Result { get; } = result;
    }
}

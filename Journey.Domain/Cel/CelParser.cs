using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Journey.Domain.Cel;

/// <summary>Recursive descent, one method per nesting level and precedence climbing within it, so that the stack stays small.</summary>
internal sealed class CelParser(List<CelToken> tokens)
{
    private static readonly HashSet<string> Reserved =
    [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let",
        "loop", "package", "namespace", "return", "var", "void", "while",
    ];

    private static readonly HashSet<string> Keywords = ["in", "true", "false", "null"];

    private int _at;
    private int _depth;

    private CelToken Current => tokens[_at];

    public CelNode Parse()
    {
        var node = ParseExpression();
        return Current.Kind == CelTokenKind.End ? node : throw Unexpected("an operator or the end of the expression");
    }

    private static int Precedence(CelToken token)
    {
        if (token.Kind == CelTokenKind.Identifier)
        {
            return token.Text == "in" ? 3 : 0;
        }

        return token.Kind != CelTokenKind.Punctuation ? 0 : token.Text switch
        {
            "||" => 1,
            "&&" => 2,
            "==" or "!=" or "<" or "<=" or ">" or ">=" => 3,
            "+" or "-" => 4,
            "*" or "/" or "%" => 5,
            _ => 0,
        };
    }

    private static CelNode Bounded(CelNode node) =>
        node.Depth <= CelLimits.DepthMax ? node : throw new CelSyntaxException(CelTexts.TooDeep(node.Offset, node.Length));

    private void Enter()
    {
        // The second question is for callers that are deep in the stack themselves.
        if (++_depth > CelLimits.DepthMax || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new CelSyntaxException(CelTexts.TooDeep(Current.Offset, Current.Length));
        }
    }

    private CelSyntaxException Unexpected(string expected) =>
        new(CelTexts.Syntax(Current.Offset, Current.Length, $"Expected {expected}, found {Current}."));

    private CelToken Take() => tokens[_at++];

    private bool TryTake(string punctuation)
    {
        if (!Current.Is(punctuation))
        {
            return false;
        }

        _at++;
        return true;
    }

    private CelToken Expect(string punctuation, string after) =>
        Current.Is(punctuation) ? Take() : throw Unexpected($"'{punctuation}' {after}");

    // From the first token of a node to the last one read, so that parentheses belong to the text of what is around them.
    private int LengthFrom(int offset) => tokens[_at - 1].End - offset;

    private CelNode ParseExpression()
    {
        Enter();
        var offset = Current.Offset;
        var node = ParseBinary(1);
        if (TryTake("?"))
        {
            var yes = ParseBinary(1);
            Expect(":", "and the other value of '? :'");
            var no = ParseExpression();
            node = Bounded(new CelNode.Ternary(offset, LengthFrom(offset), node, yes, no));
        }

        _depth--;
        return node;
    }

    private CelNode ParseBinary(int lowest)
    {
        var offset = Current.Offset;
        var left = ParseUnary();
        while (Precedence(Current) is var precedence && precedence >= lowest)
        {
            if (precedence <= 2)
            {
                var operands = ParseChain(left, Current.Text, precedence);
                left = Bounded(new CelNode.Logic(offset, LengthFrom(offset), precedence == 2, operands));
                continue;
            }

            var operation = Take();
            var right = ParseBinary(precedence + 1);
            left = Bounded(new CelNode.Call(offset, LengthFrom(offset), operation, hasTarget: false, [left, right]));
        }

        return left;
    }

    private ImmutableArray<CelNode> ParseChain(CelNode first, string operation, int precedence)
    {
        var operands = ImmutableArray.CreateBuilder<CelNode>();
        operands.Add(first);
        while (TryTake(operation))
        {
            operands.Add(ParseBinary(precedence + 1));
        }

        return operands.DrainToImmutable();
    }

    private CelNode ParseUnary()
    {
        var offset = Current.Offset;
        if (!Current.Is("!") && !Current.Is("-"))
        {
            return ParseMember(offset, ParsePrimary());
        }

        var sign = Take();
        if (sign.Text == "-" && (Current.Kind == CelTokenKind.Integer || Current is { Kind: CelTokenKind.Literal, Value.Kind: CelKind.Double }))
        {
            return ParseMember(offset, Negative(sign, Take()));
        }

        Enter();
        var operand = ParseUnary();
        _depth--;
        return Bounded(new CelNode.Call(offset, LengthFrom(offset), sign, hasTarget: false, [operand]));
    }

    private static CelNode.Literal Positive(CelToken token)
    {
        if (token.Kind == CelTokenKind.Literal)
        {
            return new(token.Offset, token.Length, token.Value);
        }

        return token.Value.AsUint() <= long.MaxValue
            ? new(token.Offset, token.Length, CelValue.From((long)token.Value.AsUint()))
            : throw OutOfRange(token.Offset, token.Length);
    }

    private static CelNode.Literal Negative(CelToken sign, CelToken number)
    {
        var length = number.End - sign.Offset;
        if (number.Kind == CelTokenKind.Literal)
        {
            return new(sign.Offset, length, CelValue.From(-number.Value.AsDouble()));
        }

        // The smallest integer has no positive counterpart, which is why the sign belongs to the literal.
        var magnitude = number.Value.AsUint();
        return magnitude <= 1UL << 63
            ? new(sign.Offset, length, CelValue.From(unchecked(-(long)magnitude)))
            : throw OutOfRange(sign.Offset, length);
    }

    private static CelSyntaxException OutOfRange(int offset, int length) =>
        new(CelTexts.Syntax(offset, length, "This integer is out of range; larger ones are written with a 'u' after them, or as doubles."));

    private CelNode ParseMember(int offset, CelNode node)
    {
        while (true)
        {
            if (TryTake("."))
            {
                node = ParseSelectOrCall(offset, node);
            }
            else if (TryTake("["))
            {
                var key = ParseExpression();
                Expect("]", "after the index");
                node = new CelNode.Index(offset, LengthFrom(offset), node, key);
            }
            else if (Current.Is("{") && node is CelNode.Ident or CelNode.Select)
            {
                throw new CelSyntaxException(CelTexts.Syntax(node.Offset, node.Length, "Messages cannot be built here; a map is written {\"key\": value}."));
            }
            else
            {
                return node;
            }

            node = Bounded(node);
        }
    }

    private CelNode ParseSelectOrCall(int offset, CelNode target)
    {
        var name = Current;
        if (name.Kind is not (CelTokenKind.Identifier or CelTokenKind.QuotedIdentifier)
            || (name.Kind == CelTokenKind.Identifier && Keywords.Contains(name.Text)))
        {
            throw Unexpected("a field or function name after '.'");
        }

        _at++;
        if (name.Kind == CelTokenKind.QuotedIdentifier || !TryTake("("))
        {
            return new CelNode.Select(offset, LengthFrom(offset), target, name);
        }

        var args = ParseList(")", "to end the arguments");
        var length = LengthFrom(offset);
        return CelMacros.Member(offset, length, target, name.Text, args)
            ?? new CelNode.Call(offset, length, name, hasTarget: true, [target, .. args]);
    }

    private CelNode ParsePrimary()
    {
        var token = Current;
        switch (token.Kind)
        {
            case CelTokenKind.Literal or CelTokenKind.Integer:
                _at++;
                return Positive(token);
            case CelTokenKind.Identifier:
                return ParseName(token.Offset, rooted: false);
            case CelTokenKind.Punctuation when TryTake("("):
                var inner = ParseExpression();
                Expect(")", "to close the parenthesis");
                return inner;
            case CelTokenKind.Punctuation when TryTake("["):
                var items = ParseList("]", "to end the list");
                return Bounded(new CelNode.ListLiteral(token.Offset, LengthFrom(token.Offset), items));
            case CelTokenKind.Punctuation when TryTake("{"):
                return ParseMap(token.Offset);
            case CelTokenKind.Punctuation when token.Is(".") && tokens[_at + 1].Kind == CelTokenKind.Identifier:
                _at++;
                return ParseName(token.Offset, rooted: true);
            default:
                throw Unexpected("a value");
        }
    }

    private CelNode ParseName(int offset, bool rooted)
    {
        var name = Current;
        if (Reserved.Contains(name.Text))
        {
            throw new CelSyntaxException(CelTexts.Syntax(name.Offset, name.Length, $"'{name.Text}' is a reserved word and no name of a variable or function."));
        }

        if (Keywords.Contains(name.Text))
        {
            if (rooted || name.Text == "in")
            {
                throw Unexpected("a value");
            }

            _at++;
            return new CelNode.Literal(offset, name.Length, name.Text switch { "true" => CelValue.True, "false" => CelValue.False, _ => default });
        }

        _at++;
        if (!TryTake("("))
        {
            return new CelNode.Ident(offset, LengthFrom(offset), name.Text, rooted);
        }

        var args = ParseList(")", "to end the arguments");
        var length = LengthFrom(offset);
        return Bounded(CelMacros.Global(offset, length, name.Text, args)
            ?? new CelNode.Call(offset, length, name, hasTarget: false, args));
    }

    /// <summary>Reads expressions with commas between them, up to and with the closing mark. Only [1, 2,] may end with a comma.</summary>
    private ImmutableArray<CelNode> ParseList(string close, string why)
    {
        var items = ImmutableArray.CreateBuilder<CelNode>();
        while (!TryTake(close))
        {
            items.Add(ParseExpression());
            if (TryTake(","))
            {
                if (close == ")" && Current.Is(")"))
                {
                    throw Unexpected("another argument after ','");
                }
            }
            else if (!Current.Is(close))
            {
                throw Unexpected($"',' or '{close}' {why}");
            }
        }

        return items.DrainToImmutable();
    }

    private CelNode ParseMap(int offset)
    {
        var entries = ImmutableArray.CreateBuilder<(CelNode, CelNode)>();
        while (!TryTake("}"))
        {
            var key = ParseExpression();
            Expect(":", "between a key and its value");
            entries.Add((key, ParseExpression()));
            if (!TryTake(",") && !Current.Is("}"))
            {
                throw Unexpected("',' or '}' to end the map");
            }
        }

        return Bounded(new CelNode.MapLiteral(offset, LengthFrom(offset), entries.DrainToImmutable()));
    }
}

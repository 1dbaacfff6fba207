using System.Collections.Immutable;
using Journey.Domain.Language;

namespace Journey.Domain.Templates;

/// <summary>Reads the tags of a template before it is compiled: every fault with its place, and nothing that could run without end.</summary>
/// <remarks>
/// The compiler behind names no place for most faults and only the first one, meets an unknown helper when it renders, and follows
/// nested blocks by recursion; so what it is given has been counted and measured here.
/// </remarks>
internal ref struct TemplateSyntax
{
    public const int DepthMax = 20;
    public const int TagsMax = 5_000;
    public const int TagLengthMax = 2_000;

    private static readonly ImmutableArray<(string Name, int Arguments, bool IsBlock)> Helpers =
        [("if", 1, true), ("unless", 1, true), ("each", 1, true), ("with", 1, true), ("lookup", 2, false)];

    private readonly ReadOnlySpan<char> _source;
    private readonly SourcePlace _start;
    private readonly List<Fault> _faults = [];
    private readonly Stack<(string Name, SourcePlace At, int Depth)> _open = [];
    private int _index;
    private int _line;
    private int _lineStart;
    private int _tags;

    private TemplateSyntax(string source, SourcePlace start)
    {
        _source = source;
        _start = start;
    }

    public static List<Fault> Check(string source, SourcePlace start)
    {
        var syntax = new TemplateSyntax(source, start);
        syntax.Run();
        return syntax._faults;
    }

    private void Run()
    {
        while (_index < _source.Length)
        {
            var next = _source[_index..].IndexOf("{{");
            if (next < 0)
            {
                break;
            }

            MoveTo(_index + next);
            if (_index > 0 && _source[_index - 1] == '\\')
            {
                // \{{ is text.
                MoveTo(_index + 2);
                continue;
            }

            var at = Here();
            if (++_tags > TagsMax)
            {
                _faults.Add(TemplateFaults.TooMany(at, TagsMax));
                return;
            }

            if (!Tag(at))
            {
                return;
            }
        }

        foreach (var (name, at, _) in _open.Reverse())
        {
            _faults.Add(TemplateFaults.BlockNotClosed(at, name));
        }
    }

    /// <summary>False: nothing after this tag can be made sense of.</summary>
    private bool Tag(SourcePlace at)
    {
        var rest = _source[_index..];
        var (open, close) = rest.StartsWith("{{!--") ? (5, "--}}")
            : rest.StartsWith("{{~!--") ? (6, "--}}")
            : rest.StartsWith("{{{") ? (3, "}}}")
            : (2, "}}");
        if (rest.StartsWith("{{{{"))
        {
            _faults.Add(TemplateFaults.NotSupported(at, "A raw block", @"\{{ for braces that are text"));
            return false;
        }

        var isComment = close[0] == '-';
        var end = isComment ? CommentEnd(rest, open) : rest[open..].IndexOf(close);
        if (end < 0)
        {
            _faults.Add(TemplateFaults.NotClosed(at));
            return false;
        }

        if (!isComment)
        {
            if (end > TagLengthMax)
            {
                _faults.Add(TemplateFaults.TagTooLong(at, TagLengthMax));
                return false;
            }

            Content(rest.Slice(open, end).Trim('~').Trim(), at);
        }

        MoveTo(_index + open + end + (isComment && rest[open + end + 2] == '~' ? close.Length + 1 : close.Length));
        return true;
    }

    private static int CommentEnd(ReadOnlySpan<char> rest, int open)
    {
        var plain = rest[open..].IndexOf("--}}");
        var trimmed = rest[open..].IndexOf("--~}}");
        return plain < 0 ? trimmed : trimmed < 0 ? plain : Math.Min(plain, trimmed);
    }

    private void Content(ReadOnlySpan<char> content, SourcePlace at)
    {
        switch (content)
        {
            case ['!', ..]:
                return;
            case ['>', ..] or ['#', '>', ..]:
                _faults.Add(TemplateFaults.NotSupported(at, "A partial", "one template that stands alone"));
                return;
            case ['*', ..] or ['#', '*', ..]:
                _faults.Add(TemplateFaults.NotSupported(at, "A decorator", "one template that stands alone"));
                return;
            case ['/', ..]:
                Close(content[1..].Trim().ToString(), at);
                return;
            case ['^'] or "else":
                Else(at);
                return;
            case ['#' or '^', ..]:
                Block(content[1..].Trim(), at);
                return;
            case ['&', ..]:
                _faults.Add(TemplateFaults.NotSupported(at, "`&`", "three braces, {{{value}}}, to print a value as it is"));
                return;
        }

        if (content.StartsWith("else "))
        {
            if (Else(at))
            {
                // Each "else if" is a block within the block before it.
                var (name, opened, depth) = _open.Pop();
                _open.Push((name, opened, depth + 1));
                CheckDepth(at);
                Expression(content[5..].Trim(), at, isBlock: true);
            }

            return;
        }

        Expression(content, at, isBlock: false);
    }

    private void Block(ReadOnlySpan<char> content, SourcePlace at)
    {
        var name = Expression(content, at, isBlock: true);
        _open.Push((name, at, 1));
        CheckDepth(at);
    }

    private readonly void CheckDepth(SourcePlace at)
    {
        // Reported once, where it is crossed: the blocks inside would only repeat it.
        if (_open.Sum(block => block.Depth) == DepthMax + 1)
        {
            _faults.Add(TemplateFaults.TooDeep(at, DepthMax));
        }
    }

    private readonly void Close(string name, SourcePlace at)
    {
        if (_open.TryPeek(out var open) && open.Name == name)
        {
            _open.Pop();
            return;
        }

        _faults.Add(TemplateFaults.UnmatchedClose(at, name, _open.Count == 0 ? null : open.Name));
        if (_open.Any(block => block.Name == name))
        {
            // The blocks inside were forgotten: go on as if they had been closed, so that one slip is one fault.
            while (_open.Pop().Name != name) { }
        }
    }

    private readonly bool Else(SourcePlace at)
    {
        if (_open.Count > 0)
        {
            return true;
        }

        _faults.Add(TemplateFaults.UnmatchedClose(at, "else", null));
        return false;
    }

    /// <summary>A path, or a helper with its values. Answers its first word.</summary>
    private readonly string Expression(ReadOnlySpan<char> content, SourcePlace at, bool isBlock)
    {
        var words = Words(content, at);
        if (words is null)
        {
            return "";
        }

        if (words.Count == 0)
        {
            _faults.Add(TemplateFaults.EmptyTag(at));
            return "";
        }

        var name = words[0];
        var parameters = isBlock ? words.IndexOf("as") : -1;
        Helper(name, (parameters < 0 ? words.Count : parameters) - 1, at, isBlock);
        foreach (var word in words)
        {
            if (word[0] == '(')
            {
                SubExpression(word, at);
            }
        }

        return name;
    }

    private readonly void SubExpression(string word, SourcePlace at)
    {
        var inner = Words(word.AsSpan(1, word.Length - 2), at);
        if (inner is null)
        {
            return;
        }

        if (inner.Count == 0)
        {
            _faults.Add(TemplateFaults.EmptyTag(at));
            return;
        }

        Helper(inner[0], Math.Max(inner.Count - 1, 1), at, isBlock: false);
        foreach (var nested in inner.Where(nested => nested[0] == '('))
        {
            SubExpression(nested, at);
        }
    }

    private readonly void Helper(string name, int arguments, SourcePlace at, bool isBlock)
    {
        foreach (var helper in Helpers)
        {
            if (helper.Name == name && helper.IsBlock == isBlock)
            {
                if (arguments != helper.Arguments)
                {
                    _faults.Add(TemplateFaults.WrongArguments(at, name, helper.Arguments, arguments));
                }

                return;
            }
        }

        var isKnown = Helpers.Any(helper => helper.Name == name);
        if (arguments > 0 || isKnown)
        {
            var near = isKnown && !isBlock ? $"#{name}" : NearMiss.Of(name, Helpers.Select(helper => helper.Name));
            _faults.Add(TemplateFaults.UnknownHelper(at, name, near));
        }
    }

    /// <summary>Splits at blanks outside of quotes, brackets and parentheses; null after a fault.</summary>
    private readonly List<string>? Words(ReadOnlySpan<char> content, SourcePlace at)
    {
        var words = new List<string>();
        var depth = 0;
        var start = -1;
        var quote = '\0';
        for (var i = 0; i <= content.Length; i++)
        {
            var c = i < content.Length ? content[i] : ' ';
            if (quote != '\0')
            {
                if (i == content.Length)
                {
                    break;
                }

                quote = c == quote ? '\0' : quote;
                continue;
            }

            if (char.IsWhiteSpace(c) && depth == 0)
            {
                if (start >= 0)
                {
                    words.Add(content[start..i].ToString());
                    start = -1;
                }

                continue;
            }

            start = start < 0 ? i : start;
            quote = c is '"' or '\'' ? c : c == '[' ? ']' : '\0';
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (depth > DepthMax)
            {
                _faults.Add(TemplateFaults.TooDeep(at, DepthMax));
                return null;
            }

            if (depth < 0 || (i == content.Length && depth > 0))
            {
                break;
            }
        }

        if (quote == '\0' && depth == 0)
        {
            return words;
        }

        _faults.Add(TemplateFaults.Unreadable(at, quote != '\0' ? $"a {quote} is missing in this tag." : "its parentheses do not match."));
        return null;
    }

    private readonly SourcePlace Here() =>
        _start with { Line = _start.Line + _line, Column = (_line == 0 ? _start.Column : 1) + _index - _lineStart };

    private void MoveTo(int index)
    {
        for (; _index < index; _index++)
        {
            if (_source[_index] == '\n')
            {
                _line++;
                _lineStart = _index + 1;
            }
        }
    }
}

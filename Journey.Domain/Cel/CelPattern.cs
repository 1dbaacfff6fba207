using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;

namespace Journey.Domain.Cel;

/// <summary>Regular expressions in RE2's syntax, run by .NET's engine that takes time linear in the text.</summary>
/// <remarks>
/// Where the two differ, the pattern is rewritten: $ is the very end, \d \w \s are ASCII, a dot is a whole code point,
/// groups may be named (?P&lt;name&gt;), and \Q...\E quotes. Backreferences and look-around are errors in both.
/// </remarks>
internal sealed class CelPattern
{
    private const string Any = "(?:[^\\n\\uD800-\\uDFFF]|[\\uD800-\\uDBFF][\\uDC00-\\uDFFF])";
    private const string AnyWithNewline = "(?:[^\\uD800-\\uDFFF]|[\\uD800-\\uDBFF][\\uDC00-\\uDFFF])";

    private readonly string _source;
    private readonly StringBuilder _text = new();
    private readonly Stack<(long States, bool Dotall, bool Multiline)> _outer = new();
    private long _states;
    private long _last = 1;
    private bool _dotall;
    private bool _multiline;
    private int _at;

    private CelPattern(string source) => _source = source;

    public static bool TryCompile(string source, [NotNullWhen(true)] out Regex? pattern, out string error)
    {
        pattern = null;
        error = "";
        if (source.Length > CelLimits.PatternMax)
        {
            error = $"it has more than {CelLimits.PatternMax:N0} characters";
            return false;
        }

        try
        {
            var translated = new CelPattern(source).Translate();
            if (translated is null)
            {
                error = $"its repetitions need more than {CelLimits.PatternStatesMax:N0} states";
                return false;
            }

            pattern = new Regex(translated, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);
            return true;
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
        {
            error = fault is NotSupportedException ? "backreferences and look-around are not supported" : fault.Message;
            return false;
        }
    }

    private char Peek(int ahead = 0) => _at + ahead < _source.Length ? _source[_at + ahead] : '\0';

    private string? Translate()
    {
        while (_at < _source.Length)
        {
            Step();
            if (_states > CelLimits.PatternStatesMax)
            {
                return null;
            }
        }

        return _text.ToString();
    }

    private void Step()
    {
        var c = _source[_at];
        switch (c)
        {
            case '\\':
                Escape();
                break;
            case '[':
                Class();
                break;
            case '(':
                Open();
                break;
            case ')':
                Close();
                break;
            case '{' or '*' or '+' or '?':
                Repeat();
                break;
            case '.':
                Atom(_dotall ? AnyWithNewline : Any, 1);
                break;
            case '$':
                Atom(_multiline ? "$" : "\\z", 1);
                break;
            case ' ' or '#':
                Atom("\\" + c, 1);
                break;
            case var high when char.IsSurrogatePair(high, Peek(1)):
                // One code point is one thing to repeat.
                Atom($"(?:{_source.AsSpan(_at, 2)})", 2);
                break;
            default:
                Atom(c.ToString(), 1);
                break;
        }
    }

    private void Atom(string text, int taken)
    {
        _text.Append(text);
        _at += taken;
        _last = 1;
        _states++;
    }

    private void Escape()
    {
        switch (Peek(1))
        {
            case 'd':
                Atom("[0-9]", 2);
                break;
            case 'D':
                Atom("[^0-9]", 2);
                break;
            case 'w':
                Atom("[0-9A-Za-z_]", 2);
                break;
            case 'W':
                Atom("[^0-9A-Za-z_]", 2);
                break;
            case 's':
                Atom("[\\t\\n\\f\\r ]", 2);
                break;
            case 'S':
                Atom("[^\\t\\n\\f\\r ]", 2);
                break;
            case 'Q':
                var end = _source.IndexOf("\\E", _at + 2, StringComparison.Ordinal);
                var quoted = end < 0 ? _source[(_at + 2)..] : _source[(_at + 2)..end];
                foreach (var c in quoted)
                {
                    Atom(Regex.Escape(c.ToString()), 0);
                }

                _at += 2 + quoted.Length + (end < 0 ? 0 : 2);
                break;
            case 'p' or 'P' when char.IsAsciiLetter(Peek(2)):
                Atom($"\\{Peek(1)}{{{Peek(2)}}}", 3);
                break;
            case 'p' or 'P' when _source.IndexOf('}', _at) is var close and > 0:
                Atom(_source[_at..(close + 1)], close + 1 - _at);
                break;
            default:
                Atom(_source.Substring(_at, Math.Min(2, _source.Length - _at)), 2);
                break;
        }
    }

    private void Class()
    {
        var start = _at;
        _text.Append('[');
        _at++;
        if (Peek() == '^')
        {
            _text.Append('^');
            _at++;
        }

        var first = true;
        while (_at < _source.Length && (Peek() != ']' || first))
        {
            first = false;
            ClassItem();
        }

        if (_at >= _source.Length)
        {
            throw new ArgumentException($"the class at {start} is not closed");
        }

        Atom("]", 1);
    }

    private void ClassItem()
    {
        if (Peek() == '[' && Peek(1) == ':' && _source.IndexOf(":]", _at, StringComparison.Ordinal) is var end and > 0)
        {
            _text.Append(Named(_source[(_at + 2)..end]));
            _at = end + 2;
        }
        else if (Peek() == '\\')
        {
            _text.Append(Peek(1) switch
            {
                'd' => "0-9",
                'w' => "0-9A-Za-z_",
                's' => "\\t\\n\\f\\r ",
                _ => _source.Substring(_at, Math.Min(2, _source.Length - _at)),
            });
            _at += 2;
        }
        else
        {
            // A bare bracket in a class would be .NET's subtraction.
            _text.Append(Peek() is '[' or ']' ? "\\" : "").Append(Peek());
            _at++;
        }
    }

    private static string Named(string name) => name switch
    {
        "alpha" => "A-Za-z",
        "digit" => "0-9",
        "alnum" => "0-9A-Za-z",
        "upper" => "A-Z",
        "lower" => "a-z",
        "space" => "\\t\\n\\v\\f\\r ",
        "blank" => "\\t ",
        "punct" => "!-/:-@\\[-`{-~",
        "word" => "0-9A-Za-z_",
        "xdigit" => "0-9A-Fa-f",
        "cntrl" => "\\x00-\\x1f\\x7f",
        "print" => " -~",
        "graph" => "!-~",
        "ascii" => "\\x00-\\x7f",
        _ => throw new ArgumentException($"there is no class [:{name}:]"),
    };

    private void Open()
    {
        if (Peek(1) == '?' && Peek(2) is not ('P' or '<' or '=' or '!' or ':' or '#' or '>'))
        {
            Flags();
            return;
        }

        _outer.Push((_states, _dotall, _multiline));
        _states = 0;
        _last = 1;
        var named = Peek(1) == '?' && Peek(2) == 'P' && Peek(3) == '<';
        _text.Append(named ? "(?<" : Peek(1) == '?' ? "(" : "(?:");
        _at += named ? 4 : 1;
        if (Peek() == '?')
        {
            // The rest of (?: and the like; look-around is refused by the engine.
            _text.Append(_source, _at, Math.Min(2, _source.Length - _at));
            _at += 2;
        }
    }

    private void Flags()
    {
        var end = _source.AsSpan(_at).IndexOfAny(')', ':');
        if (end < 0)
        {
            throw new ArgumentException("a group is not closed");
        }

        var flags = _source.Substring(_at + 2, end - 2);
        var opens = _source[_at + end] == ':';
        if (opens)
        {
            _outer.Push((_states, _dotall, _multiline));
            _states = 0;
        }

        var on = true;
        foreach (var flag in flags)
        {
            on = flag != '-' && on;
            _dotall = flag == 's' ? on : _dotall;
            _multiline = flag == 'm' ? on : _multiline;
            if (flag is not ('i' or 'm' or 's' or '-'))
            {
                throw new ArgumentException($"there is no flag '{flag}'");
            }
        }

        _text.Append(_source, _at, end + 1);
        _at += end + 1;
    }

    private void Close()
    {
        if (_outer.Count == 0)
        {
            throw new ArgumentException("a ')' has no '('");
        }

        var (before, dotall, multiline) = _outer.Pop();
        (_dotall, _multiline) = (dotall, multiline);
        _last = _states + 1;
        _states = before + _last;
        _text.Append(')');
        _at++;
    }

    private void Repeat()
    {
        var close = Peek() == '{' ? _source.IndexOf('}', _at) : -1;
        if (close < 0)
        {
            _text.Append(Peek() == '{' ? "\\{" : Peek().ToString());
            _at++;
            return;
        }

        var bounds = _source[(_at + 1)..close].Split(',');
        var highest = bounds.Max(bound => int.TryParse(bound, out var number) ? number : 0);
        if (highest > 1000)
        {
            throw new ArgumentException("a repetition is at most 1,000");
        }

        _states += _last * highest;
        _last *= Math.Max(1, highest);
        _text.Append(_source, _at, close + 1 - _at);
        _at = close + 1;
    }
}

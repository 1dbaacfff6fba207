using System.Globalization;

namespace Journey.Domain.Cel;

/// <summary>A syntax fault on its way to <see cref="CelCompiler"/>, which turns it into a value. It never leaves this folder.</summary>
internal sealed class CelSyntaxException(CelFault fault) : Exception(fault.Message)
{
    public CelFault Fault { get; } = fault;
}

/// <summary>Cuts the source into tokens.</summary>
internal sealed class CelLexer(string source)
{
    private static readonly string[] Punctuation =
        ["&&", "||", "==", "!=", "<=", ">=", "(", ")", "[", "]", "{", "}", ".", ",", ":", "?", "+", "-", "*", "/", "%", "!", "<", ">"];

    private int _at;

    public List<CelToken> Read()
    {
        var tokens = new List<CelToken>(source.Length / 3);
        while (true)
        {
            SkipSpace();
            if (_at >= source.Length)
            {
                tokens.Add(new(CelTokenKind.End, source.Length, 0, "", default));
                return tokens;
            }

            tokens.Add(ReadToken());
        }
    }

    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_';

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private char Peek(int ahead = 0) => _at + ahead < source.Length ? source[_at + ahead] : '\0';

    private void SkipSpace()
    {
        while (_at < source.Length)
        {
            if (source[_at] is ' ' or '\t' or '\n' or '\r' or '\f')
            {
                _at++;
            }
            else if (source[_at] == '/' && Peek(1) == '/')
            {
                var end = source.IndexOf('\n', _at);
                _at = end < 0 ? source.Length : end;
            }
            else
            {
                return;
            }
        }
    }

    private CelToken ReadToken()
    {
        var c = source[_at];
        if (char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(Peek(1))))
        {
            return ReadNumber();
        }

        if (CelQuoted.StartsAt(source, _at))
        {
            var start = _at;
            var value = CelQuoted.Read(source, ref _at);
            return Token(CelTokenKind.Literal, start, value);
        }

        if (IsNameStart(c))
        {
            var start = _at;
            while (IsNamePart(Peek()))
            {
                _at++;
            }

            return Token(CelTokenKind.Identifier, start);
        }

        return c == '`' ? ReadQuotedName() : ReadPunctuation();
    }

    private CelToken ReadPunctuation()
    {
        foreach (var candidate in Punctuation)
        {
            if (string.CompareOrdinal(source, _at, candidate, 0, candidate.Length) == 0)
            {
                _at += candidate.Length;
                return new(CelTokenKind.Punctuation, _at - candidate.Length, candidate.Length, candidate, default);
            }
        }

        var hint = source[_at] switch
        {
            '=' => " Comparing is written '=='.",
            '&' => " 'And' is written '&&'.",
            '|' => " 'Or' is written '||'.",
            _ => "",
        };
        var length = char.IsSurrogatePair(source[_at], Peek(1)) ? 2 : 1;
        throw new CelSyntaxException(CelTexts.Syntax(_at, length, $"'{source.Substring(_at, length)}' means nothing here.{hint}"));
    }

    private CelToken ReadQuotedName()
    {
        var start = _at++;
        while (IsNamePart(Peek()) || Peek() is '.' or '-' or '/' or ' ')
        {
            _at++;
        }

        if (Peek() != '`' || _at == start + 1)
        {
            throw new CelSyntaxException(CelTexts.Syntax(start, _at - start, "A name in backticks has letters, digits, '_', '.', '-', '/' and spaces, and ends with a backtick."));
        }

        _at++;
        return new(CelTokenKind.QuotedIdentifier, start, _at - start, source[(start + 1)..(_at - 1)], default);
    }

    private CelToken ReadNumber()
    {
        var start = _at;
        if (Peek() == '0' && Peek(1) is 'x' or 'X' && char.IsAsciiHexDigit(Peek(2)))
        {
            _at += 2;
            while (char.IsAsciiHexDigit(Peek()))
            {
                _at++;
            }

            return FinishInteger(start, hexadecimal: true);
        }

        SkipDigits();
        var isDouble = false;
        if (Peek() == '.' && char.IsAsciiDigit(Peek(1)))
        {
            isDouble = true;
            _at++;
            SkipDigits();
        }

        if (Peek() is 'e' or 'E' && (char.IsAsciiDigit(Peek(1)) || (Peek(1) is '+' or '-' && char.IsAsciiDigit(Peek(2)))))
        {
            isDouble = true;
            _at += 2;
            SkipDigits();
        }

        if (!isDouble)
        {
            return FinishInteger(start, hexadecimal: false);
        }

        RefuseNameAfter(start);
        return Token(CelTokenKind.Literal, start, CelValue.From(double.Parse(source.AsSpan(start, _at - start), NumberStyles.Float, CultureInfo.InvariantCulture)));
    }

    private CelToken FinishInteger(int start, bool hexadecimal)
    {
        var digits = hexadecimal ? source.AsSpan(start + 2, _at - start - 2) : source.AsSpan(start, _at - start);
        var fits = ulong.TryParse(digits, hexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out var value);
        var unsigned = Peek() is 'u' or 'U';
        if (unsigned)
        {
            _at++;
        }

        RefuseNameAfter(start);
        if (!fits)
        {
            throw new CelSyntaxException(CelTexts.Syntax(start, _at - start, "This integer does not fit into 64 bits."));
        }

        return Token(unsigned ? CelTokenKind.Literal : CelTokenKind.Integer, start, CelValue.From(value));
    }

    private void SkipDigits()
    {
        while (char.IsAsciiDigit(Peek()))
        {
            _at++;
        }
    }

    private void RefuseNameAfter(int start)
    {
        if (IsNameStart(Peek()))
        {
            throw new CelSyntaxException(CelTexts.Syntax(start, _at - start + 1, $"A number cannot be followed by '{Peek()}'."));
        }
    }

    private CelToken Token(CelTokenKind kind, int start, CelValue value = default) =>
        new(kind, start, _at - start, source[start.._at], value);
}

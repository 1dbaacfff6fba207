using YamlDotNet.Core;

namespace Journey.Domain.Language.Yaml;

/// <summary>The text of one document and where it stands in its file.</summary>
/// <param name="firstLine">The line of the file, from 1, that the text starts on.</param>
internal sealed class SourceText(string file, string text, int firstLine)
{
    private readonly Lazy<List<int>> _lineStarts = new(() => LineStarts(text));

    public string File { get; } = file;

    public string Text { get; } = text;

    public SourcePlace Start => new(File, firstLine, 1);

    public SourcePlace Place(in Mark mark) => new(File, (int)mark.Line + firstLine - 1, Math.Max(1, (int)mark.Column));

    public SourcePlace PlaceAt(int index)
    {
        var starts = _lineStarts.Value;
        var line = starts.BinarySearch(Math.Clamp(index, 0, Text.Length));
        line = line < 0 ? ~line - 1 : line;
        return new(File, firstLine + line, index - starts[line] + 1);
    }

    /// <summary>Finds a character of a scalar's value in the source.</summary>
    /// <remarks>Folding and indentation change only white space, so the place is found by counting everything else.</remarks>
    public SourcePlace PlaceInside(string value, int offset, ScalarStyle style, int start)
    {
        var before = 0;
        for (var i = 0; i < offset && i < value.Length; i++)
        {
            before += char.IsWhiteSpace(value[i]) ? 0 : 1;
        }

        var index = ContentStart(style, start);
        while (index < Text.Length)
        {
            if (!char.IsWhiteSpace(Text[index]) && before-- == 0)
            {
                break;
            }

            index += Escape(style, index);
        }

        return PlaceAt(Math.Min(index, Text.Length));
    }

    private int ContentStart(ScalarStyle style, int start)
    {
        if (style is ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted)
        {
            return start + 1;
        }

        if (style is ScalarStyle.Literal or ScalarStyle.Folded)
        {
            var lineEnd = Text.IndexOf('\n', Math.Min(start, Text.Length));
            return lineEnd < 0 ? Text.Length : lineEnd + 1;
        }

        return start;
    }

    /// <summary>How many source characters the character at this index is written with.</summary>
    private int Escape(ScalarStyle style, int index)
    {
        var next = index + 1 < Text.Length ? Text[index + 1] : '\0';
        return style switch
        {
            ScalarStyle.SingleQuoted when Text[index] == '\'' && next == '\'' => 2,
            ScalarStyle.DoubleQuoted when Text[index] == '\\' => next switch { 'x' => 4, 'u' => 6, 'U' => 10, _ => 2 },
            _ => 1,
        };
    }

    private static List<int> LineStarts(string text)
    {
        List<int> starts = [0];
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n')
            {
                starts.Add(i + 1);
            }
        }

        return starts;
    }
}

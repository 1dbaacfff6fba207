using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Journey.Domain.Cel;
using Journey.Domain.Templates;

namespace Journey.Domain.Language.Formats;

/// <summary>Checks what can be known of a template before it is filled in: that it can be read, and that what it shows exists.</summary>
internal static partial class TemplateNames
{
    private static readonly ImmutableArray<string> Helpers = ["if", "unless", "each", "with", "lookup", "else", "this", "log"];

    /// <summary>Names of literals and of a loop's own values.</summary>
    private static readonly ImmutableArray<string> Literals = ["true", "false", "null", "undefined"];

    /// <param name="Expected">What would have been right, where that can be said.</param>
    public readonly record struct Problem(FaultText Text, int Offset, string What, string? Expected, string? Suggestion);

    public static IEnumerable<Problem> Check(string template, IReadOnlyDictionary<string, CelType> variables)
    {
        var unreadable = TemplateSyntax.Check(template, new("", 1, 1));
        return unreadable.Count > 0
            ? unreadable.Select(fault => new Problem(FaultTexts.TemplateSyntax, OffsetOf(template, fault.At), fault.Message, fault.Expected, fault.Suggestion))
            : Unknown(template, variables);
    }

    private static IEnumerable<Problem> Unknown(string template, IReadOnlyDictionary<string, CelType> variables)
    {
        // Inside a block that changes what names mean, nothing can be said about them.
        var shifted = 0;
        foreach (Match tag in Tag().Matches(template))
        {
            var content = tag.Groups[1].Value;
            if (content.StartsWith("/each", StringComparison.Ordinal) || content.StartsWith("/with", StringComparison.Ordinal))
            {
                shifted--;
                continue;
            }

            if (shifted == 0 && content.Length > 0 && content[0] is not ('/' or '^' or '!'))
            {
                foreach (var unknown in Unknown(content.TrimStart('#'), tag.Groups[1].Index, variables))
                {
                    yield return unknown;
                }
            }

            shifted += content.StartsWith("#each", StringComparison.Ordinal) || content.StartsWith("#with", StringComparison.Ordinal) ? 1 : 0;
        }
    }

    private static IEnumerable<Problem> Unknown(string content, int offset, IReadOnlyDictionary<string, CelType> variables)
    {
        var words = content.Split([' ', '(', ')', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var isCall = words.Length > 1 && Helpers.Contains(words[0]);
        foreach (var word in isCall ? words.Skip(1) : words.Take(1))
        {
            if (word[0] is '"' or '\'' or '@' or '.' or '-' || char.IsAsciiDigit(word[0])
                || word.Contains('=', StringComparison.Ordinal) || Literals.Contains(word) || Helpers.Contains(word))
            {
                continue;
            }

            var parts = word.Split('.');
            if (!variables.TryGetValue(parts[0], out var type))
            {
                yield return new(FaultTexts.TemplateUnknown, offset, word, "a variable, such as customer or cart", NearMiss.Of(parts[0], variables.Keys));
                continue;
            }

            for (var i = 1; i < parts.Length && type.Kind == CelTypeKind.Record; i++)
            {
                if (type.Fields.TryGetValue(parts[i], out var field))
                {
                    type = field.Type;
                }
                else if (type.IsOpen)
                {
                    break;
                }
                else
                {
                    yield return new(FaultTexts.TemplateUnknown, offset, word, null, NearMiss.Of(parts[i], type.Fields.Keys));
                    break;
                }
            }
        }
    }

    private static int OffsetOf(string template, SourcePlace at)
    {
        var lineStart = 0;
        for (var line = 1; line < at.Line; line++)
        {
            lineStart = template.IndexOf('\n', lineStart) + 1;
        }

        return Math.Min(lineStart + at.Column - 1, template.Length);
    }

    [GeneratedRegex(@"\{\{\{?~?\s*([^{}]*?)\s*~?\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Tag();
}

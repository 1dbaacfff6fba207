using System.Collections.Immutable;
using Journey.Domain.Cel;

namespace Journey.Domain.Language.Formats;

/// <summary>Checks what can be known of a Handlebars template before it is filled in: that it can be read, and that it shows something that exists.</summary>
/// <remarks>Compiling it with the template engine would take milliseconds each, for which a validation on every keystroke has no time.</remarks>
internal static class Templates
{
    private static readonly ImmutableArray<string> Helpers = ["if", "unless", "each", "with", "lookup", "else", "this", "log"];

    /// <summary>Names of literals and of a loop's own values.</summary>
    private static readonly ImmutableArray<string> Literals = ["true", "false", "null", "undefined"];

    /// <param name="Expected">What would have been right, where that can be said.</param>
    public readonly record struct Problem(FaultText Text, int Offset, string What, string? Expected, string? Suggestion);

    public static IEnumerable<Problem> Check(string template, IReadOnlyDictionary<string, CelType> variables)
    {
        var blocks = new Stack<(string Name, int At)>();
        for (var at = template.IndexOf("{{", StringComparison.Ordinal); at >= 0; at = template.IndexOf("{{", at, StringComparison.Ordinal))
        {
            var triple = at + 2 < template.Length && template[at + 2] == '{';
            var close = triple ? "}}}" : "}}";
            var start = at + close.Length;
            var end = template.IndexOf(close, start, StringComparison.Ordinal);
            if (end < 0)
            {
                yield return Unreadable(at, $"`{template.AsSpan(at, close.Length)}` is never closed.", $"`{close}`");
                yield break;
            }

            var content = template[start..end].Trim().Trim('~').Trim();
            if (content.StartsWith('!'))
            {
                at = end + close.Length;
                continue;
            }

            if (content.Length == 0 || content.Contains("{{", StringComparison.Ordinal))
            {
                yield return Unreadable(at, content.Length == 0 ? "`{{ }}` is empty." : "`{{` is inside another.", null);
                yield break;
            }

            if (Block(content, at, blocks) is { } problem)
            {
                yield return problem;
                yield break;
            }

            // Inside a block that changes what names mean, nothing can be said about them.
            if (content[0] is not ('/' or '^' or '>' or '&') && !blocks.Any(block => block.Name is "each" or "with" && block.At != at))
            {
                foreach (var unknown in Unknown(content.TrimStart('#'), template.IndexOf(content, start, StringComparison.Ordinal), variables))
                {
                    yield return unknown;
                }
            }

            at = end + close.Length;
        }

        if (blocks.TryPeek(out var open))
        {
            yield return Unreadable(open.At, $"The block `{open.Name}` is never closed.", $"`{{{{/{open.Name}}}}}`");
        }
    }

    private static Problem? Block(string content, int at, Stack<(string Name, int At)> blocks)
    {
        if (content[0] == '#')
        {
            var name = content[1..].Trim().Split(' ')[0];
            blocks.Push((name, at));
            return name.Length == 0 ? Unreadable(at, "A block has no name.", "`{{#if …}}`") : null;
        }

        if (content[0] == '/')
        {
            var name = content[1..].Trim();
            return !blocks.TryPop(out var open) ? Unreadable(at, $"`{name}` is closed and was never opened.", null)
                : open.Name != name ? Unreadable(at, $"`{open.Name}` is open, and `{name}` is closed.", $"`{{{{/{open.Name}}}}}`")
                : null;
        }

        return null;
    }

    private static IEnumerable<Problem> Unknown(string content, int offset, IReadOnlyDictionary<string, CelType> variables)
    {
        var words = content.Split([' ', '(', ')', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var isCall = words.Length > 1 && Helpers.Contains(words[0]);
        foreach (var word in isCall ? words.Skip(1) : words.Take(1))
        {
            if (word[0] is '"' or '\'' or '@' or '.' or '-' || char.IsAsciiDigit(word[0]) || word.Contains('=', StringComparison.Ordinal) || Literals.Contains(word) || Helpers.Contains(word))
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

    private static Problem Unreadable(int at, string what, string? expected) => new(FaultTexts.TemplateSyntax, at, what, expected, null);
}

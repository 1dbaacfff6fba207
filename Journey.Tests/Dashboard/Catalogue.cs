using System.Text.RegularExpressions;

namespace Journey.Tests.Dashboard;

/// <summary>The dashboard's texts in both languages, as its sources have them.</summary>
internal static partial class Catalogue
{
    private static readonly string Sources = Path.Combine(Approved.Repository, "Journey.Host/Dashboard/src");

    public static IReadOnlyList<string> Files { get; } =
        [.. Directory.GetFiles(Sources, "*.ts", SearchOption.AllDirectories).Where(file => File.ReadAllText(file).Contains("= texts({", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public static string Short(string file) => Path.GetRelativePath(Sources, file).Replace('\\', '/');

    /// <summary>Plain texts by their place in the catalogue; those with parameters are empty, for their words depend on them.</summary>
    public static (IReadOnlyDictionary<string, string> English, IReadOnlyDictionary<string, string> Italian) Read(string file)
    {
        var text = File.ReadAllText(file);
        var (english, italian) = (text.IndexOf("\n  en: {", StringComparison.Ordinal), text.IndexOf("\n  it: {", StringComparison.Ordinal));
        return (Entries(text[english..italian]), Entries(text[italian..]));
    }

    private static Dictionary<string, string> Entries(string part)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        var places = new Stack<string>();
        foreach (Match match in Entry().Matches(part[part.IndexOf('{', StringComparison.Ordinal)..][1..]))
        {
            if (match.Groups["end"].Success)
            {
                if (!places.TryPop(out _))
                {
                    break;
                }

                continue;
            }

            var place = string.Join('.', places.Reverse().Append(match.Groups["key"].Value.Trim('\'')));
            if (match.Groups["open"].Success)
            {
                places.Push(match.Groups["key"].Value.Trim('\''));
            }
            else
            {
                found[place] = match.Groups["text"].Success ? match.Groups["text"].Value[1..^1].Replace("\\'", "'", StringComparison.Ordinal) : "";
            }
        }

        return found;
    }

    /// <summary>A key with a text, a function of parameters or a group; or the end of a group.</summary>
    [GeneratedRegex("""(?<key>[A-Za-z_][A-Za-z0-9_]*|'[^']+'): *(?:\n *)?(?:(?<open>\{)|(?<text>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")|(?<function>\([^)]*\) *=>(?:[^\n]*\n(?: {6,}[^\n]*\n)*)))|(?<end>\})""")]
    private static partial Regex Entry();
}

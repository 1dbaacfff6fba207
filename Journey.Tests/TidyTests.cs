using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Journey.Tests;

/// <summary>Keeps the house tidy: what a reviewer would otherwise have to say again and again.</summary>
public sealed partial class TidyTests
{
    private const int LineLengthMax = 200;

    /// <summary>Rows of test data are read by column, and tests' names are sentences.</summary>
    private const int TestLineLengthMax = 240;
    private const int FileLinesMax = 500;
    private const int MethodLinesMax = 80;

    /// <summary>Words that say nothing, and words that the glossary replaces.</summary>
    private static readonly string[] _forbiddenWords = ["Helper", "Manager", "Utils", "Util", "Workflow", "Saga"];

    private static readonly string[] _tracked = TrackedFiles();

    /// <remarks>Declarations alone are generated, from the OpenAPI document: nobody reads them.</remarks>
    private static IEnumerable<string> Code => _tracked.Where(file => Path.GetExtension(file) is ".cs" or ".ts" or ".tsx" && !file.EndsWith(".d.ts", StringComparison.Ordinal));

    [Test]
    public void No_file_and_no_type_is_named_with_a_word_that_says_nothing() => Assert.That(
        Code.SelectMany(file => TypeNames(file).Append(Path.GetFileNameWithoutExtension(file)).Where(SaysNothing).Select(name => $"{file}: {name}")),
        Is.Empty);

    [Test]
    public void No_line_is_longer_than_a_screen() => Assert.That(
        Code.SelectMany(file => Lines(file).Select((line, i) => (line.Length, Where: $"{file}:{i + 1}")))
            .Where(line => line.Length > (line.Where.StartsWith("Journey.Tests/", StringComparison.Ordinal) ? TestLineLengthMax : LineLengthMax))
            .Select(line => line.Where),
        Is.Empty);

    [Test]
    public void No_file_is_longer_than_one_thing_needs() => Assert.That(
        Code.Where(file => Lines(file).Length > FileLinesMax).Select(file => $"{file}: {Lines(file).Length} lines"),
        Is.Empty);

    [Test]
    public void No_method_is_longer_than_can_be_read_at_once() => Assert.That(
        Code.Where(file => file.EndsWith(".cs", StringComparison.Ordinal)).SelectMany(LongMethods),
        Is.Empty);

    [Test]
    public void Domain_refers_to_nothing_of_ours() => Assert.That(ReferencesOf("Journey.Domain"), Is.Empty);

    [Test]
    public void Projections_refer_to_the_domain_only() => Assert.That(ReferencesOf("Journey.Projections"), Is.EqualTo(new[] { "Journey.Domain" }));

    [Test]
    public void Nothing_is_left_for_later() => Assert.That(
        Matches(Code.Concat(_tracked.Where(file => Path.GetExtension(file) is ".cake" or ".md" or ".yaml")), Promise(), except: "TidyTests.cs"),
        Is.Empty);

    [Test]
    public void No_test_is_ignored_or_sleeps() => Assert.That(
        Matches(Code.Where(file => file.StartsWith("Journey.Tests/", StringComparison.Ordinal)), Idle(), except: "TidyTests.cs"),
        Is.Empty);

    [Test]
    public void No_path_of_one_machine_is_written_down() => Assert.That(
        Matches(_tracked.Where(IsText), MachinePath(), except: "TidyTests.cs"),
        Is.Empty);

    [Test]
    public void Every_link_in_the_documentation_leads_somewhere()
    {
        var broken = new List<string>();
        foreach (var file in _tracked.Where(file => file.EndsWith(".md", StringComparison.Ordinal)))
        {
            foreach (Match link in MarkdownLink().Matches(WithoutCode(File.ReadAllText(Full(file)))))
            {
                if (!Leads(file, link.Groups["target"].Value))
                {
                    broken.Add($"{file}: {link.Groups["target"].Value}");
                }
            }
        }

        Assert.That(broken, Is.Empty);
    }

    private static bool Leads(string from, string target)
    {
        if (Uri.TryCreate(target, UriKind.Absolute, out var address) && address?.Scheme is "http" or "https" or "mailto")
        {
            return true;
        }

        var parts = target.Split('#', 2);
        var path = parts[0].Length == 0 ? Full(from) : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Full(from))!, parts[0]));
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            return false;
        }

        return parts.Length == 1 || Headings(path).Contains(parts[1]);
    }

    /// <summary>Anchors as code hosts make them: lower case, blanks to hyphens, punctuation left out.</summary>
    private static IEnumerable<string> Headings(string path) => File.ReadAllLines(path)
        .Where(line => line.StartsWith('#'))
        .Select(line => line.TrimStart('#').Trim().ToLowerInvariant())
        .Select(heading => string.Concat(heading.Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-'));

    private static string WithoutCode(string markdown) => CodeSpan().Replace(CodeBlock().Replace(markdown, ""), "");

    private static IEnumerable<string> ReferencesOf(string project) =>
        ProjectReference().Matches(File.ReadAllText(Full($"{project}/{project}.csproj"))).Select(match => match.Groups["name"].Value);

    private static IEnumerable<string> Matches(IEnumerable<string> files, Regex pattern, string except) =>
        from file in files
        where !file.EndsWith(except, StringComparison.Ordinal)
        from line in Lines(file).Select((text, i) => (Text: text, Number: i + 1))
        where pattern.IsMatch(line.Text)
        select $"{file}:{line.Number}: {line.Text.Trim()}";

    /// <summary>A member that opens at one level of indentation and closes at the same one. Data in initializers is no method.</summary>
    private static IEnumerable<string> LongMethods(string file)
    {
        var lines = Lines(file);
        for (var i = 1; i < lines.Length; i++)
        {
            if (lines[i] is "    {" or "        {" && lines[i - 1].TrimEnd().EndsWith(')') && !TypeDeclaration().IsMatch(lines[i - 1]))
            {
                // An initializer opens in the same way, and closes with a semicolon or a comma.
                var close = lines[i].Replace('{', '}');
                var end = Array.FindIndex(lines, i, line => line.TrimEnd(';', ',', ')') == close);
                if (end - i - 1 > MethodLinesMax)
                {
                    yield return $"{file}:{i}: {end - i - 1} lines";
                }
            }
        }
    }

    private static IEnumerable<string> TypeNames(string file) => TypeDeclaration().Matches(File.ReadAllText(Full(file))).Select(match => match.Groups["name"].Value);

    private static bool SaysNothing(string name) => Words(name).Intersect(_forbiddenWords, StringComparer.OrdinalIgnoreCase).Any();

    private static bool IsText(string file) =>
        Path.GetExtension(file) is not (".png" or ".gz" or ".ico" or ".woff2") && !file.EndsWith("lock.json", StringComparison.Ordinal);

    private static IEnumerable<string> Words(string name) => Word().Matches(name).Select(match => match.Value);

    private static string[] Lines(string file) => File.ReadAllLines(Full(file));

    private static string Full(string file) => Path.Combine(Approved.Repository, file);

    private static string[] TrackedFiles()
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"])
        {
            WorkingDirectory = Approved.Repository,
            RedirectStandardOutput = true,
        })!;
        var files = git.StandardOutput.ReadToEnd().Split('\0', StringSplitOptions.RemoveEmptyEntries);
        git.WaitForExit();
        return [.. files.Where(file => File.Exists(Path.Combine(Approved.Repository, file)))];
    }

    [GeneratedRegex(@"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedException")]
    private static partial Regex Promise();

    [GeneratedRegex(@"\[(Ignore|Explicit)\b|Thread\.Sleep\(|Assert\.(Pass|Ignore|Inconclusive)\(")]
    private static partial Regex Idle();

    [GeneratedRegex(@"(?<![\w.:/-])/(work|root|home|farm|Users|tmp/[a-z])/|[A-Z]:\\Users")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"\[[^\]]*\]\((?<target>[^)\s]+)[^)]*\)")]
    private static partial Regex MarkdownLink();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex("`[^`\n]*`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"<ProjectReference Include=""[^""]*?(?<name>[^/\\""]+)\.csproj""")]
    private static partial Regex ProjectReference();

    [GeneratedRegex(
        @"^\s*(?:(?:public|internal|private|protected|file|sealed|abstract|static|partial|readonly|ref)\s+)+(?:class|record struct|record|struct|interface|enum)\s+(?<name>\w+)",
        RegexOptions.Multiline)]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")]
    private static partial Regex Word();
}

using System.CommandLine;
using System.Text;
using System.Text.RegularExpressions;
using Journey.Host.Cli;

namespace Journey.Tests.Host.Cli;

/// <summary>The reference page is what --help prints, and the examples in it are command lines that parse.</summary>
public sealed partial class HelpTests
{
    private const string Begin = "<!-- help begins: printed by the commands themselves -->";

    private static readonly string _page = Path.Combine(Approved.Repository, "docs", "reference", "cli.md");

    public static IEnumerable<string> Commands => CommandsBelow(Root(), "");

    [Test]
    public async Task The_reference_shows_the_help_of_every_command_as_it_is()
    {
        var written = await File.ReadAllTextAsync(_page);
        var page = new StringBuilder(written[..(written.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)]).Append('\n');
        foreach (var command in Commands)
        {
            var help = await CommandRun.Of([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
            // Help says what the executable is called, and here that is the test runner.
            var text = TrailingBlanks().Replace(help.Output, "").Trim().Replace($"  {RootCommand.ExecutableName} ", "  journey ", StringComparison.Ordinal);
            page.Append($"\n### {(command.Length == 0 ? "journey" : command)}\n\n```text\n").Append(text).Append("\n```\n");
        }

        Approved.MatchesFile(page.ToString(), _page);
    }

    [TestCaseSource(nameof(Commands))]
    public async Task Every_example_of_a_command_parses(string command)
    {
        var help = await CommandRun.Of([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        var root = Root();
        foreach (Match example in ExampleLine().Matches(help.Output))
        {
            var line = example.Groups["line"].Value.Split('|', '>')[0].Trim();
            Assert.That(root.Parse(line).Errors.Select(error => error.Message), Is.Empty, line);
        }
    }

    [TestCaseSource(nameof(Commands))]
    public async Task Help_succeeds_and_says_what_the_exit_codes_mean(string command)
    {
        var help = await CommandRun.Of([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        Assert.That(help.ExitCode, Is.EqualTo(ExitCodes.Ok));
        if (command.Length > 0)
        {
            Assert.That(help.Output, Does.Contain("Examples:").And.Contain("Exit codes:").And.Contain("  130  "));
        }
    }

    private static RootCommand Root()
    {
        var terminal = new Terminal(TextWriter.Null, TextWriter.Null, false, false, TimeProvider.System);
        return new JourneyCommandLine(new StoreServices(), terminal).Root;
    }

    private static IEnumerable<string> CommandsBelow(Command command, string path) =>
        [path, .. command.Subcommands.SelectMany(sub => CommandsBelow(sub, $"{path} {sub.Name}".Trim()))];

    [GeneratedRegex(@"^    journey (?<line>.+)$", RegexOptions.Multiline)]
    private static partial Regex ExampleLine();

    [GeneratedRegex(@"[ ]+$", RegexOptions.Multiline)]
    private static partial Regex TrailingBlanks();
}

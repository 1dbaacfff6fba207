using System.CommandLine;
using System.Globalization;
using Journey.Domain.Language;
using Journey.Host.Publishing;

namespace Journey.Host.Cli.Commands;

/// <summary>Shows how two versions of a document differ, or a published one and a file.</summary>
internal sealed class DiffCommand : JourneyCommand
{
    private readonly Argument<string> _name = new("name") { Description = "The document's name.", HelpName = "NAME" };

    private readonly Option<int?> _from = new("--from")
    {
        Description = "A published version. Left out: the newest where --to is a file, else the one before --to.",
        HelpName = "VERSION",
    };

    private readonly Option<string?> _to = new("--to")
    {
        Description = "A published version, or a YAML file that has the document. Left out: the newest version.",
        HelpName = "VERSION|FILE",
    };

    private readonly Option<string?> _store = SharedOptions.Store();
    private readonly Option<bool> _json = SharedOptions.Json();

    public DiffCommand(ICommandServices services, Terminal terminal)
        : base("diff", "Show what changed between two versions of a document, or would by publishing a file.", services, terminal)
    {
        Add(_name);
        Add(_from);
        Add(_to);
        Add(_store);
        Add(_json);
    }

    public override IReadOnlyList<CommandExample> Examples =>
    [
        new("diff abandoned-cart", "What the newest version changed:"),
        new("diff abandoned-cart --from 1 --to 3", "Between any two:"),
        new("diff abandoned-cart --to journeys/abandoned-cart.yaml", "What publishing a file would change:"),
    ];

    public override IReadOnlyList<(int Code, string When)> OwnExitCodes =>
        [(ExitCodes.Failure, "there is no such document or version, or the store cannot be read")];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var name = arguments.GetRequiredValue(_name);
        await using var store = await Services.OpenAsync(SharedOptions.StoreOf(arguments, _store), StoreAccess.Read, cancellation);
        var published = await Publications.ReadAsync(store.Log, cancellation);
        var document = published.Find(name) ?? throw StatusCommand.NotPublished(name, published.Documents.Values.Select(known => known.Name));
        var wanted = arguments.GetValue(_to);
        var number = int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : (int?)null;
        var isFile = wanted is not null && number is null;
        var to = isFile ? (Label: wanted!, Text: await TextAsync(wanted!, document, cancellation)) : Version(document, number ?? document.Latest.Version);
        var from = Version(document, arguments.GetValue(_from) ?? (isFile ? document.Latest.Version : Math.Max(1, (number ?? document.Latest.Version) - 1)));
        var lines = TextDiff.Unified(from.Text, to.Text, from.Label, to.Label);
        if (arguments.GetValue(_json))
        {
            var (added, removed) = TextDiff.Count(from.Text, to.Text);
            JsonOutput.Write(Terminal, new { name, from = from.Label, to = to.Label, added, removed, diff = lines });
            return ExitCodes.Ok;
        }

        foreach (var line in lines)
        {
            Terminal.Out.WriteLine(Terminal.Clean(line));
        }

        if (lines.Count == 0)
        {
            Terminal.Error.WriteLine($"{from.Label} and {to.Label} are the same text.");
        }

        return ExitCodes.Ok;
    }

    private static (string Label, string Text) Version(PublishedDocument document, int number) =>
        number >= 1 && number <= document.Versions.Count
            ? ($"{document.Name} version {number}", document.Versions[number - 1].Text)
            : throw new CommandException($"{document.Name} has no version {number}. Expected 1 to {document.Versions.Count}.");

    private static async Task<string> TextAsync(string path, PublishedDocument document, CancellationToken cancellation)
    {
        var parsed = DocumentParser.Parse(await DocumentReading.FilesAsync([path], cancellation));
        var found = parsed.Documents.FirstOrDefault(other => other.Name == document.Name && other.Kind is not ("test" or ""));
        return found?.Text ?? throw new CommandException($"{path} has no document named '{document.Name}'.");
    }
}

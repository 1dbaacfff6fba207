using System.CommandLine;

namespace Journey.Host.Cli.Commands;

/// <summary>The server: ingestion, processing, deliveries, queries.</summary>
internal sealed class ServeCommand : JourneyCommand
{
    public const string DefaultUrl = "http://127.0.0.1:8080";

    private readonly Option<string?> _store = SharedOptions.Store();
    private readonly Option<string?> _url = UrlOption($"Address to listen on; several are parted by commas. Left out: {DefaultUrl}.");
    private readonly Option<string?> _channels = new("--channels")
    {
        Description = "YAML that says where each channel's deliveries go. Left out: to standard output.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _templates = new("--templates")
    {
        Description = "Folder of the templates that sends name, by channel.",
        HelpName = "FOLDER",
    };

    private readonly Argument<string[]> _documents = new("documents")
    {
        Description = "YAML files, or folders of them, to publish at start. What is published already stays.",
        HelpName = "FILE|FOLDER",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public ServeCommand(ICommandServices services, Terminal terminal)
        : base("serve", "Take events over HTTP, run the published journeys, deliver, and answer queries, until stopped.", services, terminal)
    {
        Add(_documents);
        Add(_store);
        Add(_url);
        Add(_channels);
        Add(_templates);
    }

    public override IReadOnlyList<CommandExample> Examples =>
    [
        new("serve", "Serve the store in this folder:"),
        new("serve journeys/ --store sqlite:shop.db --url http://0.0.0.0:9000", "Publish a folder of journeys, then listen on every address:"),
        new("serve --channels channels.yaml --templates templates/", "Deliver to webhooks, with texts from a folder:"),
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var urls = (arguments.GetValue(_url) ?? DefaultUrl).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var options = new ServeOptions(
            SharedOptions.StoreOf(arguments, _store),
            urls,
            arguments.GetValue(_documents) ?? [],
            arguments.GetValue(_channels),
            arguments.GetValue(_templates));
        var named = options.Documents.Append(options.Channels).Append(options.Templates).OfType<string>();
        if (named.FirstOrDefault(path => !Path.Exists(path)) is { } missing)
        {
            throw new CommandException($"{missing}: there is no such file or folder.", ExitCodes.Usage);
        }

        return await DemoCommand.EndedByCtrlC(Services.ServeAsync(options, Terminal, cancellation), cancellation);
    }

    internal static Option<string?> UrlOption(string description)
    {
        var option = new Option<string?>("--url") { Description = description, HelpName = "URL" };
        option.Validators.Add(result =>
        {
            foreach (var url in (result.GetValueOrDefault<string?>() ?? "").Split(',', StringSplitOptions.TrimEntries))
            {
                if (!Uri.TryCreate(url.Replace("://*", "://any", StringComparison.Ordinal), UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
                {
                    result.AddError($"--url: '{url}' was given. Expected an address such as {DefaultUrl}; port 0 takes a free one.");
                }
            }
        });
        return option;
    }
}

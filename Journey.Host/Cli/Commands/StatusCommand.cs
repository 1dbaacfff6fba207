using System.CommandLine;
using Journey.Domain.Language;
using Journey.Host.Publishing;

namespace Journey.Host.Cli.Commands;

/// <summary>Pausing, resuming and retiring differ in what they ask of the publisher, and in their words.</summary>
internal abstract class StatusCommand : JourneyCommand
{
    private readonly Argument<string> _name = new("name") { Description = "The document's name, as after journey: or rule:.", HelpName = "NAME" };
    private readonly Option<string?> _store = SharedOptions.Store();
    private readonly Option<string?> _server = SharedOptions.Server();
    private readonly Option<bool> _json = SharedOptions.Json();

    protected StatusCommand(string name, string description, ICommandServices services, Terminal terminal)
        : base(name, description, services, terminal)
    {
        Add(_name);
        Add(_store);
        Add(_server);
        Add(_json);
    }

    public override IReadOnlyList<(int Code, string When)> OwnExitCodes =>
        [(ExitCodes.Failure, "nothing of that name is published, it cannot be done as it stands, or the store or server cannot be used")];

    protected abstract Task<StatusAnswer> ChangeAsync(Publisher publisher, string name, CancellationToken cancellation);

    /// <summary>"Paused", at the start of a sentence.</summary>
    protected abstract string Done { get; }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var name = arguments.GetRequiredValue(_name);
        var report = arguments.GetValue(_server) is { } server ? await OnServerAsync(server, name, cancellation) : await InStoreAsync(arguments, name, cancellation);
        if (arguments.GetValue(_json))
        {
            JsonOutput.Write(Terminal, report);
        }
        else
        {
            Terminal.Out.WriteLine(report.Changed ? $"{Done} {report.Kind} {report.Name}." : $"{report.Kind} {report.Name} is {report.Status} already.");
        }

        return ExitCodes.Ok;
    }

    private async Task<StatusReport> OnServerAsync(string server, string name, CancellationToken cancellation)
    {
        using var remote = new RemotePublisher(server, Terminal);
        return await remote.ChangeAsync(name, Name, cancellation);
    }

    private async Task<StatusReport> InStoreAsync(ParseResult arguments, string name, CancellationToken cancellation)
    {
        await using var store = await LockedStore.OpenAsync(Services, SharedOptions.StoreOf(arguments, _store), StoreAccess.Existing, cancellation);
        return await ChangeAsync(new Publisher(store.Log, store.States, Terminal.Time), name, cancellation) switch
        {
            StatusAnswer.Done done => StatusReport.Of(done.Document, done.Status, changed: true),
            StatusAnswer.Unchanged same => StatusReport.Of(same.Document, same.Document.Status, changed: false),
            StatusAnswer.Unknown unknown => throw NotPublished(name, unknown.Known),
            StatusAnswer.Refused refused => throw new CommandException(refused.Reason),
            _ => throw new CommandException("Nothing was changed: somebody else published at the same moment.", hint: "Run the command again."),
        };
    }

    internal static CommandException NotPublished(string name, IEnumerable<string> known) => new(
        $"Nothing named '{name}' is published.", hint: NearMiss.Of(name, [.. known]) is { } meant ? $"Did you mean `{meant}`?" : "`journey versions` lists what is.");
}

using System.CommandLine;
using Journey.Domain.Language;
using Journey.Host.Publishing;

namespace Journey.Host.Cli.Commands;

/// <summary>Pausing, resuming and retiring differ in what they ask of the publisher, and in their words.</summary>
internal abstract class StatusCommand : JourneyCommand
{
    private readonly Argument<string> _name = new("name") { Description = "The document's name, as after journey: or rule:.", HelpName = "NAME" };
    private readonly Option<string?> _store = SharedOptions.Store();
    private readonly Option<bool> _json = SharedOptions.Json();

    protected StatusCommand(string name, string description, ICommandServices services, Terminal terminal)
        : base(name, description, services, terminal)
    {
        Add(_name);
        Add(_store);
        Add(_json);
    }

    public override IReadOnlyList<(int Code, string When)> OwnExitCodes =>
        [(ExitCodes.Failure, "nothing of that name is published, it cannot be done as it stands, or the store cannot be used")];

    protected abstract Task<StatusAnswer> ChangeAsync(Publisher publisher, string name, CancellationToken cancellation);

    /// <summary>"Paused", at the start of a sentence.</summary>
    protected abstract string Done { get; }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var name = arguments.GetRequiredValue(_name);
        await using var store = await Services.OpenAsync(SharedOptions.StoreOf(arguments, _store), StoreAccess.Existing, cancellation);
        switch (await ChangeAsync(new Publisher(store.Log, store.States, Terminal.Time), name, cancellation))
        {
            case StatusAnswer.Done done:
                return Tell(arguments, done.Document, done.Status, changed: true);
            case StatusAnswer.Unchanged unchanged:
                return Tell(arguments, unchanged.Document, unchanged.Document.Status, changed: false);
            case StatusAnswer.Unknown unknown:
                throw NotPublished(name, unknown.Known);
            case StatusAnswer.Refused refused:
                throw new CommandException(refused.Reason);
            default:
                throw new CommandException("Nothing was changed: somebody else published at the same moment.", hint: "Run the command again.");
        }
    }

    internal static CommandException NotPublished(string name, IEnumerable<string> known) => new(
        $"Nothing named '{name}' is published.", hint: NearMiss.Of(name, [.. known]) is { } meant ? $"Did you mean `{meant}`?" : "`journey versions` lists what is.");

    private int Tell(ParseResult arguments, PublishedDocument document, JourneyStatus status, bool changed)
    {
        if (arguments.GetValue(_json))
        {
            JsonOutput.Write(Terminal, new { document.Kind, document.Name, status, changed });
        }
        else
        {
            Terminal.Out.WriteLine(changed ? $"{Done} {document.Kind} {document.Name}." : $"{document.Kind} {document.Name} is {status.ToString().ToLowerInvariant()} already.");
        }

        return ExitCodes.Ok;
    }
}

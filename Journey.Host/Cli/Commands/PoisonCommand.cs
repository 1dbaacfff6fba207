using System.CommandLine;
using Journey.Host.Http.Operations;
using Journey.Host.Http.Queries;
using Journey.Host.Running;
using Journey.Host.Running.Rebuilding;
using Journey.Host.Stores;
using Spectre.Console;

namespace Journey.Host.Cli.Commands;

/// <summary>Events that a fold can't take, and the partitions that stand still because of them.</summary>
internal sealed class PoisonCommand : PoisonCommandBase
{
    public PoisonCommand(ICommandServices services, Terminal terminal)
        : base("poison", "List the events that a fold cannot take; show, skip or retry one.", services, terminal)
    {
        Add(new PoisonShowCommand(services, terminal));
        Add(new PoisonSkipCommand(services, terminal));
        Add(new PoisonRetryCommand(services, terminal));
    }

    public override IReadOnlyList<CommandExample> Examples =>
    [
        new("poison --server http://127.0.0.1:8080", "Which partitions stand still, where and why:"),
        new("poison show 48211 --server http://127.0.0.1:8080", "Everything that was recorded of the event:"),
        new("poison skip 48211 --reason \"sent by a broken kiosk\" --server http://127.0.0.1:8080", "Pass the event over, for good and on record:"),
        new("poison retry 48211 --server http://127.0.0.1:8080", "Try again, once the cause is mended:"),
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, IPoisonDesk desk, CancellationToken cancellation)
    {
        var found = await desk.ListAsync(cancellation);
        if (arguments.GetValue(Json))
        {
            JsonOutput.Write(Terminal, new { poison = found });
            return ExitCodes.Ok;
        }

        if (found.Count == 0)
        {
            Terminal.Out.WriteLine("No partition stands still.");
            return ExitCodes.Ok;
        }

        var table = new TextTable().Column("position", Align.Right).Column("event").Column("partition", Align.Right).Column("since").Column("reason");
        foreach (var poison in found)
        {
            table.Row(Show.Number(poison.Position), poison.Name, poison.Partition?.ToString() ?? "rebuild", poison.Since, poison.Reason);
        }

        table.WriteTo(Terminal);
        return ExitCodes.Ok;
    }
}

internal sealed class PoisonShowCommand : PoisonCommandBase
{
    private readonly Argument<long> _position = PositionArgument();

    public PoisonShowCommand(ICommandServices services, Terminal terminal)
        : base("show", "Show everything that was recorded of a poison event, personal data included.", services, terminal) => Add(_position);

    public override IReadOnlyList<CommandExample> Examples => [new("poison show 48211 --store sqlite:shop.db", "As JSON:")];

    protected override async Task<int> RunAsync(ParseResult arguments, IPoisonDesk desk, CancellationToken cancellation)
    {
        JsonOutput.Write(Terminal, await desk.ShowAsync(arguments.GetValue(_position), cancellation));
        return ExitCodes.Ok;
    }
}

internal sealed class PoisonSkipCommand : PoisonCommandBase
{
    private readonly Argument<long> _position = PositionArgument();
    private readonly Option<string> _reason = new("--reason") { Description = $"Why, for whoever asks later: at most {PoisonList.ReasonMax} characters.", HelpName = "TEXT", Required = true };
    private readonly Option<bool> _yes = new("--yes") { Description = "Do not ask. Where no person looks on, nothing is asked anyway." };

    public PoisonSkipCommand(ICommandServices services, Terminal terminal)
        : base("skip", "Record that every fold passes the event over from now on. It cannot be taken back.", services, terminal)
    {
        Add(_position);
        Add(_reason);
        Add(_yes);
        _reason.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>()?.Trim().Length is not (>= 1 and <= PoisonList.ReasonMax))
            {
                result.AddError($"--reason: expected 1 to {PoisonList.ReasonMax} characters that say why.");
            }
        });
    }

    public override IReadOnlyList<CommandExample> Examples => [new("poison skip 48211 --reason \"sent by a broken kiosk\" --yes", "Without a question:")];

    protected override async Task<int> RunAsync(ParseResult arguments, IPoisonDesk desk, CancellationToken cancellation)
    {
        var position = arguments.GetValue(_position);
        if (!arguments.GetValue(_yes) && !arguments.GetValue(Json) && Terminal.IsInteractive
            && !await new ConfirmationPrompt($"Pass the event at {Show.Number(position)} over for good?") { DefaultValue = false }.ShowAsync(Terminal.Screen, cancellation))
        {
            Terminal.Out.WriteLine("Nothing was skipped.");
            return ExitCodes.Ok;
        }

        return Write(arguments, await desk.SkipAsync(position, arguments.GetRequiredValue(_reason).Trim(), cancellation));
    }
}

internal sealed class PoisonRetryCommand : PoisonCommandBase
{
    private readonly Argument<long> _position = PositionArgument();

    public PoisonRetryCommand(ICommandServices services, Terminal terminal)
        : base("retry", "Try a partition again from the event at which it stands still.", services, terminal) => Add(_position);

    public override IReadOnlyList<CommandExample> Examples => [new("poison retry 48211 --server http://127.0.0.1:8080", "After an update that can read it:")];

    protected override bool Folds => true;

    protected override async Task<int> RunAsync(ParseResult arguments, IPoisonDesk desk, CancellationToken cancellation) =>
        Write(arguments, await desk.RetryAsync(arguments.GetValue(_position), cancellation));
}

/// <summary>What the four have in common: a server, or a store that no server holds.</summary>
internal abstract class PoisonCommandBase : JourneyCommand
{
    private readonly Option<string?> _store = SharedOptions.Store();
    private readonly Option<string?> _server = SharedOptions.Server();

    protected PoisonCommandBase(string name, string description, ICommandServices services, Terminal terminal)
        : base(name, description, services, terminal)
    {
        Add(_store);
        Add(_server);
        Add(Json);
    }

    public override IReadOnlyList<(int Code, string When)> OwnExitCodes =>
        [(ExitCodes.Failure, "no fold stands still at that position, the partition stands still yet, or the store or server cannot be used")];

    protected Option<bool> Json { get; } = SharedOptions.Json();

    /// <summary>Whether it folds on from where the partitions stand; the others only look, or record.</summary>
    protected virtual bool Folds => false;

    protected static Argument<long> PositionArgument() => new("position") { Description = "The event's global position, as `journey poison` lists it.", HelpName = "POSITION" };

    protected abstract Task<int> RunAsync(ParseResult arguments, IPoisonDesk desk, CancellationToken cancellation);

    protected sealed override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        if (arguments.GetValue(_server) is { } address)
        {
            using var server = new RemoteServer(address);
            return await RunAsync(arguments, new PoisonOnServer(server), cancellation);
        }

        await using var store = await LockedStore.OpenAsync(Services, SharedOptions.StoreOf(arguments, _store), StoreAccess.Existing, cancellation);
        if (Folds)
        {
            await ProgressDisplay.RunAsync(Terminal, progress => store.LevelAsync(progress, cancellation));
        }

        var processor = new Processor(store.Log, store.States, new ProcessorOptions(), Terminal.Time);
        await processor.LoadAsync(cancellation);
        await using var rebuilder = new Rebuilder(store.Log, store.States, (IGenerationStore)store.States, processor, new RebuildOptions(), Terminal.Time);
        return await RunAsync(arguments, new PoisonInStore(new PoisonList(store.Log, () => processor.Stalled, rebuilder, processor.RetryAsync, Terminal.Time)), cancellation);
    }

    protected int Write(ParseResult arguments, PoisonOutcome outcome)
    {
        if (arguments.GetValue(Json))
        {
            JsonOutput.Write(Terminal, outcome);
        }
        else
        {
            Terminal.Out.WriteLine(outcome switch
            {
                { Outcome: "skipped", RecordedAt: { } at } => $"Skipped, as is recorded at position {Show.Number(at)}. The partition goes on once that is folded: at once on a server.",
                { Outcome: "released" } => "The partition goes on.",
                _ => $"The partition stands still yet, at position {Show.Number(outcome.Poison!.Position)} ({outcome.Poison.Name}): {outcome.Poison.Reason}",
            });
        }

        return outcome.Outcome == "stands-still" ? ExitCodes.Failure : ExitCodes.Ok;
    }
}

/// <summary>The same, asked of a server or done in a store.</summary>
internal interface IPoisonDesk
{
    Task<IReadOnlyList<PoisonReport>> ListAsync(CancellationToken cancellation);

    Task<PoisonDetail> ShowAsync(long position, CancellationToken cancellation);

    Task<PoisonOutcome> SkipAsync(long position, string reason, CancellationToken cancellation);

    Task<PoisonOutcome> RetryAsync(long position, CancellationToken cancellation);
}

internal sealed class PoisonOnServer(RemoteServer server) : IPoisonDesk
{
    public async Task<IReadOnlyList<PoisonReport>> ListAsync(CancellationToken cancellation) => (await server.GetAsync<Page<PoisonReport>>("v1/poison", cancellation)).Items;

    public Task<PoisonDetail> ShowAsync(long position, CancellationToken cancellation) => server.GetAsync<PoisonDetail>($"v1/poison/{position}", cancellation);

    public Task<PoisonOutcome> SkipAsync(long position, string reason, CancellationToken cancellation) =>
        server.PostAsync<PoisonOutcome>($"v1/poison/{position}/skip", new { reason }, cancellation);

    public Task<PoisonOutcome> RetryAsync(long position, CancellationToken cancellation) => server.PostAsync<PoisonOutcome>($"v1/poison/{position}/retry", null, cancellation);
}

internal sealed class PoisonInStore(PoisonList list) : IPoisonDesk
{
    public async Task<IReadOnlyList<PoisonReport>> ListAsync(CancellationToken cancellation) => [.. (await list.ListAsync(cancellation)).Select(PoisonReport.Of)];

    public async Task<PoisonDetail> ShowAsync(long position, CancellationToken cancellation) =>
        await list.FindAsync(position, cancellation) is { } found ? PoisonDetail.Of(found.Poison, found.Recorded) : throw Unknown(position);

    public async Task<PoisonOutcome> SkipAsync(long position, string reason, CancellationToken cancellation) =>
        PoisonOutcome.Of(position, await list.SkipAsync(position, reason, cancellation)) ?? throw Unknown(position);

    public async Task<PoisonOutcome> RetryAsync(long position, CancellationToken cancellation) =>
        PoisonOutcome.Of(position, await list.RetryAsync(position, cancellation)) ?? throw Unknown(position);

    private static CommandException Unknown(long position) => new($"No fold stands still at position {Show.Number(position)}.", hint: "`journey poison` lists where one does.");
}

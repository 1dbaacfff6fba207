using System.CommandLine;
using Journey.Host.Http.Operations;
using Journey.Host.Http.Queries;
using Journey.Host.Running;
using Journey.Host.Running.Rebuilding;
using Journey.Host.Stores;

namespace Journey.Host.Cli.Commands;

/// <summary>Builds read models again from the log, beside the live ones.</summary>
internal sealed class RebuildCommand : JourneyCommand
{
    private static readonly TimeSpan _askedEvery = TimeSpan.FromMilliseconds(300);

    private readonly Argument<string?> _name = new("name") { Description = $"The projection: {string.Join(", ", Rebuilder.Projections)}.", HelpName = "NAME", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _all = new("--all") { Description = "Every projection, and the customers' states." };
    private readonly Option<bool> _pause = new("--pause") { Description = "Pause the rebuild under way on --server." };
    private readonly Option<bool> _resume = new("--resume") { Description = "Let the paused rebuild on --server go on." };
    private readonly Option<bool> _cancel = new("--cancel") { Description = "Give the unfinished rebuild up; what is live stays as it is." };
    private readonly Option<bool> _noWait = new("--no-wait") { Description = "With --server: start it, and do not wait for its end." };
    private readonly Option<int> _sumsMax = SharedOptions.Whole(
        "--sums-max", new RebuildOptions().SumsMax, 1, 100_000_000, "How many sums are added up in memory: fewer take less memory and more time, and lose less at a crash.");

    private readonly Option<string?> _store = SharedOptions.Store();
    private readonly Option<string?> _server = SharedOptions.Server();
    private readonly Option<bool> _json = SharedOptions.Json();

    public RebuildCommand(ICommandServices services, Terminal terminal)
        : base("rebuild", "Build read models again from the log beside the live ones, and swap them in when complete. Named nothing: list the rebuilds.", services, terminal)
    {
        Add(_name);
        foreach (var option in new Option[] { _all, _pause, _resume, _cancel, _noWait, _sumsMax, _store, _server, _json })
        {
            Add(option);
        }
    }

    public override IReadOnlyList<CommandExample> Examples =>
    [
        new("rebuild --all --store sqlite:shop.db", "Everything, in a store that no server holds:"),
        new("rebuild carts --server http://127.0.0.1:8080", "One projection, on a running server, which goes on serving the old one until then:"),
        new("rebuild --pause --server http://127.0.0.1:8080", "Give the machine a rest; --resume goes on:"),
        new("rebuild --server http://127.0.0.1:8080", "How far it has come, and what earlier ones came to:"),
    ];

    public override IReadOnlyList<(int Code, string When)> OwnExitCodes =>
        [(ExitCodes.Failure, "the rebuild failed or was cancelled, another one is unfinished, or the store or server cannot be used")];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var wanted = WantedOf(arguments);
        if (arguments.GetValue(_server) is { } address)
        {
            using var server = new RemoteServer(address);
            return await OnServerAsync(arguments, server, wanted, cancellation);
        }

        return await InStoreAsync(arguments, wanted, cancellation);
    }

    /// <summary>A projection's name, "all", --pause, --resume, --cancel; null: list.</summary>
    private string? WantedOf(ParseResult arguments)
    {
        string?[] all =
        [
            arguments.GetValue(_name), arguments.GetValue(_all) ? Generation.All : null,
            arguments.GetValue(_pause) ? "--pause" : null, arguments.GetValue(_resume) ? "--resume" : null, arguments.GetValue(_cancel) ? "--cancel" : null,
        ];
        var given = all.OfType<string>().ToArray();
        return given.Length <= 1
            ? given.FirstOrDefault()
            : throw new CommandException("rebuild: expected one of NAME, --all, --pause, --resume and --cancel.", ExitCodes.Usage);
    }

    private async Task<int> OnServerAsync(ParseResult arguments, RemoteServer server, string? wanted, CancellationToken cancellation)
    {
        if (wanted is null)
        {
            return List(arguments, (await server.GetAsync<Page<RebuildReport>>("v1/rebuilds", cancellation)).Items);
        }

        if (wanted.StartsWith("--", StringComparison.Ordinal))
        {
            var unfinished = (await server.GetAsync<Page<RebuildReport>>("v1/rebuilds", cancellation)).Items.FirstOrDefault(rebuild => !HasEnded(rebuild))
                ?? throw new CommandException("No rebuild is unfinished.");
            return Show(arguments, await server.PostAsync<RebuildReport>($"v1/rebuilds/{unfinished.Id}/{wanted[2..]}", null, cancellation), isEnd: false);
        }

        var begun = await server.PostAsync<RebuildReport>($"v1/projections/{Uri.EscapeDataString(wanted)}/rebuild", null, cancellation);
        if (arguments.GetValue(_noWait))
        {
            return Show(arguments, begun, isEnd: false);
        }

        return Show(arguments, await ProgressDisplay.RunAsync(Terminal, progress => FollowAsync(server, begun, progress, cancellation)), isEnd: true);
    }

    private static async Task<RebuildReport> FollowAsync(RemoteServer server, RebuildReport begun, IProgress<WorkProgress> progress, CancellationToken cancellation)
    {
        var seen = begun;
        while (!HasEnded(seen))
        {
            progress.Report(new WorkProgress($"rebuilding {seen.Name}", seen.Done, seen.Total, "events"));
            await Task.Delay(_askedEvery, cancellation);
            seen = await server.GetAsync<RebuildReport>($"v1/rebuilds/{begun.Id}", cancellation);
        }

        return seen;
    }

    private async Task<int> InStoreAsync(ParseResult arguments, string? wanted, CancellationToken cancellation)
    {
        if (wanted is "--pause" or "--resume")
        {
            throw new CommandException(
                $"{wanted} is for a rebuild on a server: name it with --server.", ExitCodes.Usage, "Without a server Ctrl-C stops a rebuild where it is, and the same command goes on with it.");
        }

        var location = SharedOptions.StoreOf(arguments, _store);
        await using var store = wanted is null
            ? await Services.OpenAsync(location, StoreAccess.Read, cancellation)
            : await LockedStore.OpenAsync(Services, location, StoreAccess.Existing, cancellation);
        var processor = new Processor(store.Log, store.States, new ProcessorOptions(), Terminal.Time);
        var options = new RebuildOptions { SumsMax = arguments.GetValue(_sumsMax) };
        await using var rebuilder = new Rebuilder(store.Log, store.States, (IGenerationStore)store.States, processor, options, Terminal.Time);
        if (wanted is null)
        {
            return List(arguments, [.. (await rebuilder.ListAsync(cancellation)).Select(RebuildReport.Of)]);
        }

        if (wanted != "--cancel")
        {
            await ProgressDisplay.RunAsync(Terminal, progress => store.LevelAsync(progress, cancellation));
        }

        await processor.LoadAsync(cancellation);
        if (wanted == "--cancel")
        {
            return await CancelAsync(arguments, rebuilder, cancellation);
        }

        var begun = Begun(await rebuilder.StartAsync(wanted, cancellation), wanted);
        if (begun.ResumedAt > 0)
        {
            Terminal.Error.WriteLine($"Going on with rebuild {begun.Id} at {Cli.Show.Number(begun.ResumedAt)} of {Cli.Show.Count(begun.Total, "event")}.");
        }

        await ProgressDisplay.RunAsync(Terminal, progress => rebuilder.FinishAsync(new Report(progress), cancellation));
        return Show(arguments, RebuildReport.Of((await rebuilder.ListAsync(cancellation)).First(rebuild => rebuild.Id == begun.Id)), isEnd: true);
    }

    private async Task<int> CancelAsync(ParseResult arguments, Rebuilder rebuilder, CancellationToken cancellation)
    {
        var unfinished = (await rebuilder.ListAsync(cancellation)).FirstOrDefault(rebuild => !rebuild.HasEnded)
            ?? throw new CommandException("No rebuild is unfinished.");
        await rebuilder.TakeUpAsync(cancellation);
        await rebuilder.CancelAsync(unfinished.Id, cancellation);
        await rebuilder.FinishAsync(null, cancellation);
        return Show(arguments, RebuildReport.Of((await rebuilder.ListAsync(cancellation)).First(rebuild => rebuild.Id == unfinished.Id)), isEnd: false);
    }

    private static RebuildStatus Begun(RebuildAnswer answer, string name) => answer switch
    {
        RebuildAnswer.Started started => started.Status,
        RebuildAnswer.Refused refused => throw new CommandException(refused.Reason, hint: "`journey rebuild --cancel` gives an unfinished one up."),
        RebuildAnswer.Unknown { Meant: { } meant } => throw new CommandException($"There is no projection '{name}'. Expected {Expected}.", ExitCodes.Usage, $"Did you mean `{meant}`?"),
        _ => throw new CommandException($"There is no projection '{name}'. Expected {Expected}.", ExitCodes.Usage),
    };

    private static string Expected => string.Join(", ", Rebuilder.Projections);

    private static bool HasEnded(RebuildReport rebuild) => rebuild.State is "swapped" or "failed" or "cancelled";

    private int Show(ParseResult arguments, RebuildReport rebuild, bool isEnd)
    {
        if (arguments.GetValue(_json))
        {
            JsonOutput.Write(Terminal, rebuild);
        }
        else
        {
            Terminal.Out.WriteLine(rebuild.State switch
            {
                "swapped" => $"Rebuilt {rebuild.Name}: {Cli.Show.Count(rebuild.Total, "event")}. Generation {rebuild.Id} is live.",
                "failed" or "cancelled" => $"Rebuild {rebuild.Id} of {rebuild.Name} is {rebuild.State}: {rebuild.Reason} What was live is live still.",
                _ => $"Rebuild {rebuild.Id} of {rebuild.Name} is {rebuild.State}: {Cli.Show.Number(rebuild.Done)} of {Cli.Show.Count(rebuild.Total, "event")}.",
            });
        }

        return isEnd && rebuild.State != "swapped" ? ExitCodes.Failure : ExitCodes.Ok;
    }

    private int List(ParseResult arguments, IReadOnlyList<RebuildReport> rebuilds)
    {
        if (arguments.GetValue(_json))
        {
            JsonOutput.Write(Terminal, new { rebuilds });
            return ExitCodes.Ok;
        }

        var table = new TextTable().Column("id", Align.Right).Column("of").Column("state").Column("done", Align.Right).Column("of events", Align.Right).Column("started").Column("reason");
        foreach (var rebuild in rebuilds)
        {
            table.Row($"{rebuild.Id}", rebuild.Name, rebuild.State, Cli.Show.Number(rebuild.Done), Cli.Show.Number(rebuild.Total), rebuild.StartedAt, rebuild.Reason ?? "");
        }

        table.WriteTo(Terminal);
        return ExitCodes.Ok;
    }

    private sealed class Report(IProgress<WorkProgress> progress) : IProgress<RebuildStatus>
    {
        void IProgress<RebuildStatus>.Report(RebuildStatus value) => progress.Report(new WorkProgress($"rebuilding {value.Name}", value.Done, value.Total, "events"));
    }
}

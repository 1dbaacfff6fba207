using System.CommandLine;
using Journey.Domain.Identity;
using Journey.Host.Http.Queries;
using Journey.Host.Identities;
using Spectre.Console;

namespace Journey.Host.Cli.Commands;

/// <summary>Undoes a merge, after showing what goes with whom.</summary>
internal sealed class UnmergeCommand : JourneyCommand
{
    private readonly Argument<string> _customer = new("customer")
    {
        Description = "Whom somebody was wrongly merged into: a customer id, an email address, a user id, or KIND:VALUE.",
        HelpName = "CUSTOMER",
    };

    private readonly Option<string> _of = new("--of")
    {
        Description = "Whom to part from them: a customer id, or an identifier that came with the merge.",
        HelpName = "CUSTOMER|IDENTIFIER",
        Required = true,
    };

    private readonly Option<string[]> _with = new("--with")
    {
        Description = "A further identifier that goes with them; may be repeated. What the log tells is known without it.",
        HelpName = "IDENTIFIER",
    };

    private readonly Option<string?> _store = SharedOptions.Store();
    private readonly Option<string?> _server = SharedOptions.Server();
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Show what would go with whom, and change nothing." };
    private readonly Option<bool> _yes = new("--yes") { Description = "Do not ask. Where no person looks on, nothing is asked anyway." };
    private readonly Option<bool> _json = SharedOptions.Json();

    public UnmergeCommand(ICommandServices services, Terminal terminal)
        : base("unmerge", "Undo a merge: part two customers who are two people, and everything that was recorded for either.", services, terminal)
    {
        Add(_customer);
        Add(_of);
        Add(_with);
        Add(_store);
        Add(_server);
        Add(_dryRun);
        Add(_yes);
        Add(_json);
    }

    public override IReadOnlyList<CommandExample> Examples =>
    [
        new("unmerge userId:U1 --of email:info@example.org --dry-run", "What would go with whom:"),
        new("unmerge c0123456789abcdef --of cfedcba9876543210 --yes", "Part two customers by their ids:"),
        new("unmerge userId:U1 --of deviceId:D7 --server http://127.0.0.1:8080", "In the store of a server that is running:"),
    ];

    public override IReadOnlyList<(int Code, string When)> OwnExitCodes =>
        [(ExitCodes.Failure, "there is no such customer, they were not merged, or the store or server cannot be used")];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var request = new UnmergeRequest(arguments.GetRequiredValue(_customer), arguments.GetRequiredValue(_of), arguments.GetValue(_with) ?? []);
        if (arguments.GetValue(_server) is { } server)
        {
            using var remote = new RemotePublisher(server, Terminal);
            return await UnmergeAsync(arguments, await remote.UnmergeAsync(request, dryRun: true, cancellation), () => remote.UnmergeAsync(request, dryRun: false, cancellation), cancellation);
        }

        var access = arguments.GetValue(_dryRun) ? StoreAccess.Read : StoreAccess.Existing;
        await using var store = await LockedStore.OpenAsync(Services, SharedOptions.StoreOf(arguments, _store), access, cancellation);
        var unmerging = new Unmerging(store.Log, store.Ingest, store.Identities, Terminal.Time);
        var plan = await unmerging.PlanAsync(request, cancellation) switch
        {
            UnmergePlan.Ready ready => ready,
            UnmergePlan.Unknown unknown => throw new CommandException(unknown.Reason),
            UnmergePlan.Refused refused => throw new CommandException(refused.Reason, hint: "`journey timeline CUSTOMER` shows the merges of a customer."),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return await UnmergeAsync(arguments, UnmergeReport.Of(plan, null), async () =>
        {
            var done = await unmerging.ApplyAsync(plan, cancellation) as UnmergeAnswer.Done
                ?? throw new CommandException("Nothing was undone: somebody else merged or parted the two at the same moment.", hint: "Run the command again.");
            await store.ProcessToEndAsync(null, cancellation);
            return UnmergeReport.Of(plan, done.Position);
        }, cancellation);
    }

    private async Task<int> UnmergeAsync(ParseResult arguments, UnmergeReport plan, Func<Task<UnmergeReport>> apply, CancellationToken cancellation)
    {
        var (isDry, json) = (arguments.GetValue(_dryRun), arguments.GetValue(_json));
        if (!json)
        {
            Print(plan);
        }

        if (!isDry && !json && !arguments.GetValue(_yes) && Terminal.IsInteractive
            && !await new ConfirmationPrompt("Part them?") { DefaultValue = false }.ShowAsync(Terminal.Screen, cancellation))
        {
            Terminal.Out.WriteLine("Nothing was changed.");
            return ExitCodes.Ok;
        }

        var report = isDry ? plan : await apply();
        if (json)
        {
            JsonOutput.Write(Terminal, report);
        }
        else if (!isDry)
        {
            Terminal.Out.WriteLine($"Parted {report.Restored} from {report.Survivor}.");
        }

        return ExitCodes.Ok;
    }

    private void Print(UnmergeReport plan)
    {
        Terminal.Out.WriteLine($"{plan.Restored} will be a customer again, with {Show.Count(plan.Events, "interaction")} and these identifiers:");
        foreach (var identifier in plan.Identifiers)
        {
            Terminal.Out.WriteLine(Terminal.Clean($"  {identifier}"));
        }

        foreach (var along in plan.Customers.Skip(1))
        {
            Terminal.Out.WriteLine($"  (and everything of {along}, who was merged into them)");
        }

        Terminal.Out.WriteLine($"Everything else stays with {plan.Survivor}.");
    }
}

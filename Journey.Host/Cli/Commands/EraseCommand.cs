using System.CommandLine;
using Journey.Domain.Personal;
using Journey.Host.Http.Personal;
using Journey.Host.Http.Queries;
using Journey.Host.Personal;
using Spectre.Console;

namespace Journey.Host.Cli.Commands;

/// <summary>Destroys one customer's personal data.</summary>
internal sealed class EraseCommand : JourneyCommand
{
    private const int IdentifiersShown = 20;

    private readonly Argument<string> _customer = new("customer")
    {
        Description = "A customer id, an email address, a user id, or KIND:VALUE (userId, email, phone, loyaltyCard, deviceId, anonymousId).",
        HelpName = "CUSTOMER",
    };

    private readonly Option<string?> _reason = new("--reason") { Description = "Recorded with the erasure; no personal data in it, please.", HelpName = "TEXT" };
    private readonly Option<bool> _yes = new("--yes") { Description = "Do not ask. Needed where no person looks on." };
    private readonly Option<bool> _together = new("--together") { Description = "Erase those too who were merged with the customer and parted again: nobody can tell what is whose." };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Show what would be erased, and erase nothing." };
    private readonly Option<string?> _store = SharedOptions.Store();
    private readonly Option<string?> _server = SharedOptions.Server();
    private readonly Option<bool> _json = SharedOptions.Json();

    public EraseCommand(ICommandServices services, Terminal terminal)
        : base("erase", "Destroy a customer's personal data, for good. Events stay, without what they say of the person.", services, terminal)
    {
        Add(_customer);
        Add(_reason);
        Add(_yes);
        Add(_together);
        Add(_dryRun);
        Add(_store);
        Add(_server);
        Add(_json);
        _reason.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { Length: > Erasure.ReasonLengthMax })
            {
                result.AddError($"--reason: expected at most {Erasure.ReasonLengthMax} characters.");
            }
        });
    }

    public override IReadOnlyList<CommandExample> Examples =>
    [
        new("erase ann@example.org --dry-run", "What would go:"),
        new("erase ann@example.org --reason \"asked on 3 March\" --yes", "Erase, without being asked:"),
        new("erase ann@example.org --together --yes", "Somebody who was merged with another customer and parted again, and that customer:"),
        new("erase userId:U1 --server http://127.0.0.1:8080 --yes", "In the store of a server that is running:"),
    ];

    public override IReadOnlyList<(int Code, string When)> OwnExitCodes =>
    [
        (ExitCodes.Failure, "there is no such customer, the store or server cannot be used, or traces may be left: run it again"),
        (ExitCodes.Usage, "wrong arguments, or not confirmed: nothing was erased"),
        (ExitCodes.Interrupted, "interrupted: run it again, and what is left to do is done"),
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var address = arguments.GetRequiredValue(_customer);
        var isDry = arguments.GetValue(_dryRun);
        if (arguments.GetValue(_server) is { } server)
        {
            using var remote = new RemoteErasure(server);
            return await EraseAsync(
                arguments,
                await remote.PlanAsync(address, cancellation),
                plan => remote.EraseAsync(plan.Customer, arguments.GetValue(_reason), arguments.GetValue(_together), cancellation),
                cancellation);
        }

        await using var store = await LockedStore.OpenAsync(
            Services, SharedOptions.StoreOf(arguments, _store), isDry ? StoreAccess.Read : StoreAccess.Existing, cancellation);
        var erasure = store.Personal.Erasure;
        var planned = await erasure.PlanAsync(address, cancellation) ?? throw Unknown(address);
        return await EraseAsync(
            arguments,
            ErasureReport.Of(planned),
            async _ => ErasureReport.Of(await erasure.EraseAsync(planned, arguments.GetValue(_reason), cancellation), Terminal.Time.GetUtcNow().ToUnixTimeMilliseconds()),
            cancellation);
    }

    internal static CommandException Unknown(string address) => new($"There is no customer '{address}' in this store.", hint: $"Expected {CustomerAddress.Expected}.");

    private async Task<int> EraseAsync(
        ParseResult arguments, ErasureReport plan, Func<ErasureReport, Task<ErasureReport>> erase, CancellationToken cancellation)
    {
        var json = arguments.GetValue(_json);
        if (!json)
        {
            Print(plan);
        }

        if (arguments.GetValue(_dryRun))
        {
            return Answer(json, plan);
        }

        if (plan.Parted.Count > 0 && !arguments.GetValue(_together))
        {
            throw new CommandException(
                ErasurePlan.RefusalOf(plan.Customer, plan.Parted.Select(static other => other.Customer)), hint: "Add --together to erase them all.");
        }

        if (!arguments.GetValue(_yes))
        {
            if (json || !Terminal.IsInteractive)
            {
                throw new CommandException("Nothing was erased: nobody is there to confirm it.", ExitCodes.Usage, "Add --yes.");
            }

            if (!await new ConfirmationPrompt($"Erase {Everybody(plan)} for good?") { DefaultValue = false }.ShowAsync(Terminal.Screen, cancellation))
            {
                Terminal.Out.WriteLine("Nothing was erased.");
                return ExitCodes.Ok;
            }
        }

        var report = await erase(plan);
        if (!json)
        {
            Terminal.Out.WriteLine(report.WasErased ? $"{report.Customer} had been erased before. What was left to do is done." : $"Erased {Everybody(report)}.");
            Terminal.Out.WriteLine("Backups and exports made earlier still hold the data.");
            if (!report.Clean)
            {
                Terminal.Error.WriteLine("Somebody reads the store: overwritten data may be left in the file beside it. Run the command again.");
            }
        }

        return Answer(json, report) | (report.Clean ? ExitCodes.Ok : ExitCodes.Failure);
    }

    private static string Everybody(ErasureReport plan) => string.Join(" and ", plan.Parted.Select(static other => other.Customer).Prepend(plan.Customer));

    private int Answer(bool json, ErasureReport report)
    {
        if (json)
        {
            JsonOutput.Write(Terminal, report);
        }

        return ExitCodes.Ok;
    }

    private void Print(ErasureReport plan)
    {
        Terminal.Out.WriteLine(plan.WasErased ? $"Customer {plan.Customer}, erased at {plan.ErasedAt}." : $"Customer {plan.Customer}. This goes:");
        if (plan.WasErased)
        {
            return;
        }

        Terminal.Out.WriteLine($"- every identifier, {Show.Number(plan.Identifiers.Count)} known: {Terminal.Clean(string.Join(", ", plan.Identifiers.Take(IdentifiersShown)))}"
            + (plan.Identifiers.Count > IdentifiersShown ? ", …" : ""));
        Terminal.Out.WriteLine($"- what {Show.Count(plan.Events, "event")} and the profile say of the person: name, address, contact, whatever is marked personal");
        if (plan.Customers.Count > 1)
        {
            Terminal.Out.WriteLine($"- the same of {Show.Count(plan.Customers.Count - 1, "customer")} merged into this one: {string.Join(", ", plan.Customers.Skip(1))}");
        }

        foreach (var other in plan.Parted)
        {
            Terminal.Out.WriteLine($"- with --together, the same of {other.Customer}, who was merged and parted again: {Show.Count(other.Events, "event")}, "
                + $"{Terminal.Clean(string.Join(", ", other.Identifiers.Take(IdentifiersShown)))}. Without it, nobody can be erased.");
        }

        Terminal.Out.WriteLine("Journeys end for the customer. The events themselves stay. It cannot be undone.");
    }
}

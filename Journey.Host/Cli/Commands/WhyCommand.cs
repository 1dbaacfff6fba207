using System.CommandLine;
using Journey.Domain.Language;
using Journey.Domain.Language.Publishing;
using Journey.Domain.Time;
using Journey.Host.Http.Queries;
using Journey.Host.Replay;
using Journey.Host.Why;

namespace Journey.Host.Cli.Commands;

/// <summary>Why a journey did, or did not do, something for one customer.</summary>
internal sealed class WhyCommand : JourneyCommand
{
    private readonly Argument<string> _customer = new("customer")
    {
        Description = "A customer id, an email address, a user id, or KIND:VALUE (userId, email, phone, loyaltyCard, deviceId, anonymousId).",
        HelpName = "CUSTOMER",
    };

    private readonly Option<string> _journey = new("--journey") { Description = "The journey or rule asked about.", HelpName = "NAME", Required = true };
    private readonly Option<long?> _at = SharedOptions.Moment("--at", "As things stood then: only what had arrived by that moment. Without an offset, UTC.");
    private readonly Option<int> _limit = SharedOptions.Limit(50, 10_000, "The latest so many entries, oldest first.");
    private readonly Option<string?> _store = SharedOptions.Store();
    private readonly Option<bool> _json = SharedOptions.Json();

    public WhyCommand(ICommandServices services, Terminal terminal)
        : base("why", "Say why a journey did, or did not do, something for one customer.", services, terminal)
    {
        Add(_customer);
        Add(_journey);
        Add(_at);
        Add(_limit);
        Add(_store);
        Add(_json);
    }

    public override IReadOnlyList<CommandExample> Examples =>
    [
        new("why userId:U1 --journey abandoned-cart", "Why did, or didn't, this customer get the reminder?"),
        new("why ann@example.org --journey abandoned-cart --at 2026-03-03T18:00Z", "As it stood on the evening when she called:"),
        new("why c0123456789abcdef --journey welcome-series --json", "Every condition with the values it saw, for another program:"),
    ];

    public override IReadOnlyList<(int Code, string When)> OwnExitCodes => [(ExitCodes.Failure, "there is no such customer or journey, or the store cannot be read")];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var (address, journey) = (arguments.GetRequiredValue(_customer), arguments.GetRequiredValue(_journey));
        await using var store = await Services.OpenAsync(SharedOptions.StoreOf(arguments, _store), StoreAccess.Read, cancellation);
        var source = await ReplaySource.LoadAsync(store.Log, store.States, DefinitionHistory.Empty, cancellation);
        var query = new WhyQuery(source);
        if (!query.Journeys.Contains(journey))
        {
            throw new CommandException(UnknownJourney(journey, query.Journeys), hint: "`journey versions` lists what was published.");
        }

        var answer = await CustomerAddress.FindAsync(store.Ingest, address, cancellation) is { } customer
            ? await query.AnswerAsync(customer, journey, arguments.GetValue(_at), arguments.GetValue(_limit), cancellation)
            : null;
        if (answer is null)
        {
            throw new CommandException($"There is no customer '{address}' in this store.", hint: $"Expected {CustomerAddress.Expected}.");
        }

        if (arguments.GetValue(_json))
        {
            JsonOutput.Write(Terminal, WhyReport.Of(answer));
        }
        else
        {
            Print(answer);
        }

        return ExitCodes.Ok;
    }

    internal static string UnknownJourney(string journey, IReadOnlyList<string> known) =>
        NearMiss.Of(journey, known) is { } meant ? $"There is no journey or rule '{journey}'. Did you mean `{meant}`?"
        : known.Count == 0 ? $"There is no journey or rule '{journey}': nothing was published in this store."
        : $"There is no journey or rule '{journey}'. Published were: {string.Join(", ", known)}.";

    private void Print(WhyAnswer answer)
    {
        foreach (var sentence in answer.Summary)
        {
            Terminal.Out.WriteLine(Terminal.Clean(sentence));
        }

        if (answer.Entries.Count == 0)
        {
            return;
        }

        Terminal.Out.WriteLine();
        foreach (var entry in answer.Entries)
        {
            var version = entry.Version == 0 ? "" : $" v{entry.Version}";
            Terminal.Out.WriteLine(Terminal.Clean($"{Instants.ToIso(entry.At)}  {entry.VerdictName}{version}: {entry.Text}"));
            foreach (var condition in entry.Conditions)
            {
                var report = WhyReportCondition.Of(condition);
                Terminal.Out.WriteLine(Terminal.Clean($"    {report.Role} {report.At.File}:{report.At.Line}:{report.At.Column}  {report.Expression}  is {report.Value}"));
                foreach (var fact in report.Facts)
                {
                    Terminal.Out.WriteLine(Terminal.Clean($"        {fact.Name} = {fact.Value}"));
                }
            }
        }

        if (answer.Total > answer.Entries.Count)
        {
            Terminal.Out.WriteLine($"The latest {Show.Number(answer.Entries.Count)} of {Show.Number(answer.Total)} entries: --limit shows more.");
        }
    }
}

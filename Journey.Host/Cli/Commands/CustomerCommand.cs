using System.CommandLine;
using System.Globalization;
using Journey.Domain.Language.Publishing;
using Journey.Domain.Time;
using Journey.Host.Http.Queries;
using Journey.Host.Replay;

namespace Journey.Host.Cli.Commands;

/// <summary>Who one customer is, now or as of a moment.</summary>
internal sealed class CustomerCommand : JourneyCommand
{
    private readonly Argument<string> _customer = new("customer")
    {
        Description = "A customer id, an email address, a user id, or KIND:VALUE (userId, email, phone, loyaltyCard, deviceId, anonymousId).",
        HelpName = "CUSTOMER",
    };

    private readonly Option<long?> _asOf = SharedOptions.Moment("--as-of", "As they stood then: what had arrived by that moment. Without an offset, UTC.");
    private readonly Option<string?> _store = SharedOptions.Store();
    private readonly Option<bool> _json = SharedOptions.Json();

    public CustomerCommand(ICommandServices services, Terminal terminal)
        : base("customer", "Show one customer: profile, segments, carts, sessions and runs.", services, terminal)
    {
        Add(_customer);
        Add(_asOf);
        Add(_store);
        Add(_json);
    }

    public override IReadOnlyList<CommandExample> Examples =>
    [
        new("customer userId:U1", "As they stand now:"),
        new("customer ann@example.org --as-of 2026-03-01T12:00Z", "As they stood when the message was sent:"),
    ];

    public override IReadOnlyList<(int Code, string When)> OwnExitCodes => [(ExitCodes.Failure, "there is no such customer, then or now, or the store cannot be read")];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var (address, asOf) = (arguments.GetRequiredValue(_customer), arguments.GetValue(_asOf));
        await using var store = await Services.OpenAsync(SharedOptions.StoreOf(arguments, _store), StoreAccess.Read, cancellation);
        var source = await ReplaySource.LoadAsync(store.Log, store.States, DefinitionHistory.Empty, cancellation);
        var replayed = await CustomerAddress.FindAsync(store.Ingest, address, cancellation) is { } customer
            ? await new CustomerReplay(source).RunAsync(customer, ReplayLimit.At(asOf), null, cancellation)
            : null;
        if (replayed is null)
        {
            throw new CommandException($"There is no customer '{address}' in this store.", hint: $"Expected {CustomerAddress.Expected}.");
        }

        if (replayed.State is null)
        {
            throw new CommandException($"Nothing of the customer '{address}' had arrived by {Instants.ToIso(asOf ?? 0)}.");
        }

        var profile = await CustomerEndpoints.ProfileOfAsync(replayed.Customer, new RowTables(replayed.Rows), cancellation);
        if (arguments.GetValue(_json))
        {
            JsonOutput.Write(Terminal, new { asOf = asOf is { } moment ? Instants.ToIso(moment) : null, customer = profile });
        }
        else
        {
            Print(profile, asOf);
        }

        return ExitCodes.Ok;
    }

    private void Print(CustomerProfile customer, long? asOf)
    {
        Terminal.Out.WriteLine(asOf is { } moment ? $"{customer.Id} as of {Instants.ToIso(moment)}" : customer.Id);
        var facts = new TextTable().Column("").Column("");
        foreach (var (name, value) in FactsOf(customer.Profile))
        {
            facts.Row(name, value);
        }

        facts.WriteTo(Terminal);
        Write(new TextTable().Column("cart").Column("state").Column("items", Align.Right).Column("total", Align.Right).Column("last activity"), customer.Carts,
            cart => [cart.Cart, cart.State ?? "", Show.Number(cart.Items), $"{cart.Total?.ToString(CultureInfo.InvariantCulture)} {cart.Currency}".Trim(), cart.ActiveAt ?? ""]);
        Write(new TextTable().Column("journey").Column("version", Align.Right).Column("step").Column("entered").Column("waits until").Column("ended"), customer.Runs,
            run => [run.Journey ?? "", Show.Number(run.Version), run.Step ?? "", run.EnteredAt ?? "", run.WaitingUntil ?? "", run.EndedAt is null ? "" : $"{run.EndedAt} {run.ExitReason}"]);
        Write(new TextTable().Column("session").Column("channels").Column("events", Align.Right).Column("from").Column("to"), customer.Sessions,
            session => [session.Id, string.Join(", ", session.Channels), Show.Number(session.Events), session.StartedAt ?? "", session.LastAt ?? ""]);
    }

    private void Write<T>(TextTable table, IReadOnlyList<T> rows, Func<T, string[]> cells)
    {
        if (rows.Count == 0)
        {
            return;
        }

        foreach (var row in rows)
        {
            table.Row(cells(row));
        }

        Terminal.Out.WriteLine();
        table.WriteTo(Terminal);
    }

    private static IEnumerable<(string Name, string Value)> FactsOf(CustomerSummary? profile)
    {
        if (profile is null)
        {
            yield break;
        }

        (string Name, string? Value)[] facts =
        [
            ("name", profile.Name),
            ("email", profile.Email),
            ("known", profile.IsKnown ? "yes" : "no: an anonymous visitor"),
            ("first seen", profile.FirstSeenAt),
            ("last seen", profile.LastSeenAt is { } seen ? $"{seen}, {profile.LastEvent} ({profile.LastChannel})" : null),
            ("events", Show.Number(profile.Events)),
            ("orders", Show.Number(profile.Orders)),
            ("lifetime value", profile.LifetimeValue is { } value ? $"{value.ToString(CultureInfo.InvariantCulture)} {profile.Currency}" : null),
            ("channels", string.Join(", ", profile.Channels)),
            ("consent to email", profile.EmailConsent),
            ("segments", string.Join(", ", profile.Segments)),
            ("active runs", Show.Number(profile.ActiveRuns)),
        ];
        foreach (var (name, fact) in facts)
        {
            if (!string.IsNullOrEmpty(fact))
            {
                yield return (name, fact);
            }
        }
    }
}

using System.CommandLine;
using System.Text;
using System.Text.Json;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Domain.Time;
using Journey.Host.Http.Queries;

namespace Journey.Host.Cli.Commands;

/// <summary>One customer's history, across every channel.</summary>
internal sealed class TimelineCommand : JourneyCommand
{
    /// <summary>Longest text of what an event says, in characters; --json has it whole.</summary>
    private const int SaysLengthMax = 90;

    private const string Expected = "Expected a customer id, or an identifier such as userId:U1, email:ann@example.org or loyaltyCard:77.";

    private readonly Argument<string> _customer = new("customer")
    {
        Description = "A customer id, an email address, a user id, or KIND:VALUE (userId, email, phone, loyaltyCard, deviceId, anonymousId).",
        HelpName = "CUSTOMER",
    };

    private readonly Option<string?> _store = SharedOptions.Store();
    private readonly Option<int> _limit = SharedOptions.Limit(50, 10_000, "The latest so many events, oldest first.");
    private readonly Option<long?> _asOf = SharedOptions.Moment("--as-of", "Only what had happened by then; without an offset, UTC.");
    private readonly Option<string?> _channel = new("--channel") { Description = "Only events of one channel: web, app, email, store, …", HelpName = "CHANNEL" };
    private readonly Option<string?> _kind = SharedOptions.Choice("--kind", TimelineFilter.Kinds, "Only events of one kind.");
    private readonly Option<string?> _session = new("--session") { Description = "Only events of one session, by its id.", HelpName = "SESSION" };
    private readonly Option<long?> _from = SharedOptions.Moment("--from", "Only what happened at this time or later; without an offset, UTC.");
    private readonly Option<long?> _to = SharedOptions.Moment("--to", "Only what happened before this time; without an offset, UTC.");
    private readonly Option<bool> _json = SharedOptions.Json();

    public TimelineCommand(ICommandServices services, Terminal terminal)
        : base("timeline", "Print what one customer did, and what was decided and sent, across channels.", services, terminal)
    {
        Add(_customer);
        Add(_store);
        Add(_limit);
        Add(_asOf);
        Add(_channel);
        Add(_kind);
        Add(_session);
        Add(_from);
        Add(_to);
        Add(_json);
    }

    public override IReadOnlyList<CommandExample> Examples =>
    [
        new("timeline userId:U1", "By the shop's own user id:"),
        new("timeline ann@example.org --channel store --limit 10", "By email address, only what happened in stores:"),
        new("timeline userId:U1 --kind interaction --from 2026-03-01 --to 2026-03-08", "What they did themselves in one week:"),
        new("timeline c0123456789abcdef --as-of 2026-03-01T12:00Z", "By our customer id, as it stood at a moment:"),
    ];

    public override IReadOnlyList<(int Code, string When)> OwnExitCodes => [(ExitCodes.Failure, "there is no such customer, or the store cannot be read")];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var customer = arguments.GetRequiredValue(_customer);
        ContactChannel? channel = arguments.GetValue(_channel) is { } name ? ContactChannel.From(name) : null;
        await using var store = await Services.OpenAsync(SharedOptions.StoreOf(arguments, _store), StoreAccess.Read, cancellation);
        var timeline = await store.TimelineAsync(new TimelineQuery(
            customer, arguments.GetValue(_limit), arguments.GetValue(_asOf), channel,
            arguments.GetValue(_kind), arguments.GetValue(_session), arguments.GetValue(_from), arguments.GetValue(_to)), cancellation)
            ?? throw new CommandException($"There is no customer '{customer}' in this store.", hint: Expected);
        if (arguments.GetValue(_json))
        {
            PrintJson(timeline);
        }
        else
        {
            Print(timeline);
        }

        return ExitCodes.Ok;
    }

    private void PrintJson(TimelineReport timeline) => JsonOutput.Write(Terminal, new
    {
        customer = timeline.Customer,
        identifiers = timeline.Identifiers.Select(id => new { kind = IdentifierNames.Of(id.Kind), id.Value }),
        total = timeline.Total,
        events = timeline.Rows.Select(row => new
        {
            row.Position,
            occurredAt = Instants.ToIso(row.OccurredAt),
            receivedAt = Instants.ToIso(row.ReceivedAt),
            row.Name,
            row.Kind,
            channel = row.Channel.Name,
            row.Session,
            payload = JsonDocument.Parse(row.Json).RootElement,
        }),
    });

    private void Print(TimelineReport timeline)
    {
        var identifiers = string.Join(", ", timeline.Identifiers.Select(id => $"{IdentifierNames.Of(id.Kind)}:{id.Value}"));
        Terminal.Out.WriteLine(Terminal.Clean(identifiers.Length == 0 ? timeline.Customer : $"{timeline.Customer} ({identifiers})"));
        var table = new TextTable().Column("when").Column("channel").Column("what").Column("says").Column("session");
        foreach (var row in timeline.Rows)
        {
            var what = row.Kind == EventKind.Interaction ? row.Name : $"→ {row.Name}";
            table.Row(Instants.ToIso(row.OccurredAt), row.Channel.Name, what, Says(row.Json), row.Session ?? "");
        }

        table.WriteTo(Terminal);
        if (timeline.Total > timeline.Rows.Count)
        {
            Terminal.Out.WriteLine($"The latest {Show.Number(timeline.Rows.Count)} of {Show.Count(timeline.Total, "event")}: --limit shows more.");
        }
    }

    /// <summary>"cart_id=c1 price=80 quantity=1": the properties, shortened; what is nested is shown as JSON.</summary>
    internal static string Says(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        if (!document.RootElement.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object)
        {
            return "";
        }

        var text = new StringBuilder();
        foreach (var property in properties.EnumerateObject())
        {
            text.Append(text.Length == 0 ? "" : " ").Append(property.Name).Append('=').Append(property.Value.ToString());
            if (text.Length > SaysLengthMax)
            {
                return text.ToString(0, SaysLengthMax - 1) + "…";
            }
        }

        return text.ToString();
    }
}

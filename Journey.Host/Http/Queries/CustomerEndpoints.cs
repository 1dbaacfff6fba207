using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Domain.Language;
using Journey.Host.Http.Parameters;
using Journey.Host.Ingestion;
using Journey.Host.Replay;
using Journey.Host.Stores;
using Journey.Projections.Customers;
using Journey.Projections.ReadModels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Journey.Host.Http.Queries;

/// <param name="LifetimeValue">Revenue after refunds, in <paramref name="Currency"/>.</param>
/// <param name="Channels">Used so far, in the order of first use.</param>
/// <param name="CartState">Of the cart most lately active; null: no cart.</param>
public sealed record CustomerSummary(string Id, string? Name, string? Email, bool IsKnown, string? FirstSeenAt, string? LastSeenAt,
    long Events, long Orders, decimal? LifetimeValue, string? Currency, string[] Channels, string? PreferredChannel,
    string? LastEvent, string? LastChannel, string? Country, string? CartState, string[] Segments, long ActiveRuns, string? EmailConsent,
    string? LastOrderAt, bool HasEmail, bool HasPhone, bool HasPush);

/// <summary>Who a customer is, and how they stand now.</summary>
/// <param name="Profile">Null: recorded, and not folded yet.</param>
/// <param name="Traits">As they stand, with who said so and when; null as <paramref name="Profile"/>.</param>
/// <param name="Lifetime">Figures over all that the customer ever did.</param>
/// <param name="Scores">What they answered to surveys.</param>
public sealed record CustomerProfile(string Id, CustomerSummary? Profile, IReadOnlyList<TraitView>? Traits, IReadOnlyList<ConsentView>? Consent, LifetimeView? Lifetime,
    ScoresView? Scores, IReadOnlyList<CartSummary> Carts, IReadOnlyList<SessionSummary> Sessions, IReadOnlyList<RunSummary> Runs)
{
    /// <param name="now">Unix milliseconds: what recency is counted to.</param>
    internal CustomerProfile With(CustomerState state, Workspace workspace, long now)
    {
        var view = CustomerView.Of(state, workspace, now);
        return this with { Traits = view.Traits, Consent = view.Consent, Lifetime = view.Lifetime, Scores = view.Scores };
    }
}

/// <param name="Named">Its sender named it; otherwise a gap in activity bounds it.</param>
public sealed record SessionSummary(string Id, string? StartedAt, string? LastAt, long Events, string[] Channels, bool Named, string? LinkedTo);

public sealed record RunSummary(string Id, string? Journey, long Version, string? Key, string? Step, bool Holdout, string? EnteredAt,
    string? WaitingUntil, string? GoalAt, string? EndedAt, string? ExitReason, long Messages);

internal sealed class CustomerEndpoints(JourneyServices services, AsOf asOf)
{
    /// <summary>The latest sessions, carts and runs shown with a profile.</summary>
    private const int ShownMax = 20;

    /// <summary>Merges followed from one customer to the survivor.</summary>
    private const int MergesMax = 100;

    private static readonly TextParameter Search = new("q", "Text to find: an id, an identifier, or the beginning of a name, or of an email address up to its @ and beyond.");
    private static readonly TextParameter UsedChannel = new("channel", "Only customers who used this channel.", ContactChannel.LengthMax);
    private static readonly TextParameter EventChannel = new("channel", "Only events on this channel.", ContactChannel.LengthMax);
    private static readonly TimeParameter HappenedBy = new("asOf", "Only what had happened by then.");
    private static readonly ChoiceParameter Kind = new("kind", "Only events of this kind.", null, TimelineFilter.Kinds);
    private static readonly TextParameter EventName = new("event", "Only events of this name.");
    private static readonly TextParameter InSession = new("session", "Only events of this session, by its id.");
    private static readonly TimeParameter From = new("from", "Only what happened at this time or later.");
    private static readonly TimeParameter To = new("to", "Only what happened before this time.");
    private static readonly ChoiceParameter Order = new("order", "By place in the log: oldest or newest first.", "oldest", "oldest", "newest");

    private readonly Timeline _timeline = new(services.Log);
    private readonly Vocabulary _vocabulary = new();

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/customers", ListAsync)
            .Accepting(Search, UsedChannel, PagingParameters.Limit, PagingParameters.After)
            .WithTags("Customers")
            .WithSummary("Customers, most lately seen first")
            .Produces<Page<CustomerSummary>>();
        routes.MapGet("/v1/customers/{id}", ProfileAsync)
            .Accepting(AsOf.Parameter)
            .WithTags("Customers")
            .WithSummary("One customer: profile, carts, sessions, runs")
            .WithDescription($"id is {CustomerAddress.Expected}.")
            .Produces<CustomerProfile>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapGet("/v1/customers/{id}/timeline", TimelineAsync)
            .Accepting(PagingParameters.Limit, PagingParameters.After, EventChannel, Kind, EventName, InSession, From, To, HappenedBy, Order)
            .WithTags("Customers")
            .WithSummary("One customer's events, by place in the log")
            .WithDescription($"id is {CustomerAddress.Expected}. Events of identities that were merged into the customer are among them.")
            .Produces<Page<TimelineEvent>>()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    internal static CustomerSummary Shape(TableRow row) => new(
        row.Text("customer")!, row.Text("name"), row.Text("email"), row.Flag("is_known"), row.Time("first_seen_at"), row.Time("last_seen_at"),
        row.Number("events"), row.Number("orders"), row.Amount("lifetime_value"), row.Text("currency"), row.List("channels"), row.Text("preferred_channel"),
        row.Text("last_event"), row.Text("last_channel"), row.Text("country"), row.Text("cart_state"), row.List("segments"), row.Number("active_runs"),
        row.Text("email_consent"), row.Time("last_order_at"), row.Flag("has_email"), row.Flag("has_phone"), row.Flag("has_push"));

    private async Task<IResult> ListAsync(HttpContext context, CancellationToken cancellation)
    {
        var limit = (int)PagingParameters.Limit.Of(context.Request)!.Value;
        var after = PagingParameters.After.Of(context.Request);
        var channel = UsedChannel.Of(context.Request) is { } text ? ContactChannel.From(text).Name : null;
        if (Search.Of(context.Request) is not { } search)
        {
            return Results.Ok(await TableScan.PageAsync(services.State, new TableQuery(ReadModelTables.Customers, [], ["-last_seen_at"], limit),
                limit, after, row => Shows(row, channel), Shape, cancellation));
        }

        if (await HoldersAsync(search, cancellation) is { Count: > 0 } holders)
        {
            return Results.Ok(new Page<CustomerSummary>([.. holders.Where(row => Shows(row, channel)).Select(Shape)], null));
        }

        var column = search.Contains('@', StringComparison.Ordinal) ? "email" : "name";
        var beginning = new Filter(column, FilterKind.StartsWith, column == "email" ? search.ToLowerInvariant() : search);
        return Results.Ok(await TableScan.PageAsync(services.State, new TableQuery(ReadModelTables.Customers, [beginning], ["-last_seen_at"], limit),
            limit, after, row => Shows(row, channel), Shape, cancellation));
    }

    internal static SessionSummary SessionOf(TableRow session) => new(
        session.Text("session")!, session.Time("started_at"), session.Time("last_at"), session.Number("events"), session.List("channels"), session.Flag("is_named"), session.Text("linked_to"));

    internal static RunSummary RunOf(TableRow run) => new(
        run.Text("run")!, run.Text("journey"), run.Number("version"), run.Text("key"), run.Text("step"), run.Flag("holdout"), run.Time("entered_at"),
        run.Time("waiting_until"), run.Time("goal_at"), run.Time("ended_at"), run.Text("exit_reason"), run.Number("messages"));

    private async Task<IResult> ProfileAsync(string id, HttpContext context, CancellationToken cancellation)
    {
        if (AsOf.Parameter.Of(context.Request) is { } moment)
        {
            return await asOf.CustomerAsync(id, moment, cancellation) is { } replayed
                ? Results.Ok((await ProfileOfAsync(replayed.Customer, new RowTables(replayed.Rows), cancellation)).With(replayed.State!, services.Definitions().Workspace, moment))
                : AsOf.NotFound(id, moment);
        }

        if (await FindAsync(id, cancellation) is not { } customer)
        {
            return NotFound(id);
        }

        var profile = await ProfileOfAsync(customer, services.State, cancellation);
        if (profile.Profile is null && (await services.Log.ReadStreamAsync(customer, 0, 1, cancellation)).Events.Count == 0)
        {
            return NotFound(id);
        }

        return Results.Ok((await services.State.LoadAsync([customer], cancellation)).TryGetValue(customer, out var bytes)
            ? profile.With(CustomerState.Read(customer, bytes.Span, _vocabulary), services.Definitions().Workspace, services.Time.GetUtcNow().ToUnixTimeMilliseconds())
            : profile);
    }

    internal static async Task<CustomerProfile> ProfileOfAsync(string customer, IReadModels models, CancellationToken cancellation) => new(
        customer,
        await RowAsync(models, customer, cancellation) is { } present ? Shape(present) : null,
        null, null, null, null,
        await RowsAsync(models, ReadModelTables.Carts, customer, "-active_at", CartEndpoints.Shape, cancellation),
        await RowsAsync(models, ReadModelTables.Sessions, customer, "-last_at", SessionOf, cancellation),
        await RowsAsync(models, ReadModelTables.Runs, customer, "-entered_at", RunOf, cancellation));

    private async Task<IResult> TimelineAsync(string id, HttpContext context, CancellationToken cancellation)
    {
        if (await FindAsync(id, cancellation) is not { } customer)
        {
            return NotFound(id);
        }

        SessionSpan? session = null;
        if (InSession.Of(context.Request) is { } asked && (session = await SessionSpan.FindAsync(services.State, customer, asked, cancellation)) is null)
        {
            return Problems.NotFound($"The customer has no session \"{asked}\".");
        }

        var only = new TimelineFilter(
            TimelineFilter.KindOf(Kind.Of(context.Request)), EventName.Of(context.Request), From.Of(context.Request), To.Of(context.Request), session);
        var query = new TimelineQuery(customer, (int)PagingParameters.Limit.Of(context.Request)!.Value, PagingParameters.After.Of(context.Request),
            EventChannel.Of(context.Request) is { } channel ? ContactChannel.From(channel).Name : null, HappenedBy.Of(context.Request), Order.Of(context.Request) == "newest", only);
        return await _timeline.PageAsync(query, cancellation) is { } page ? Results.Ok(page) : NotFound(id);
    }

    /// <summary>Customers who hold the text as an identifier of any kind, or as their id.</summary>
    private async ValueTask<IReadOnlyList<TableRow>> HoldersAsync(string search, CancellationToken cancellation)
    {
        var customers = new List<string>();
        if (CustomerId.IsWellFormed(search))
        {
            customers.Add(search);
        }

        var (kinds, value) = IdentifierText.Parse(search) is { } named ? ([named.Kind], named.Value) : (Enum.GetValues<IdentifierKind>(), search);
        foreach (var kind in kinds)
        {
            if (IdentifierRules.Normalize(kind, value) is { } identifier && await services.Ingest.FindAsync(identifier, cancellation) is { } holder && !customers.Contains(holder))
            {
                customers.Add(holder);
            }
        }

        var rows = new List<TableRow>();
        foreach (var customer in customers)
        {
            if (await RowAsync(customer, cancellation) is { } row)
            {
                rows.Add(row);
            }
        }

        return rows;
    }

    /// <returns>The customer's id, or the survivor's where they were merged; null: nobody.</returns>
    private async ValueTask<string?> FindAsync(string address, CancellationToken cancellation)
    {
        var customer = await CustomerAddress.FindAsync(services.Ingest, address, cancellation);
        for (var merges = 0; customer is not null && merges < MergesMax; merges++)
        {
            if ((await RowAsync(customer, cancellation))?.Text("merged_into") is not { } survivor)
            {
                break;
            }

            customer = survivor;
        }

        return customer;
    }

    private ValueTask<TableRow?> RowAsync(string customer, CancellationToken cancellation) => RowAsync(services.State, customer, cancellation);

    private static async ValueTask<TableRow?> RowAsync(IReadModels models, string customer, CancellationToken cancellation)
    {
        var rows = await models.QueryAsync(new TableQuery(ReadModelTables.Customers, [new Filter("customer", FilterKind.Equal, customer)], [], 1), cancellation);
        return rows.Count == 0 ? null : new TableRow(ReadModelTables.Customers, rows[0]);
    }

    private static async ValueTask<IReadOnlyList<T>> RowsAsync<T>(IReadModels models, TableDefinition table, string customer, string order, Func<TableRow, T> shape, CancellationToken cancellation)
    {
        var rows = await models.QueryAsync(new TableQuery(table, [new Filter("customer", FilterKind.Equal, customer)], [order], ShownMax), cancellation);
        return [.. rows.Select(cells => shape(new TableRow(table, cells)))];
    }

    private static bool Shows(TableRow row, string? channel) =>
        row.Text("merged_into") is null && (channel is null || row.List("channels").Contains(channel));

    private static IResult NotFound(string id) => Problems.NotFound($"There is no customer \"{id}\"; expected {CustomerAddress.Expected}.");
}

using System.Text.Json;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Domain.Time;
using Journey.Host.Http.OpenApi;
using Journey.Host.Http.Parameters;
using Journey.Host.Identities;
using Journey.Projections.Customers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Journey.Host.Http.Queries;

/// <param name="Merged">Every merge and its undoing, oldest first.</param>
public sealed record CustomerIdentities(string Customer, IReadOnlyList<IdentifierView> Identifiers, IReadOnlyList<MergeView> Merged);

/// <param name="FirstAt">When the earliest event with it occurred.</param>
/// <param name="Source">Who used it first.</param>
/// <param name="HeldBy">The customer whom it leads to today; null: nobody, because it is shared or blocked.</param>
public sealed record IdentifierView(string Kind, string Value, string FirstAt, string LastAt, string Source, string? HeldBy);

/// <param name="What">merged or unmerged.</param>
/// <param name="Customer">Who became one with this customer, or was parted again.</param>
public sealed record MergeView(string What, string Customer, string At, long Position);

/// <param name="Identifiers">What goes with the restored customer, as kind:value.</param>
/// <param name="Events">Interactions that are the restored customer's from now on.</param>
/// <param name="Customers">The restored customer, and who is one with them.</param>
/// <param name="Position">Of the event "Identities Unmerged"; null: nothing was recorded.</param>
public sealed record UnmergeReport(string Survivor, string Restored, IReadOnlyList<string> Identifiers, int Events, IReadOnlyList<string> Customers, bool DryRun, long? Position)
{
    public static UnmergeReport Of(UnmergePlan.Ready plan, long? position) => new(
        plan.Unmerge.Survivor, plan.Unmerge.Restored,
        [.. plan.Unmerge.Identifiers.Select(static identifier => $"{IdentifierNames.Of(identifier.Kind)}:{identifier.Value}")],
        plan.Events, plan.Streams, position is null, position);
}

internal sealed class IdentityEndpoints(JourneyServices services)
{
    private const int BodyBytesMax = 64 * 1024;
    private const int ReadAtOnce = 500;

    private static readonly ChoiceParameter DryRun = new("dryRun", "true: say what would be done, and do nothing.", "false", "true", "false");
    private static readonly JsonSerializerOptions Reading = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };

    private readonly Vocabulary _vocabulary = new();

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/customers/{id}/identities", ReadAsync)
            .Accepting()
            .WithTags("Customers")
            .WithSummary("One customer's identifiers, and who they were merged with and parted from")
            .WithDescription($"id is {CustomerAddress.Expected}.")
            .Produces<CustomerIdentities>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapPost("/v1/customers/{id}/unmerge", UnmergeAsync)
            .Accepting(DryRun)
            .WithMetadata(new DescribedBody("""{"customer": "c…"} or {"identifier": "email:ann@example.org"}: whom to part. "with": further identifiers that go with them.""", "application/json"))
            .WithTags("Customers")
            .WithSummary("Undo a merge")
            .WithDescription("What was recorded for the restored customer since the merge goes with them, by the identifiers it came with. The two are not merged again.")
            .Produces<UnmergeReport>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status501NotImplemented);
    }

    private async Task<IResult> ReadAsync(string id, HttpContext context, CancellationToken cancellation)
    {
        if (await CustomerAddress.FindAsync(services.Ingest, id, cancellation) is not { } customer)
        {
            return NotFound(id);
        }

        var state = await StateAsync(customer, cancellation);
        for (var merges = 0; merges < 100 && state?.MergedInto is { } survivor; merges++)
        {
            customer = survivor;
            state = await StateAsync(customer, cancellation);
        }

        if (state is null)
        {
            return NotFound(id);
        }

        var identifiers = new List<IdentifierView>();
        foreach (var use in state.Identifiers.Uses)
        {
            identifiers.Add(new IdentifierView(
                IdentifierNames.Of(use.Identifier.Kind), use.Identifier.Value, Instants.ToIso(use.FirstAt), Instants.ToIso(use.LastAt), use.Source,
                await services.Ingest.FindAsync(use.Identifier, cancellation)));
        }

        return Results.Ok(new CustomerIdentities(customer, identifiers, await MergesAsync(customer, cancellation)));
    }

    private async Task<IReadOnlyList<MergeView>> MergesAsync(string customer, CancellationToken cancellation)
    {
        var merges = new List<MergeView>();
        for (var after = 0L; ;)
        {
            var page = await services.Log.ReadStreamAsync(customer, after, ReadAtOnce, cancellation);
            foreach (var recorded in page.Events)
            {
                after = recorded.Version;
                var (what, other) = recorded switch
                {
                    { Kind: not EventKind.Identity } => (null, null),
                    { Name: EventNames.IdentitiesMerged } => ("merged", IdentityEvents.ReadAbsorbed(recorded.Json)),
                    { Name: EventNames.IdentitiesUnmerged or EventNames.IdentityRestored } => ("unmerged", Unmerge.Read(recorded.Json).Other),
                    _ => (null, null),
                };
                if (what is not null)
                {
                    merges.Add(new MergeView(what, other!, Instants.ToIso(recorded.OccurredAt), recorded.Position));
                }
            }

            if (page.Events.Count < ReadAtOnce)
            {
                return merges;
            }
        }
    }

    private async Task<IResult> UnmergeAsync(string id, HttpContext context, CancellationToken cancellation)
    {
        if (services.Identities is not { } identities)
        {
            return Problems.Of(StatusCodes.Status501NotImplemented, "Nobody can be parted here", "This server's store cannot undo merges.");
        }

        var (body, fault) = await BodyAsync(context, cancellation);
        if (body is null)
        {
            return Problems.NotReadable(fault!);
        }

        var unmerging = new Unmerging(services.Log, services.Ingest, identities, services.Time);
        switch (await unmerging.PlanAsync(new UnmergeRequest(id, (body.Customer ?? body.Identifier)!, body.With ?? []), cancellation))
        {
            case UnmergePlan.Unknown unknown:
                return Problems.NotFound(unknown.Reason);
            case UnmergePlan.Refused refused:
                return Problems.Of(StatusCodes.Status409Conflict, "It can't be undone", refused.Reason);
            case UnmergePlan.Ready plan when DryRun.Of(context.Request) == "true":
                return Results.Ok(UnmergeReport.Of(plan, null));
            case UnmergePlan.Ready plan:
                return await unmerging.ApplyAsync(plan, cancellation) is UnmergeAnswer.Done done
                    ? Results.Ok(UnmergeReport.Of(plan, done.Position))
                    : Problems.Of(StatusCodes.Status409Conflict, "It can't be undone", "Somebody else merged or parted the two at the same moment; look again.");
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static async Task<(Body? Body, string? Fault)> BodyAsync(HttpContext context, CancellationToken cancellation)
    {
        const string expected = """Expected {"customer": "c…"} or {"identifier": "email:ann@example.org"}, and "with": a list of identifiers, if any.""";
        try
        {
            var buffer = new byte[BodyBytesMax + 1];
            var length = await context.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
            if (length > BodyBytesMax)
            {
                return (null, $"The body is larger than {BodyBytesMax:N0} bytes. {expected}");
            }

            var body = JsonSerializer.Deserialize<Body>(buffer.AsSpan(0, length), Reading);
            return body is not null && (body.Customer is null) != (body.Identifier is null) ? (body, null) : (null, expected);
        }
        catch (JsonException)
        {
            return (null, expected);
        }
    }

    private async Task<CustomerState?> StateAsync(string customer, CancellationToken cancellation) =>
        (await services.State.LoadAsync([customer], cancellation)).TryGetValue(customer, out var bytes) ? CustomerState.Read(customer, bytes.Span, _vocabulary) : null;

    private static IResult NotFound(string id) => Problems.NotFound($"There is no customer \"{id}\"; expected {CustomerAddress.Expected}.");

    private sealed record Body(string? Customer, string? Identifier, IReadOnlyList<string>? With);
}

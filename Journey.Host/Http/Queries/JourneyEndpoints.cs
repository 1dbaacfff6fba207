using Journey.Domain.Language;
using Journey.Host.Http.Parameters;
using Journey.Host.Stores;
using Journey.Projections.ReadModels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Journey.Host.Http.Queries;

/// <param name="Kind">journey or rule.</param>
/// <param name="Hash">SHA-256 of the published text, lower-case hex.</param>
/// <param name="Status">active or paused.</param>
/// <param name="PublishedAt">Global position of the publication: events after it see this version.</param>
public sealed record JourneySummary(string Name, string Kind, int Version, string Hash, string Status, long PublishedAt, string? Description, JourneyCounts Counts);

/// <summary>What a journey did so far, all versions together.</summary>
public sealed record JourneyCounts(long Entered, long Active, long Exited, long Requested, long Sent, long Suppressed, long Failed, long Tasks, long Goals);

/// <param name="Steps">Of the version in force, in document order.</param>
/// <param name="Versions">All that were ever published, newest first.</param>
public sealed record JourneyDetail(JourneySummary Journey, IReadOnlyList<JourneyStep> Steps, IReadOnlyList<JourneyVersion> Versions);

public sealed record JourneyVersion(int Version, string Hash, long PublishedAt);

internal sealed class JourneyEndpoints(JourneyServices services)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/journeys", ListAsync)
            .Accepting()
            .WithTags("Journeys")
            .WithSummary("Journeys and rules in force, by name")
            .Produces<IReadOnlyList<JourneySummary>>();
        routes.MapGet("/v1/journeys/{name}", FindAsync)
            .Accepting()
            .WithTags("Journeys")
            .WithSummary("One journey or rule: its steps, versions and counts")
            .Produces<JourneyDetail>()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private async Task<IResult> ListAsync(HttpContext context, CancellationToken cancellation)
    {
        var counts = await JourneyTotals.ReadAsync(services.State, cancellation);
        return Results.Ok(services.Definitions().Journeys.Values
            .OrderBy(journey => journey.Name, StringComparer.Ordinal)
            .Select(journey => Summary(journey, counts))
            .ToList());
    }

    private async Task<IResult> FindAsync(string name, HttpContext context, CancellationToken cancellation)
    {
        var definitions = services.Definitions();
        if (!definitions.Journeys.TryGetValue(name, out var journey))
        {
            return Problems.NotFound($"There is no journey or rule \"{name}\" in force.");
        }

        return Results.Ok(new JourneyDetail(
            Summary(journey, await JourneyTotals.ReadAsync(services.State, cancellation)),
            JourneyFlow.Of(journey.Compiled),
            [.. definitions.Versions.Values
                .Where(version => version.Name == name)
                .OrderByDescending(version => version.Version)
                .Select(version => new JourneyVersion(version.Version, version.Hash, version.PublishedAtPosition))]));
    }

    private static JourneySummary Summary(PublishedJourney journey, JourneyTotals counts) => new(
        journey.Name, journey.Compiled.Definition.Kind, journey.Version, journey.Hash, journey.Status.ToString().ToLowerInvariant(),
        journey.PublishedAtPosition, journey.Compiled.Definition.Description, counts.Of(journey.Name));
}

/// <summary>The sums over all days of what each journey did.</summary>
internal sealed class JourneyTotals
{
    private const int ReadAtOnce = 1_000;

    private readonly Dictionary<string, JourneyCounts> _byName = [];

    public static async ValueTask<JourneyTotals> ReadAsync(IStateStore store, CancellationToken cancellation)
    {
        var totals = new JourneyTotals();
        for (var at = 0; ; at += ReadAtOnce)
        {
            var rows = await store.QueryAsync(new TableQuery(ReadModelTables.JourneyDays, [], [], ReadAtOnce, at), cancellation);
            foreach (var cells in rows)
            {
                totals.Add(new TableRow(ReadModelTables.JourneyDays, cells));
            }

            if (rows.Count < ReadAtOnce)
            {
                return totals;
            }
        }
    }

    public JourneyCounts Of(string journey) => _byName.GetValueOrDefault(journey, new JourneyCounts(0, 0, 0, 0, 0, 0, 0, 0, 0));

    public JourneyCounts All => _byName.Values.Aggregate(Of(""), Sum);

    private void Add(TableRow row)
    {
        var name = row.Text("journey")!;
        _byName[name] = Sum(Of(name), new JourneyCounts(
            row.Number("entered"), row.Number("entered") - row.Number("exited"), row.Number("exited"), row.Number("requested"), row.Number("sent"),
            row.Number("suppressed"), row.Number("failed"), row.Number("tasks"), row.Number("goals")));
    }

    private static JourneyCounts Sum(JourneyCounts a, JourneyCounts b) => new(
        a.Entered + b.Entered, a.Active + b.Active, a.Exited + b.Exited, a.Requested + b.Requested, a.Sent + b.Sent,
        a.Suppressed + b.Suppressed, a.Failed + b.Failed, a.Tasks + b.Tasks, a.Goals + b.Goals);
}

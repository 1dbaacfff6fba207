using Journey.Domain.Language;
using Journey.Domain.Time;
using Journey.Host.Http.OpenApi;
using Journey.Host.Http.Parameters;
using Journey.Host.Ingestion;
using Journey.Host.Publishing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Journey.Host.Http.Documents;

/// <param name="PublishedAt">ISO 8601.</param>
/// <param name="Position">Global position: events behind it see this version.</param>
/// <param name="File">What the file was called that it was published from.</param>
/// <param name="Status">active, paused or retired; null: a newer version is in its place.</param>
/// <param name="RunsUnderWay">Runs that follow this version; null: documents of this kind have none.</param>
public sealed record DocumentVersion(string Kind, string Name, int Version, string Hash, string PublishedAt, long Position, string File, string? Status, long? RunsUnderWay);

/// <param name="Diff">Lines of a unified diff; empty where the texts are the same.</param>
public sealed record DocumentDiff(string Name, int From, int To, int Added, int Removed, IReadOnlyList<string> Diff);

/// <summary>Publishing, pausing, resuming, retiring, and what was published: as the command line does it.</summary>
internal sealed class DocumentEndpoints(JourneyServices services, IngestLimits limits)
{
    private const string Tag = "Journeys";
    private const string Yaml = "application/yaml";

    private static readonly ChoiceParameter DryRun = new("dryRun", "true: answer what publishing would do, and do nothing.", "false", "true", "false");
    private static readonly TextParameter File = new("file", "What to call the body in the places of faults.");
    private static readonly NumberParameter Basis = new("basis", "The \"basis\" of the plan to carry out: if anything was published since, the answer is 409.", 0, long.MaxValue, null);
    private static readonly NumberParameter From = new("from", "A version. Left out: the one before \"to\".", 1, int.MaxValue, null);
    private static readonly NumberParameter To = new("to", "A version. Left out: the newest.", 1, int.MaxValue, null);

    private readonly Publisher _publisher = new(services.Log, services.State, services.Time);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/journeys", PublishAsync)
            .Accepting(DryRun, File, Basis)
            .WithTags(Tag)
            .WithSummary("Publish documents, all of them or none, or show what that would do")
            .WithDescription("Journeys, rules, segments, funnels and workspaces; tests are checked and not published. What is published already is not published "
                + "again. With an error in any document the answer is 422, with every fault and its place.")
            .WithMetadata(new DescribedBody("YAML documents; or as JSON several files, checked together: {\"files\":[{\"file\":\"NAME\",\"text\":\"…\"}]}.", Yaml, "text/plain", PublishBody.Json))
            .Produces<PublishReport>()
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        MapChange(routes, "pause", "No entries, and no run takes a step, until it is resumed", _publisher.PauseAsync);
        MapChange(routes, "resume", "Let a paused journey or rule go on", _publisher.ResumeAsync);
        MapChange(routes, "retire", "Take a document back; runs under way go on by their version", _publisher.RetireAsync);
        Found(routes.MapGet("/v1/journeys/{name}/versions", VersionsAsync).Accepting(), "Every version that was published, oldest first").Produces<IReadOnlyList<DocumentVersion>>();
        Found(routes.MapGet("/v1/journeys/{name}/versions/{version:int}", TextAsync).Accepting(), "The text of one version, as it was published").Produces<string>(contentType: Yaml);
        Found(routes.MapGet("/v1/journeys/{name}/diff", DiffAsync).Accepting(From, To), "What changed between two versions").Produces<DocumentDiff>();
    }

    /// <summary>Every fault of every document, with its place.</summary>
    internal static IResult Faulty(IReadOnlyCollection<Fault> faults, string title)
    {
        var errors = faults.Count(fault => fault.Severity == FaultSeverity.Error);
        return Problems.Of(StatusCodes.Status422UnprocessableEntity, title,
            $"{errors} {(errors == 1 ? "error keeps" : "errors keep")} all of the documents from being published.", ("faults", faults.Select(FaultReport.Of).ToArray()));
    }

    private static RouteHandlerBuilder Found(RouteHandlerBuilder endpoint, string summary) =>
        endpoint.WithTags(Tag).WithSummary(summary).ProducesProblem(StatusCodes.Status404NotFound);

    private static void MapChange(IEndpointRouteBuilder routes, string verb, string summary, Func<string, CancellationToken, Task<StatusAnswer>> change) =>
        Found(routes.MapPost($"/v1/journeys/{{name}}/{verb}", async (string name, CancellationToken cancellation) => Answer(name, await change(name, cancellation))).Accepting(), summary)
            .Produces<StatusReport>()
            .ProducesProblem(StatusCodes.Status409Conflict);

    private async Task<IResult> PublishAsync(HttpContext context, CancellationToken cancellation)
    {
        var body = await PublishBody.ReadAsync(context, File.Of(context.Request), limits.RequestBytesMax);
        if (body.Answer is { } answer)
        {
            return answer;
        }

        var plan = await _publisher.PlanAsync(body.Files, cancellation);
        if (plan.HasErrors)
        {
            return Faulty(plan.Faults, "The documents can't be published");
        }

        if (Basis.Of(context.Request) is { } basis && basis != plan.StreamVersion)
        {
            return Conflict();
        }

        if (DryRun.Of(context.Request) == "true")
        {
            return Results.Ok(PublishReport.Of(plan, isDry: true, 0));
        }

        return await _publisher.ApplyAsync(plan, cancellation) is PublishAnswer.Published published
            ? Results.Ok(PublishReport.Of(plan, isDry: false, published.Position))
            : Conflict();
    }

    private async Task<IResult> VersionsAsync(string name, HttpContext context, CancellationToken cancellation)
    {
        var published = await _publisher.ReadAsync(cancellation);
        if (published.Find(name) is not { } document)
        {
            return NotPublished(name, published.Documents.Values.Select(known => known.Name));
        }

        var runs = Publications.IsJourney(document.Kind) ? await _publisher.RunsAsync(name, cancellation) : null;
        return Results.Ok(document.Versions.Select(version => new DocumentVersion(
            version.Kind, version.Name, version.Version, version.Hash, Instants.ToIso(version.PublishedAt), version.Position, version.File,
            version == document.Latest ? document.Status.ToString().ToLowerInvariant() : null, runs?.GetValueOrDefault(version.Version))).ToArray());
    }

    private async Task<IResult> TextAsync(string name, int version, HttpContext context, CancellationToken cancellation)
    {
        var published = await _publisher.ReadAsync(cancellation);
        return published.Find(name) is not { } document ? NotPublished(name, published.Documents.Values.Select(known => known.Name))
            : version < 1 || version > document.Versions.Count ? NoVersion(document, version)
            : Results.Text(document.Versions[version - 1].Text, Yaml, System.Text.Encoding.UTF8);
    }

    private async Task<IResult> DiffAsync(string name, HttpContext context, CancellationToken cancellation)
    {
        var published = await _publisher.ReadAsync(cancellation);
        if (published.Find(name) is not { } document)
        {
            return NotPublished(name, published.Documents.Values.Select(known => known.Name));
        }

        var to = (int)(To.Of(context.Request) ?? document.Latest.Version);
        var from = (int)(From.Of(context.Request) ?? Math.Max(1, to - 1));
        if (Math.Max(from, to) > document.Versions.Count)
        {
            return NoVersion(document, Math.Max(from, to));
        }

        var (before, after) = (document.Versions[from - 1].Text, document.Versions[to - 1].Text);
        var (added, removed) = TextDiff.Count(before, after);
        return Results.Ok(new DocumentDiff(name, from, to, added, removed, TextDiff.Unified(before, after, $"{name} version {from}", $"{name} version {to}")));
    }

    private static IResult Answer(string name, StatusAnswer answer) => answer switch
    {
        StatusAnswer.Done done => Results.Ok(StatusReport.Of(done.Document, done.Status, changed: true)),
        StatusAnswer.Unchanged same => Results.Ok(StatusReport.Of(same.Document, same.Document.Status, changed: false)),
        StatusAnswer.Unknown unknown => NotPublished(name, unknown.Known),
        StatusAnswer.Refused refused => Problems.Of(StatusCodes.Status409Conflict, "It can't be done as it stands", refused.Reason),
        _ => Conflict(),
    };

    private static IResult NotPublished(string name, IEnumerable<string> known) => Problems.NotFound(
        $"Nothing named \"{name}\" is published.{(NearMiss.Of(name, [.. known]) is { } meant ? $" Did you mean \"{meant}\"?" : "")}");

    private static IResult NoVersion(PublishedDocument document, int version) =>
        Problems.NotFound($"{document.Name} has no version {version}. Expected 1 to {document.Versions.Count}.");

    private static IResult Conflict() => Problems.Of(
        StatusCodes.Status409Conflict, "Somebody else published meanwhile", "Nothing was changed. Ask for a plan again (dryRun=true) to see what publishing does now.");
}

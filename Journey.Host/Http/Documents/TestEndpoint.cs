using Journey.Domain.Language;
using Journey.Host.Http.OpenApi;
using Journey.Host.Http.Parameters;
using Journey.Host.Ingestion;
using Journey.Host.Publishing;
using Journey.Host.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Journey.Host.Http.Documents;

/// <summary>What came of the tests in some documents.</summary>
/// <param name="Tests">In the order of the documents.</param>
public sealed record TestsReport(int Passed, int Failed, IReadOnlyList<RanTest> Tests)
{
    public static TestsReport Of(TestReport report) => new(report.Results.Length - report.Failed, report.Failed, [.. report.Results.Select(RanTest.Of)]);
}

/// <param name="Journey">Those that the test names, with commas between.</param>
/// <param name="Line">Where it is written, from 1.</param>
/// <param name="Story">What led there, event by event; empty where it passed.</param>
public sealed record RanTest(string Name, string Journey, string File, int Line, bool Passed, IReadOnlyList<FailedExpectation> Failures, IReadOnlyList<string> Story)
{
    public static RanTest Of(TestResult result) => new(
        result.Test.Name, string.Join(", ", result.Test.Journeys), result.Test.At.File, result.Test.At.Line, result.Passed,
        [.. result.Failures.Select(failure => new FailedExpectation(failure.At.Line, failure.Expected, failure.Got))], result.Story);
}

/// <param name="Got">A line for each thing that was there instead.</param>
public sealed record FailedExpectation(int Line, string Expected, IReadOnlyList<string> Got);

/// <summary>Runs the tests in documents, in virtual time: nothing is published, recorded or sent.</summary>
internal sealed class TestEndpoint(JourneyServices services, IngestLimits limits) : IDisposable
{
    private static readonly TextParameter File = new("file", "What to call the body in the places of faults.");

    // Tests are work for a whole processor: one request at a time leaves the rest to the events.
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Publisher _publisher = new(services.Log, services.State, services.Time);

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/tests", RunAsync)
        .Accepting(File)
        .WithTags("Journeys")
        .WithSummary("Run the tests in documents, and publish nothing")
        .WithDescription("The body is that of publishing. Segments, workspace and journeys that are published and not among the documents are there too. "
            + "With an error in any document the answer is 422, with every fault and its place.")
        .WithMetadata(new DescribedBody("YAML documents with tests; or as JSON several files: {\"files\":[{\"file\":\"NAME\",\"text\":\"…\"}]}.",
            "application/yaml", "text/plain", PublishBody.Json))
        .Produces<TestsReport>()
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    public void Dispose() => _one.Dispose();

    private async Task<IResult> RunAsync(HttpContext context, CancellationToken cancellation)
    {
        var body = await PublishBody.ReadAsync(context, File.Of(context.Request), limits.RequestBytesMax);
        if (body.Answer is { } answer)
        {
            return answer;
        }

        var published = await _publisher.ReadAsync(cancellation);
        var sent = DocumentParser.Parse(body.Files, new() { Published = published.History.Latest });
        if (sent.HasErrors)
        {
            return DocumentEndpoints.Faulty(sent.Faults, "No test was run");
        }

        var documents = DocumentParser.Parse([.. body.Files, .. Missing(sent, published)]);
        if (documents.HasErrors)
        {
            return DocumentEndpoints.Faulty(documents.Faults, "No test was run");
        }

        await _one.WaitAsync(cancellation);
        try
        {
            return Results.Ok(TestsReport.Of(await Task.Run(() => new JourneyTests(documents, TimeProvider.System).Run(cancellation: cancellation), cancellation)));
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>What is published and not sent along: a journey may ask for a segment, and a test for another journey.</summary>
    private static IEnumerable<(string File, ReadOnlyMemory<byte> Utf8)> Missing(DocumentSet sent, Publications published)
    {
        var names = sent.Documents.Select(document => (document.Kind, document.Name)).ToHashSet();
        var hasWorkspace = sent.Documents.Any(document => document.Kind == "workspace");
        return published.Documents.Values
            .Where(document => document.Status != JourneyStatus.Retired && !names.Contains((document.Kind, document.Name)) && !(hasWorkspace && document.Kind == "workspace"))
            .Select(document => ($"{document.Name} (published)", (ReadOnlyMemory<byte>)System.Text.Encoding.UTF8.GetBytes(document.Latest.Text)));
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Journey.Host.Cli.Commands;
using Journey.Domain.Identity;
using Journey.Host.Http.Documents;
using Journey.Host.Http.Queries;
using Journey.Host.Identities;
using Journey.Host.Publishing;

namespace Journey.Host.Cli;

/// <summary>Publishes through a running server, for the command line.</summary>
internal sealed class RemotePublisher(string server, Terminal terminal) : IDisposable
{
    private readonly HttpClient _client = new() { BaseAddress = new Uri(server.EndsWith('/') ? server : server + "/") };

    public Task<PublishReport> PlanAsync(IReadOnlyList<(string File, ReadOnlyMemory<byte> Utf8)> files, CancellationToken cancellation) =>
        PostAsync<PublishReport>("v1/journeys?dryRun=true", Body(files), cancellation);

    /// <param name="basis">Of the plan that is to be carried out, and no other.</param>
    public Task<PublishReport> ApplyAsync(IReadOnlyList<(string File, ReadOnlyMemory<byte> Utf8)> files, long basis, CancellationToken cancellation) =>
        PostAsync<PublishReport>($"v1/journeys?basis={basis}", Body(files), cancellation);

    /// <param name="verb">pause, resume or retire.</param>
    public Task<StatusReport> ChangeAsync(string name, string verb, CancellationToken cancellation) =>
        PostAsync<StatusReport>($"v1/journeys/{Uri.EscapeDataString(name)}/{verb}", null, cancellation);

    public Task<UnmergeReport> UnmergeAsync(UnmergeRequest request, bool dryRun, CancellationToken cancellation)
    {
        var isId = CustomerId.IsWellFormed(request.Of);
        var body = JsonContent.Create(new { customer = isId ? request.Of : null, identifier = isId ? null : request.Of, with = request.With });
        return PostAsync<UnmergeReport>($"v1/customers/{Uri.EscapeDataString(request.Customer)}/unmerge?dryRun={(dryRun ? "true" : "false")}", body, cancellation);
    }

    public void Dispose() => _client.Dispose();

    private static JsonContent Body(IReadOnlyList<(string File, ReadOnlyMemory<byte> Utf8)> files) =>
        JsonContent.Create(new SentDocuments([.. files.Select(file => new SentFile(file.File, Text(file.File, file.Utf8.Span)))]));

    private static string Text(string file, ReadOnlySpan<byte> utf8) =>
        Utf8.IsValid(utf8) ? Encoding.UTF8.GetString(utf8) : throw new CommandException($"{file} is not valid UTF-8.", hint: "journey validate shows where.");

    private async Task<T> PostAsync<T>(string path, HttpContent? body, CancellationToken cancellation)
    {
        try
        {
            using var response = await _client.PostAsync(path, body, cancellation);
            return response.IsSuccessStatusCode
                ? await response.Content.ReadFromJsonAsync<T>(cancellation) ?? throw Strange(response.StatusCode)
                : throw Refusal(response.StatusCode, await ProblemAsync(response, cancellation));
        }
        catch (HttpRequestException unreachable)
        {
            throw new CommandException($"{server} does not answer: {unreachable.Message}", hint: "`journey serve` says which address it listens on.");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new CommandException($"{server} did not answer within {_client.Timeout.TotalSeconds:N0} seconds.", hint: "Look at its versions before trying again: it may have done it.");
        }
        catch (JsonException)
        {
            throw Strange(HttpStatusCode.OK);
        }
    }

    private static async Task<Problem?> ProblemAsync(HttpResponseMessage response, CancellationToken cancellation) =>
        response.Content.Headers.ContentType?.MediaType == Http.Problems.ContentType ? await response.Content.ReadFromJsonAsync<Problem>(cancellation) : null;

    private CommandException Refusal(HttpStatusCode status, Problem? problem)
    {
        if (problem is { Faults: { } faults })
        {
            DocumentReading.WriteErrors(terminal, faults.Select(fault => fault.ToFault()));
            return PublishCommand.NotPublished();
        }

        return problem is null ? Strange(status) : new CommandException(problem.Detail is { Length: > 0 } detail ? detail : $"{server} answered: {problem.Title}");
    }

    private CommandException Strange(HttpStatusCode status) =>
        new($"{server} answered {(int)status}, and not as a Journey server does.", hint: "Check the address: `journey serve` says where it listens.");

    private sealed record Problem(string? Title, string? Detail, IReadOnlyList<FaultReport>? Faults);
}

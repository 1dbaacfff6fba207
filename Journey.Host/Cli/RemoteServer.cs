using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Journey.Host.Cli;

/// <summary>A running server, asked over HTTP by a command.</summary>
internal sealed class RemoteServer(string server) : IDisposable
{
    private readonly HttpClient _client = new() { BaseAddress = new Uri(server.EndsWith('/') ? server : server + "/") };

    public Task<T> GetAsync<T>(string path, CancellationToken cancellation) => AskAsync<T>(() => _client.GetAsync(path, cancellation), cancellation);

    public Task<T> PostAsync<T>(string path, object? body, CancellationToken cancellation) =>
        AskAsync<T>(() => _client.PostAsync(path, body is null ? null : JsonContent.Create(body), cancellation), cancellation);

    public void Dispose() => _client.Dispose();

    private async Task<T> AskAsync<T>(Func<Task<HttpResponseMessage>> ask, CancellationToken cancellation)
    {
        try
        {
            using var response = await ask();
            if (response.IsSuccessStatusCode)
            {
                return await response.Content.ReadFromJsonAsync<T>(cancellation) ?? throw Strange(response.StatusCode);
            }

            var problem = response.Content.Headers.ContentType?.MediaType == Http.Problems.ContentType
                ? await response.Content.ReadFromJsonAsync<Problem>(cancellation)
                : null;
            throw problem is null ? Strange(response.StatusCode) : new CommandException(problem.Detail is { Length: > 0 } detail ? detail : $"{server} answered: {problem.Title}");
        }
        catch (HttpRequestException unreachable)
        {
            throw new CommandException($"{server} does not answer: {unreachable.Message}", hint: "`journey serve` says which address it listens on.");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new CommandException($"{server} did not answer within {_client.Timeout.TotalSeconds:N0} seconds.");
        }
        catch (JsonException)
        {
            throw Strange(HttpStatusCode.OK);
        }
    }

    private CommandException Strange(HttpStatusCode status) =>
        new($"{server} answered {(int)status}, and not as a Journey server does.", hint: "Check the address: `journey serve` says where it listens.");

    private sealed record Problem(string? Title, string? Detail);
}

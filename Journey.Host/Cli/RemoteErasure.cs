using System.Net;
using System.Net.Http.Json;
using Journey.Host.Cli.Commands;
using Journey.Host.Http.Personal;

namespace Journey.Host.Cli;

/// <summary>Erases through a running server, for the command line.</summary>
internal sealed class RemoteErasure(string server) : IDisposable
{
    private readonly HttpClient _client = new() { BaseAddress = new Uri(server.EndsWith('/') ? server : server + "/") };

    public Task<ErasureReport> PlanAsync(string address, CancellationToken cancellation) => PostAsync(address, "erase?dryRun=true", null, cancellation);

    public Task<ErasureReport> EraseAsync(string customer, string? reason, bool together, CancellationToken cancellation) =>
        PostAsync(customer, "erase", new EraseRequest(customer, reason, together), cancellation);

    public void Dispose() => _client.Dispose();

    private async Task<ErasureReport> PostAsync(string address, string path, EraseRequest? body, CancellationToken cancellation)
    {
        try
        {
            using var response = await _client.PostAsync(
                $"v1/customers/{Uri.EscapeDataString(address)}/{path}", body is null ? null : JsonContent.Create(body), cancellation);
            if (response.StatusCode == HttpStatusCode.NotFound)
            {
                throw EraseCommand.Unknown(address);
            }

            return response.IsSuccessStatusCode && await response.Content.ReadFromJsonAsync<ErasureReport>(cancellation) is { } report
                ? report
                : throw new CommandException($"{server} answered {(int)response.StatusCode}. Nothing may have been erased: run the command again.");
        }
        catch (HttpRequestException unreachable)
        {
            throw new CommandException($"{server} does not answer: {unreachable.Message}", hint: "`journey serve` says which address it listens on.");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new CommandException($"{server} did not answer in time.", hint: "Run the command again: what is left to do is done then.");
        }
    }
}

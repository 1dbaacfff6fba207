using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Journey.Domain.Events;
using Journey.Tests.Host.Http;

namespace Journey.Tests.Clients;

/// <summary>The real Segment client for Node, over a connection that fails in every way: nothing is lost, nothing is recorded twice.</summary>
[CancelAfter(400_000)]
public sealed class SegmentNodeClientTests
{
    private const int Events = 20_000;

    private static readonly string Folder = Path.Combine(Path.GetDirectoryName(ThisFile())!, "segment-node");

    [OneTimeSetUp]
    public async Task Install()
    {
        var installed = new FileInfo(Path.Combine(Folder, "node_modules", ".package-lock.json"));
        if (!installed.Exists || installed.LastWriteTimeUtc < File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json")))
        {
            await RunAsync("npm", ["ci", "--no-audit", "--no-fund"], default);
        }
    }

    [Test]
    public async Task Twenty_thousand_events_over_a_bad_network_are_each_recorded_once(CancellationToken cancellation)
    {
        await using var server = await ServerUnderTest.StartAsync(before: async store => await store.WriteKeys.AddAsync("node-client-key", "node-shop"));
        var report = JsonSerializer.Deserialize<JsonElement>(await RunAsync("node", ["send.mjs", server.Address.ToString(), $"{Events}"], cancellation));
        var recorded = (await server.RecordedAsync()).Where(it => it.Kind == EventKind.Interaction).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(report.GetProperty("errors").GetInt32(), Is.EqualTo(0), report.GetRawText());
            Assert.That(report.GetProperty("faults").EnumerateObject().Select(fault => fault.Value.GetInt32()), Is.All.GreaterThan(0), "Every kind of failure happened.");
            Assert.That(report.GetProperty("repeated").GetInt32(), Is.EqualTo(Events / 20));
            Assert.That(recorded.Select(it => it.Id).Order(StringComparer.Ordinal),
                Is.EqualTo(Enumerable.Range(0, Events).Select(i => $"node-{i}").Order(StringComparer.Ordinal)));
            Assert.That(recorded.Select(it => it.Source).Distinct(), Is.EqualTo(new[] { "node-shop" }));
        });
    }

    /// <returns>What it printed.</returns>
    private static async Task<string> RunAsync(string program, string[] arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var errors = process.StandardError.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            Assert.That(process.ExitCode, Is.EqualTo(0), $"{program} {string.Join(' ', arguments)}\n{await output}\n{await errors}");
            return await output;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}

using System.Diagnostics;

namespace Journey.Tests.Host.Http.Pages;

/// <summary>The dashboard's types are generated from the API's description: a change of one that the other doesn't know does not pass.</summary>
public sealed class DashboardTypesTests
{
    private static readonly string Dashboard = Path.Combine(Approved.Repository, "Journey.Host/Dashboard");

    [Test]
    public async Task The_types_are_those_of_the_api()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var folder = Directory.CreateTempSubdirectory("journey-types-").FullName;
        var (document, types) = (Path.Combine(folder, "openapi.json"), Path.Combine(folder, "schema.d.ts"));
        await File.WriteAllTextAsync(document, await server.Client.GetStringAsync("/openapi/v1.json"));
        using var generator = Process.Start(new ProcessStartInfo("node", [Path.Combine(Dashboard, "node_modules/openapi-typescript/bin/cli.js"), document, "-o", types])
        {
            WorkingDirectory = Dashboard,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var said = await generator.StandardOutput.ReadToEndAsync() + await generator.StandardError.ReadToEndAsync();
        await generator.WaitForExitAsync();
        Assert.That(generator.ExitCode, Is.Zero, said);
        Approved.MatchesFile(await File.ReadAllTextAsync(types), Path.Combine(Dashboard, "src/api/schema.d.ts"));
        Directory.Delete(folder, recursive: true);
    }
}

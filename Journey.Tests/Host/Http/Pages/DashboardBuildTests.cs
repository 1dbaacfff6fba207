using System.Diagnostics;

namespace Journey.Tests.Host.Http.Pages;

/// <summary>What the build does where there is no Node, or an old one: it says so and goes on.</summary>
public sealed class DashboardBuildTests
{
    [Platform(Exclude = "Win", Reason = "The stand-in for Node is a shell script.")]
    [TestCase(null, "there is no Node with npm here")]
    [TestCase("v18.20.4", "Node v18.20.4 is too old")]
    [TestCase("v20.0.0", null)]
    public async Task Without_a_Node_that_can_build_it_the_build_says_so_and_goes_on(string? node, string? says)
    {
        var folder = Directory.CreateTempSubdirectory("journey-node-");
        foreach (var (name, answer) in new[] { ("node", node), ("npm", node is null ? null : "10.0.0") })
        {
            // A name that is found and fails hides a real one behind it.
            var script = Path.Combine(folder.FullName, name);
            await File.WriteAllTextAsync(script, answer is null ? "#!/bin/sh\nexit 127\n" : $"#!/bin/sh\necho {answer}\n");
            await Executable(script);
        }

        var project = Path.Combine(Approved.Repository, "Journey.Host/Journey.Host.csproj");
        var start = new ProcessStartInfo("dotnet", ["msbuild", project, "-t:FindNode", "-nologo", "-v:minimal", "-nodeReuse:false"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{folder.FullName}:{Environment.GetEnvironmentVariable("PATH")}";
        using var build = Process.Start(start)!;
        var said = await build.StandardOutput.ReadToEndAsync() + await build.StandardError.ReadToEndAsync();
        await build.WaitForExitAsync();
        folder.Delete(recursive: true);
        Assert.Multiple(() =>
        {
            Assert.That(build.ExitCode, Is.Zero, said);
            Assert.That(said, says is null ? Does.Not.Contain("not built") : Does.Contain($"The dashboard is not built: {says}; it needs Node 20 or newer."));
        });
    }

    private static Task Executable(string script) => Process.Start("chmod", ["+x", script]).WaitForExitAsync();
}

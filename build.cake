// dotnet tool restore && dotnet cake                 builds and runs every test
// dotnet cake --filter=FullyQualifiedName~Import     runs some of them
// dotnet cake --target=Build|Bench|Crash|Fuzz|Format

using System.Xml.Linq;

var target = Argument("target", "Test");
var filter = Argument("filter", "");

// One configuration for building and testing, so that nothing is built twice.
const string Configuration = "Release";
const string Solution = "Journey.slnx";
const string Tests = "Journey.Tests/Journey.Tests.csproj";

// Set by whichever target ran tests; said last of all, below.
(int Passed, int Failed, bool Bad)? outcome = null;

Task("Build")
    .Description("Builds the solution; warnings are errors.")
    .Does(() => DotNetBuild(Solution, new DotNetBuildSettings { Configuration = Configuration, NoLogo = true, Verbosity = DotNetVerbosity.Minimal }));

Task("Requirements")
    .Description("Installs what the tests need and a clean machine lacks: as root only, and only what is missing.")
    .Does(() =>
{
    var project = System.IO.File.ReadAllText(Tests);
    Require(project.Contains("Microsoft.Playwright"), "chromium", new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" });
    Require(GetFiles("Journey.Tests/**/*Postgres*.cs").Count > 0, "postgresql", GetDirectories("/usr/lib/postgresql/*/bin").Select(folder => $"{folder}/postgres").ToArray());
    Require(GetFiles("Journey.Tests/**/PgBouncer*.cs").Count > 0, "pgbouncer", new[] { "/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer" });

    foreach (var package in GetFiles("Journey.Tests/**/package-lock.json").Where(file => !file.FullPath.Contains("/node_modules/") && !file.FullPath.Contains("/bin/")))
    {
        Require(true, "npm", new[] { "/usr/bin/npm", "/usr/local/bin/npm" });
        if (!FileExists($"{package.GetDirectory()}/node_modules/.package-lock.json"))
        {
            Run("npm", "ci --no-audit --no-fund", package.GetDirectory().FullPath);
        }
    }
});

Task("Test")
    .Description("Builds, then runs every test but the long crash rounds.")
    .IsDependentOn("Build")
    .IsDependentOn("Requirements")
    .Does(() => RunTests(filter, new Dictionary<string, string>()));

Task("Crash")
    .Description("Kills the server at random moments under load, 200 times.")
    .IsDependentOn("Build")
    .Does(() => RunTests("TestCategory=Crash", new Dictionary<string, string> { ["CRASH_ROUNDS"] = "200" }));

Task("Fuzz")
    .Description("Tries inputs of every kind on parser, rules and conditions, --seconds=60 of each; a failure names its seed.")
    .IsDependentOn("Build")
    .Does(() => RunTests("TestCategory=Fuzz", new Dictionary<string, string> { ["FUZZ_SECONDS"] = Argument("seconds", "60") }));

Task("Bench")
    .Description("Measures, and prints the tables of docs/performance.md. --names=a,b measures some.")
    .IsDependentOn("Build")
    .Does(() => Run("dotnet", $"run --no-build -c {Configuration} --project Journey.Tests -- bench {Argument("names", "").Replace(',', ' ')}"));

Task("Format")
    .Description("Brings the code into the house's format.")
    .Does(() => Run("dotnet", $"format {Solution} --no-restore"));

void RunTests(string only, Dictionary<string, string> variables)
{
    var results = MakeAbsolute(Directory("artifacts/tests"));
    EnsureDirectoryExists(results);
    CleanDirectory(results);
    var arguments = new ProcessArgumentBuilder()
        .Append("test").AppendQuoted(Tests)
        .Append("--no-build").Append("-c").Append(Configuration)
        .Append("--nologo")
        .Append("--logger").AppendQuoted("trx;LogFileName=tests.trx")
        .Append("--logger").AppendQuoted("console;verbosity=minimal")
        .Append("--results-directory").AppendQuoted(results.FullPath)
        .Append("--blame-hang-timeout").Append("20m").Append("--blame-hang-dump-type").Append("none");
    if (only.Length > 0)
    {
        arguments.Append("--filter").AppendQuoted(only);
    }

    var code = StartProcess("dotnet", new ProcessSettings { Arguments = arguments, EnvironmentVariables = variables });
    var (passed, failed) = Count($"{results.FullPath}/tests.trx");
    outcome = (passed, failed, code != 0 || failed > 0 || passed == 0);
}

(int Passed, int Failed) Count(string trx)
{
    if (!FileExists(trx))
    {
        return (0, 0);
    }

    XNamespace schema = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";
    var counters = XDocument.Load(trx).Descendants(schema + "Counters").Single();
    int Counter(string name) => (int?)counters.Attribute(name) ?? 0;
    return (Counter("passed"), Counter("failed") + Counter("error") + Counter("timeout") + Counter("aborted"));
}

void Require(bool isNeeded, string package, IEnumerable<string> places)
{
    if (!isNeeded || places.Any(place => FileExists(place)))
    {
        return;
    }

    if (Environment.UserName != "root")
    {
        Warning($"The tests need {package}, which is not installed; only root can install it.");
        return;
    }

    Run("apt-get", "update -q");
    Run("apt-get", $"install -y -q --no-install-recommends {package}");
}

void Run(string program, string arguments, string folder = ".")
{
    var code = StartProcess(program, new ProcessSettings { Arguments = arguments, WorkingDirectory = folder });
    if (code != 0)
    {
        throw new CakeException($"{program} {arguments} ended with exit code {code}.");
    }
}

RunTarget(target);

if (outcome is { } tests)
{
    Console.WriteLine($"{tests.Passed} passed, {tests.Failed} failed");
    if (tests.Bad)
    {
        Environment.Exit(1);
    }
}

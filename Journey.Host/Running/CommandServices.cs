using Journey.Domain.Language;
using Journey.Domain.Language.Publishing;
using Journey.Domain.EventLog;
using Journey.Host.Cli;
using Journey.Host.Demo;
using Journey.Host.Dispatch;
using Journey.Host.Http;
using Journey.Host.Stores;
using Journey.Host.Stores.Postgres;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Journey.Host.Running;

/// <summary>Joins the parts for each command: the composition root.</summary>
public sealed class CommandServices : ICommandServices
{
    public Task<IOpenStore> OpenAsync(StoreLocation store, StoreAccess access, CancellationToken cancellation) =>
        Task.Run<IOpenStore>(() => new OpenStore(StoreOpening.Open(store, access), TimeProvider.System), cancellation);

    public async Task<CopyReport> CopyAsync(StoreLocation from, StoreLocation to, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        await using var source = StoreOpening.Open(from, StoreAccess.Read);
        await using var target = StoreOpening.Open(to, StoreAccess.CreateIfMissing);
        return await new StoreCopy(source, target, TimeProvider.System).RunAsync(progress, cancellation);
    }

    public Task<MigrationReport> MigrateAsync(StoreLocation store, bool isDry, CancellationToken cancellation) => store is StoreLocation.Postgres { Address: var address }
        ? Task.Run(() => PostgresStore.Migrate(address, isDry), cancellation)
        : throw new CommandException($"{store}: a SQLite store needs no migration: it is brought up to a version by the first command that writes to it.", ExitCodes.Usage);

    public async Task ServeAsync(ServeOptions options, Terminal terminal, CancellationToken cancellation)
    {
        using var logging = Logging();
        await using var store = StoreOpening.Open(options.Store, StoreAccess.CreateIfMissing);
        await OwnDocuments.PublishAsync(store, store, options.Documents, TimeProvider.System, terminal, cancellation);
        await using var runtime = await JourneyRuntime.StartAsync(
            store,
            new RuntimeOptions
            {
                Dispatch = DeliverySettings.Channels(options.Channels),
                Templates = DeliverySettings.Templates(options.Templates),
                Console = terminal.Out,
                Logging = logging,
            },
            cancellation);
        await using var server = await StartServerAsync(runtime, options.Urls, cancellation);
        runtime.ListensAt(server.Urls.First());
        foreach (var url in server.Urls)
        {
            terminal.Out.WriteLine($"listening on {url}");
        }

        await WaitAsync(runtime, cancellation);
        await server.StopAsync(CancellationToken.None);
    }

    public async Task DemoAsync(DemoOptions options, Terminal terminal, CancellationToken cancellation)
    {
        await using var store = StoreOpening.Open(options.Store, StoreAccess.CreateIfMissing);
        var clock = new AcceleratedClock(await DemoRun.ResumeAtAsync(store, cancellation), options.Speed);
        await OwnDocuments.PublishAsync(store, store, Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Samples"), "*.yaml"), clock, terminal, cancellation);
        await using var runtime = await JourneyRuntime.StartAsync(store, new RuntimeOptions { Clock = clock }, cancellation);
        await using var server = await StartServerAsync(runtime, [options.Url], cancellation);
        terminal.Out.WriteLine($"listening on {server.Urls.First()}");
        await new DemoRun(runtime, options with { Url = server.Urls.First() }, clock, terminal).RunAsync(cancellation);
        await server.StopAsync(CancellationToken.None);
    }

    /// <summary>Until stopped; a part that fails ends it with its own reason.</summary>
    private static async Task WaitAsync(JourneyRuntime runtime, CancellationToken cancellation)
    {
        var stopped = new TaskCompletionSource();
        await using var registration = cancellation.Register(() => stopped.TrySetResult());
        await await Task.WhenAny(stopped.Task, runtime.Running);
    }

    private static async Task<WebApplication> StartServerAsync(JourneyRuntime runtime, IReadOnlyList<string> urls, CancellationToken cancellation)
    {
        var server = JourneyServer.Build(new ServerOptions { Urls = urls, Logging = Configure }, runtime.Services());
        try
        {
            await server.StartAsync(cancellation);
            return server;
        }
        catch (IOException error)
        {
            await server.DisposeAsync();
            throw new CommandException($"Cannot listen on {string.Join(", ", urls)}: {error.Message}", hint: "Is another server running? --url names another address.");
        }
    }

    private static ILoggerFactory Logging() => LoggerFactory.Create(Configure);

    /// <summary>To standard error, one line each: standard output is for results.</summary>
    private static void Configure(ILoggingBuilder logging) => logging
        .SetMinimumLevel(LogLevel.Information)
        .AddFilter("Microsoft", LogLevel.Warning)
        .AddSimpleConsole(console => console.SingleLine = true)
        .Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
}

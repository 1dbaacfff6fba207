using Journey.Host.Ingestion;
using Microsoft.Extensions.Logging;

namespace Journey.Host.Http;

/// <summary>Where the server listens, and what it takes.</summary>
public sealed record ServerOptions
{
    /// <summary>Gets the addresses to listen on; port 0 takes a free one.</summary>
    /// <value>The default is http://127.0.0.1:8080: this machine only.</value>
    public IReadOnlyList<string> Urls { get; init; } = ["http://127.0.0.1:8080"];

    public IngestLimits Limits { get; init; } = new();

    /// <summary>Gets how many clients may follow <c>/v1/live</c> at once; more are answered 429.</summary>
    /// <value>The default value is 100.</value>
    public int LiveClientsMax { get; init; } = 100;

    /// <summary>Gets what to log with; null: nothing is logged.</summary>
    public Action<ILoggingBuilder>? Logging { get; init; }

    /// <summary>Gets the dashboard's files; null: those beside the program.</summary>
    internal Pages.DashboardFiles? Dashboard { get; init; }

    /// <summary>Every address is this machine's own, so that nobody else can reach the server.</summary>
    public bool IsLoopbackOnly => Urls.All(url => LoopbackHost.IsLoopback(LoopbackHost.HostOf(url)));
}

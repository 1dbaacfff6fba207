using Journey.Host.Backtests;
using Journey.Host.Http.Backtests;
using Journey.Host.Http.Documents;
using Journey.Host.Http.Ingest;
using Journey.Host.Http.Live;
using Journey.Host.Http.OpenApi;
using Journey.Host.Http.Operations;
using Journey.Host.Http.Personal;
using Journey.Host.Http.Pages;
using Journey.Host.Http.Queries;
using Journey.Host.Ingestion;
using Journey.Host.Maps;
using Journey.Host.Metrics;
using Journey.Host.Scans;
using Journey.Host.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Journey.Host.Http;

/// <summary>The HTTP server: ingestion, queries, live feed, dashboard.</summary>
public static class JourneyServer
{
    /// <summary>Room for what a compressed or wrapped body has beyond its content: its real limit is on what it holds.</summary>
    private const int EnvelopeBytes = 64 << 10;

    /// <summary>Builds the server; the caller starts it, and disposes of it after stopping it.</summary>
    /// <remarks>The services are the caller's: the server disposes of none of them.</remarks>
    public static WebApplication Build(ServerOptions options, JourneyServices services)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "journey" });
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().UseUrls([.. options.Urls]).ConfigureKestrel(kestrel => Limit(kestrel, options.Limits));
        options.Logging?.Invoke(builder.Logging);
        builder.Services.AddRouting().AddProblemDetails().AddJourneyOpenApi();
        AddParts(builder.Services, options, services);

        var app = builder.Build();
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            StatusCodeSelector = exception => exception switch
            {
                StoreBusyException => StatusCodes.Status429TooManyRequests,
                StoreException => StatusCodes.Status503ServiceUnavailable,
                Microsoft.AspNetCore.Http.BadHttpRequestException bad => bad.StatusCode,
                _ => StatusCodes.Status500InternalServerError,
            },
        });
        app.UseStatusCodePages();
        app.UseRouting();
        app.Use(new OriginGuard(options.IsLoopbackOnly).InvokeAsync);
        MapAll(app, options, services);
        app.Lifetime.ApplicationStarted.Register(() => _ = SayWhoMaySendAsync(app, options));
        return app;
    }

    private static void AddParts(IServiceCollection parts, ServerOptions options, JourneyServices services)
    {
        parts.AddSingleton(services);
        parts.AddSingleton(options.Limits);
        parts.AddSingleton(provider => new Intake(services.Ingest, options.Limits, services.Metrics, TimeProvider.System, provider.GetRequiredService<ILogger<Intake>>()));
        parts.AddSingleton(new SenderKeys(services.WriteKeys, options.IsLoopbackOnly, TimeProvider.System));
        parts.AddSingleton(provider => new Pulse(services.Log, TimeProvider.System, provider.GetRequiredService<ILogger<Pulse>>()));
        parts.AddHostedService(provider => provider.GetRequiredService<Pulse>());
        if (services.Backtest is { } backtest)
        {
            parts.AddSingleton(provider => new BacktestJobs(backtest, services.Time, TimeProvider.System, provider.GetRequiredService<ILogger<BacktestJobs>>()));
        }

        parts.AddSingleton(_ => new MapReader(services.Log, services.State, ScanLimits.Default, TimeProvider.System));
        parts.AddSingleton<Readiness>();
        parts.AddSingleton<OverviewReader>();
        parts.AddSingleton(_ => new MetricsReader(services.Metrics.Meter));
        parts.AddSingleton(provider => new ServerGauges(
            services.Metrics.Meter, provider.GetRequiredService<Intake>(), options.Limits, provider.GetRequiredService<Pulse>()));
    }

    private static void MapAll(WebApplication app, ServerOptions options, JourneyServices services)
    {
        var intake = app.Services.GetRequiredService<Intake>();
        var keys = app.Services.GetRequiredService<SenderKeys>();
        var overviews = app.Services.GetRequiredService<OverviewReader>();
        var pulse = app.Services.GetRequiredService<Pulse>();
        var asOf = new AsOf(services);

        new SegmentEndpoints(intake, services.Ingest, keys, options.Limits, services.Metrics, services.Time).Map(app);
        new CloudEventEndpoint(intake, keys, options.Limits, services.Metrics, services.Time).Map(app);
        new CustomerEndpoints(services, asOf).Map(app);
        new CustomerPartEndpoints(services, asOf).Map(app);
        new PersonalEndpoints(services).Map(app);
        new IdentityEndpoints(services).Map(app);
        new SessionEndpoints(services).Map(app);
        new WhyEndpoint(services, asOf).Map(app);
        new CartEndpoints(asOf).Map(app);
        new RunEndpoints(asOf).Map(app);
        new MapEndpoint(app.Services.GetRequiredService<MapReader>()).Map(app);
        new SegmentQueryEndpoints(services, asOf, options.Limits).Map(app);
        new FunnelEndpoints(services, app.Services.GetRequiredService<MapReader>(), options.Limits).Map(app);
        new JourneyEndpoints(services).Map(app);
        new DocumentEndpoints(services, options.Limits).Map(app);
        if (app.Services.GetService<BacktestJobs>() is { } backtests)
        {
            new BacktestEndpoints(services, backtests, options.Limits, app.Lifetime).Map(app);
        }

        new TestEndpoint(services, options.Limits).Map(app);
        SchemaEndpoint.Map(app);
        new DeliveryEndpoints(services).Map(app);
        new ResultEndpoints(services).Map(app);
        new AttributionEndpoint(services).Map(app);
        new ProjectionEndpoints(services).Map(app);
        new RebuildEndpoints(services).Map(app);
        new HostEndpoints(services).Map(app);
        new PoisonEndpoints(services).Map(app);
        new LiveEndpoints(services, overviews, pulse, options.LiveClientsMax, app.Lifetime).Map(app);
        new OperationEndpoints(services, app.Services.GetRequiredService<Readiness>(), app.Services.GetRequiredService<ServerGauges>(),
            app.Services.GetRequiredService<MetricsReader>()).Map(app);
        new DashboardPages(options.Dashboard ?? DashboardFiles.Beside(AppContext.BaseDirectory)).Map(app);
        app.MapOpenApi(OpenApiDocumentSetup.Route);
    }

    private static void Limit(KestrelServerOptions kestrel, IngestLimits limits)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = limits.RequestBytesMax + EnvelopeBytes;
        kestrel.Limits.MaxConcurrentConnections = 10_000;
    }

    private static async Task SayWhoMaySendAsync(WebApplication app, ServerOptions options)
    {
        try
        {
            if (await app.Services.GetRequiredService<SenderKeys>().IsOpenAsync())
            {
                app.Logger.LogWarning("No write keys are defined: any write key is taken, since only this machine can send. Add one with: journey keys add NAME");
            }
            else if (!options.IsLoopbackOnly)
            {
                app.Logger.LogInformation("Events are taken with a write key only. Add one with: journey keys add NAME");
            }
        }
        catch (StoreException exception)
        {
            app.Logger.LogError(exception, "The write keys can't be read.");
        }
    }
}

using Journey.Domain.Time;
using Journey.Host.Http.Operations;
using Journey.Host.Http.Parameters;
using Journey.Host.Running;
using Journey.Host.Running.Rebuilding;
using Journey.Host.Stores;
using Journey.Projections.ReadModels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Journey.Host.Http.Queries;

/// <param name="Head">Global position of the log's end.</param>
/// <param name="Rebuilds">The latest, the newest first.</param>
public sealed record ProjectionsReport(long Head, IReadOnlyList<ConsumerReport> Consumers, IReadOnlyList<ReadModelReport> ReadModels, IReadOnlyList<RebuildReport> Rebuilds);

/// <param name="Partition">Null: all partitions as one.</param>
/// <param name="Lag">Events between its position and the log's true end.</param>
/// <param name="Rate">Events per second that it took lately; null: not measured.</param>
/// <param name="Generation">Number of the last rebuild of everything that it writes on; 0: none yet, null: it writes no read models.</param>
public sealed record ConsumerReport(string Name, int? Partition, string Checkpoint, long Position, long Lag, double? Rate, int? Generation, ConsumerFaultReport? Fault);

public sealed record ConsumerFaultReport(long Position, string EventName, string Reason, string At);

/// <param name="Generation">Number of the last rebuild that made the table; 0: none has yet.</param>
public sealed record ReadModelReport(string Table, string Projection, string Description, int Generation, IReadOnlyList<ReadModelColumn> Columns);

public sealed record ReadModelColumn(string Name, string Type, string Description, bool Personal);

internal sealed class ProjectionEndpoints(JourneyServices services)
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/projections", ReportAsync)
            .Accepting()
            .WithTags("Operations")
            .WithSummary("Consumers of the log with checkpoint, lag, rate and fault; read models with their columns; rebuilds")
            .Produces<ProjectionsReport>();

    internal static IReadOnlyList<ConsumerReport> Consumers(JourneyServices services, long head, IReadOnlyList<RebuildStatus>? rebuilds = null) =>
    [
        .. services.Consumers().Select(consumer => new ConsumerReport(
            consumer.Name, consumer.Partition, consumer.Checkpoint.ToString(), consumer.Position, Math.Max(0, head - consumer.Position),
            consumer.Rate is { } rate ? Math.Round(rate, 1) : null,
            rebuilds is not null && consumer.Name == Processor.Consumer ? GenerationOf(rebuilds, Generation.All) : null,
            consumer.Fault is { } fault ? new ConsumerFaultReport(fault.Position, fault.EventName, fault.Reason, Instants.ToIso(fault.At)) : null)),
    ];

    private async Task<IResult> ReportAsync(HttpContext context, CancellationToken cancellation)
    {
        var head = services.Log.PositionOf(await services.Log.HeadAsync(cancellation));
        IReadOnlyList<RebuildStatus> rebuilds = services.Rebuilder is { } rebuilder ? await rebuilder.ListAsync(cancellation) : [];
        return Results.Ok(new ProjectionsReport(head, Consumers(services, head, rebuilds),
        [
            .. ReadModelTables.All.Select(table => new ReadModelReport(table.Name, table.Projection, table.Description, GenerationOf(rebuilds, table.Projection),
                [.. table.Columns.Select(column => new ReadModelColumn(column.Name, column.Type.ToString().ToLowerInvariant(), column.Description, column.IsPersonal))])),
        ],
        [.. rebuilds.Select(RebuildReport.Of)]));
    }

    private static int GenerationOf(IReadOnlyList<RebuildStatus> rebuilds, string projection) =>
        rebuilds.FirstOrDefault(rebuild => rebuild.State == "swapped" && (rebuild.Name == Generation.All || rebuild.Name == projection))?.Id ?? 0;
}

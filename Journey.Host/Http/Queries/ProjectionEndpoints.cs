using Journey.Domain.Time;
using Journey.Host.Http.Parameters;
using Journey.Projections.ReadModels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Journey.Host.Http.Queries;

/// <param name="Head">Global position of the log's end.</param>
public sealed record ProjectionsReport(long Head, IReadOnlyList<ConsumerReport> Consumers, IReadOnlyList<ReadModelReport> ReadModels);

/// <param name="Partition">Null: all partitions as one.</param>
/// <param name="Lag">Events that it has not seen yet.</param>
public sealed record ConsumerReport(string Name, int? Partition, string Checkpoint, long Position, long Lag, ConsumerFaultReport? Fault);

public sealed record ConsumerFaultReport(long Position, string EventName, string Reason, string At);

public sealed record ReadModelReport(string Table, string Projection, string Description, IReadOnlyList<ReadModelColumn> Columns);

public sealed record ReadModelColumn(string Name, string Type, string Description, bool Personal);

internal sealed class ProjectionEndpoints(JourneyServices services)
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/projections", ReportAsync)
            .Accepting()
            .WithTags("Operations")
            .WithSummary("Consumers of the log with checkpoint, lag and fault; read models with their columns")
            .Produces<ProjectionsReport>();

    internal static IReadOnlyList<ConsumerReport> Consumers(JourneyServices services, long head) =>
    [
        .. services.Consumers().Select(consumer => new ConsumerReport(
            consumer.Name, consumer.Partition, consumer.Checkpoint.ToString(), consumer.Position, Math.Max(0, head - consumer.Position),
            consumer.Fault is { } fault ? new ConsumerFaultReport(fault.Position, fault.EventName, fault.Reason, Instants.ToIso(fault.At)) : null)),
    ];

    private async Task<IResult> ReportAsync(HttpContext context, CancellationToken cancellation)
    {
        var head = services.Log.PositionOf(await services.Log.HeadAsync(cancellation));
        return Results.Ok(new ProjectionsReport(head, Consumers(services, head),
        [
            .. ReadModelTables.All.Select(table => new ReadModelReport(table.Name, table.Projection, table.Description,
                [.. table.Columns.Select(column => new ReadModelColumn(column.Name, column.Type.ToString().ToLowerInvariant(), column.Description, column.IsPersonal))])),
        ]));
    }
}

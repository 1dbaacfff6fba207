using Journey.Domain.Events;

namespace Journey.Host.Export;

/// <summary>Which events an export takes.</summary>
/// <param name="Kinds">Null: every kind.</param>
/// <param name="From">Unix milliseconds; what happened then or later. Null: from the beginning.</param>
/// <param name="To">Unix milliseconds; what happened before then. Null: to the end.</param>
/// <param name="Customer">Our id of the one customer whose events are taken, with those of whoever turned out to be the same; null: everybody.</param>
public sealed record ExportFilter(IReadOnlySet<EventKind>? Kinds = null, long? From = null, long? To = null, string? Customer = null)
{
    public static ExportFilter All { get; } = new();

    public bool Takes(in RecordedEvent recorded) =>
        (Kinds is null || Kinds.Contains(recorded.Kind))
        && (From is not { } from || recorded.OccurredAt >= from)
        && (To is not { } to || recorded.OccurredAt < to);
}

using Journey.Domain.EventLog;

namespace Journey.Host.Http;

/// <summary>How far one consumer of the log has come: the processor, the dispatcher, a projection.</summary>
/// <param name="Partition">0 to 63; null: the consumer reads all partitions as one.</param>
/// <param name="Position">Global position that <paramref name="Checkpoint"/> stands for.</param>
/// <param name="Fault">Null: it goes on.</param>
public sealed record ConsumerStatus(string Name, int? Partition, Checkpoint Checkpoint, long Position, ConsumerFault? Fault = null)
{
    /// <summary>Events per second that it took lately; null: not measured.</summary>
    public double? Rate { get; init; }
}

/// <summary>Why a consumer stands still, and at which event.</summary>
/// <param name="Position">Of the event it can't get past; 0: it isn't an event's fault.</param>
/// <param name="EventName">Empty where it isn't an event's fault.</param>
/// <param name="Reason">No personal data.</param>
/// <param name="At">Unix milliseconds.</param>
public sealed record ConsumerFault(long Position, string EventName, string Reason, long At);

using Journey.Domain.Events;

namespace Journey.Projections.Backtests;

/// <summary>What is recorded of one customer, and of everybody who became one with them, in the order in which a backtest goes through it.</summary>
/// <remarks>Filled again for every family. Payloads belong to whoever filled it, until then.</remarks>
public sealed class FamilyHistory
{
    /// <summary>Positions rise with the order. <see cref="RecordedEvent.ReceivedAt"/> is when the event counts as having arrived.</summary>
    public List<RecordedEvent> Events { get; } = [];

    /// <summary>The streams, the one that names the family first.</summary>
    public List<string> Streams { get; } = [];

    /// <summary>False: the order is another than the log's, and events were numbered anew.</summary>
    public bool IsRecordedOrder { get; set; } = true;

    public void Clear()
    {
        Events.Clear();
        Streams.Clear();
        IsRecordedOrder = true;
    }
}

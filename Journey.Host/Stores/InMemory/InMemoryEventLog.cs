using Journey.Domain.EventLog;

namespace Journey.Host.Stores.InMemory;

/// <summary>A log for tests and virtual time: everything the port promises but durability.</summary>
public sealed class InMemoryEventLog : IEventLog
{
    public ValueTask<IReadOnlyList<AppendResult>> AppendAsync(IReadOnlyList<AppendRequest> requests, CancellationToken cancellation = default) => throw new NotImplementedException();
    public ValueTask<EventPage> ReadAsync(Checkpoint after, int max, CancellationToken cancellation = default) => throw new NotImplementedException();
    public ValueTask<EventPage> ReadStreamAsync(string stream, long afterVersion, int max, CancellationToken cancellation = default) => throw new NotImplementedException();
    public ValueTask<Checkpoint> HeadAsync(CancellationToken cancellation = default) => throw new NotImplementedException();
    public ValueTask WaitAsync(Checkpoint after, CancellationToken cancellation = default) => throw new NotImplementedException();
    public long PositionOf(Checkpoint checkpoint) => throw new NotImplementedException();
}

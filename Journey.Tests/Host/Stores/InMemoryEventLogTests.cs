using Journey.Domain.EventLog;
using Journey.Host.Stores.InMemory;

namespace Journey.Tests.Host.Stores;

public sealed class InMemoryEventLogTests : EventLogContract
{
    protected override IEventLog Create() => new InMemoryEventLog();

    // Its memory is all it has: opening it again is going on with it.
    protected override Task<IEventLog> ReopenAsync(IEventLog log) => Task.FromResult(log);

    protected override Task CloseAsync(IEventLog log) => Task.CompletedTask;
}

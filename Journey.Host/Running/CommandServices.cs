using Journey.Host.Cli;
using Journey.Host.Stores;

namespace Journey.Host.Running;

/// <summary>Stands in until the composition root is there.</summary>
public sealed class CommandServices : ICommandServices
{
    public Task<IOpenStore> OpenAsync(StoreLocation store, StoreAccess access, CancellationToken cancellation) => throw Missing();

    public Task ServeAsync(ServeOptions options, Terminal terminal, CancellationToken cancellation) => throw Missing();

    public Task DemoAsync(DemoOptions options, Terminal terminal, CancellationToken cancellation) => throw Missing();

    private static CommandException Missing() => new("This part is not joined yet.");
}

using Journey.Host.Stores;

namespace Journey.Host.Cli;

/// <summary>A store opened to change its documents: where a server holds it, the answer says how to ask the server.</summary>
internal static class LockedStore
{
    /// <exception cref="CommandException">Another process has it open for writing.</exception>
    public static async Task<IOpenStore> OpenAsync(ICommandServices services, StoreLocation store, StoreAccess access, CancellationToken cancellation)
    {
        try
        {
            return await services.OpenAsync(store, access, cancellation);
        }
        catch (StoreLockedException)
        {
            throw new CommandException(
                $"{store}: another process has this store open for writing, so nothing can be changed in it from here.",
                hint: "If that is `journey serve` or `journey demo`, name its address: --server http://127.0.0.1:8080. Otherwise wait until it has ended.");
        }
    }
}

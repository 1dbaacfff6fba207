using Journey.Tests.Crash;

namespace Journey.Tests.Postgres;

/// <summary>The drill of docs/how-to/run-on-postgresql.md: a base backup taken while hosts work, started elsewhere, and verified.</summary>
[NonParallelizable]
public sealed class PostgresBackupTests
{
    [Test]
    public async Task A_base_backup_taken_under_load_is_a_whole_store_that_verifies_and_a_host_goes_on_with_it()
    {
        var server = PostgresCluster.Start();
        PostgresCluster? copy = null;
        try
        {
            var name = server.CreateDatabase();
            await using var rig = await HostsRig.StartAsync(server.Address(name));
            rig.Load();
            await rig.AcknowledgedMoreAsync();
            var before = server.Ask<long>(name, "SELECT max(position) FROM journey.events");
            copy = server.BackUp();
            await rig.AcknowledgedMoreAsync();
            await rig.EndLoadAsync();
            server.StopServer("immediate");

            copy.StartServer();
            Assert.That(copy.Ask<long>(name, "SELECT max(position) FROM journey.events"), Is.GreaterThanOrEqualTo(before), "what was there when the backup began");
            var (exitCode, printed) = await ServerProcess.RunAsync("verify", "--store", copy.Address(name));
            Assert.That(exitCode, Is.Zero, printed);
            Assert.That(printed, Does.Contain("Holds"));

            // The host that worked when the backup was taken is dead by this one's clock: its successor waits for no longer than a lease.
            await using var successor = await HostsRig.StartAsync(copy.Address(name));
            successor.Load();
            await successor.AcknowledgedMoreAsync();
            await successor.ReadyAsync();
            await successor.EndLoadAsync();
        }
        finally
        {
            server.Delete();
            copy?.Delete();
        }
    }
}

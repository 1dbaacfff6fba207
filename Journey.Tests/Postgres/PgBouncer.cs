using System.Diagnostics;
using System.Net.Sockets;
using Npgsql;

namespace Journey.Tests.Postgres;

/// <summary>A PgBouncer of the tests' own before the tests' server: it gives every transaction another of a few connections.</summary>
internal sealed class PgBouncer : IDisposable
{
    /// <summary>So few that transactions of one host meet connections that others have used.</summary>
    private const int Connections = 12;

    private static readonly string[] Places = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer"];
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("journey-pgbouncer-").FullName;
    private readonly int _port = PostgresCluster.FreePort();
    private readonly Process _process;

    public PgBouncer(PostgresCluster cluster)
    {
        var program = Places.FirstOrDefault(File.Exists) ?? throw new InvalidOperationException("These tests need PgBouncer: apt-get install pgbouncer.");
        var server = new NpgsqlConnectionStringBuilder(cluster.ConnectionString("postgres"));
        var settings = Path.Combine(_folder, "pgbouncer.ini");
        File.WriteAllText(Path.Combine(_folder, "users.txt"), $"\"{server.Username}\" \"{server.Password}\"\n");
        File.WriteAllText(settings, $"""
            [databases]
            * = host={server.Host} port={server.Port}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {_port}
            unix_socket_dir =
            auth_type = trust
            auth_file = {Path.Combine(_folder, "users.txt")}
            pool_mode = transaction
            default_pool_size = {Connections}
            max_client_conn = 300
            server_reset_query =
            """);
        if (PostgresCluster.IsRoot)
        {
            PostgresCluster.Run("/bin/chown", "-R", PostgresCluster.Unprivileged, _folder);
        }

        // It refuses to run as root, and becomes who it is told to be.
        string[] asWhom = PostgresCluster.IsRoot ? ["-u", PostgresCluster.Unprivileged] : [];
        _process = Process.Start(new ProcessStartInfo(program, ["-q", .. asWhom, settings]) { WorkingDirectory = "/" })!;
        User = server.Username!;
        WaitForIt();
    }

    private string User { get; }

    /// <summary>As a store's address.</summary>
    public string Address(string database) => $"postgres://{User}@127.0.0.1:{_port}/{database}?pooler=transaction";

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void WaitForIt()
    {
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < StartMax && !_process.HasExited;)
        {
            try
            {
                using var connection = new TcpClient("127.0.0.1", _port);
                return;
            }
            catch (SocketException)
            {
                // Not listening yet, and nothing tells when it does.
                _process.WaitForExit(TimeSpan.FromMilliseconds(20));
            }
        }

        throw new InvalidOperationException($"PgBouncer does not listen on port {_port}.");
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Npgsql;

namespace Journey.Tests.Postgres;

/// <summary>A PostgreSQL server of the tests' own: started from the machine's binaries at the first use, durable as a real one, gone with the test run.</summary>
/// <remarks>
/// <c>JOURNEY_TEST_POSTGRES</c>, a connection string of a role that may create databases, names an existing server instead.
/// The server refuses to run as root: as root it is started for an unprivileged user.
/// </remarks>
internal sealed class PostgresCluster
{
    private const string Variable = "JOURNEY_TEST_POSTGRES";
    private const string User = "journey";

    private static readonly Lazy<PostgresCluster> Shared = new(() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given
        ? new PostgresCluster(new NpgsqlConnectionStringBuilder(given), null)
        : Start());

    private static int _databases;

    private readonly NpgsqlConnectionStringBuilder _server;
    private readonly ConcurrentBag<string> _made = [];

    private PostgresCluster(NpgsqlConnectionStringBuilder server, string? folder)
    {
        _server = server;
        Folder = folder;
    }

    /// <summary>The one that tests share.</summary>
    public static PostgresCluster Instance => Shared.Value;

    public static bool IsStarted => Shared.IsValueCreated;

    /// <summary>Its data; null: an existing server.</summary>
    public string? Folder { get; }

    /// <summary>As a connection string, to a database of that name.</summary>
    public string ConnectionString(string database) => new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Database = database }.ConnectionString;

    /// <summary>As a store's address.</summary>
    public string Address(string database, string? user = null, string? password = null)
    {
        var secret = password ?? _server.Password;
        var who = Uri.EscapeDataString(user ?? _server.Username ?? User) + (string.IsNullOrEmpty(secret) ? "" : $":{Uri.EscapeDataString(secret)}");
        return $"postgres://{who}@{_server.Host}:{_server.Port}/{database}";
    }

    /// <summary>A new, empty database, dropped with the server or at the end of the run.</summary>
    public string CreateDatabase()
    {
        var name = $"journey_{Environment.ProcessId}_{Interlocked.Increment(ref _databases)}";
        Execute("postgres", $"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'");
        _made.Add(name);
        return name;
    }

    public void Execute(string database, string sql)
    {
        using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString(database)) { Pooling = false }.ConnectionString);
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    public T Ask<T>(string database, string sql)
    {
        using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString(database)) { Pooling = false }.ConnectionString);
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        return (T)command.ExecuteScalar()!;
    }

    /// <summary>A server for one test alone, to be stopped, killed or filled.</summary>
    public static PostgresCluster Start()
    {
        var folder = Directory.CreateTempSubdirectory("journey-postgres-").FullName;
        var data = Path.Combine(folder, "data");
        Directory.CreateDirectory(data);
        if (IsRoot)
        {
            Run("/bin/chown", "-R", Unprivileged, folder);
        }

        File.WriteAllText(Path.Combine(folder, "password"), "journey");
        RunAsServer("initdb", "-D", data, "-U", User, "-A", "scram-sha-256", $"--pwfile={Path.Combine(folder, "password")}", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions");
        File.WriteAllText(Path.Combine(data, "pg_hba.conf"), $"""
             host all {User} 127.0.0.1/32 trust
             host replication {User} 127.0.0.1/32 trust
             host all all 127.0.0.1/32 scram-sha-256
             """);
        var port = FreePort();
        File.AppendAllText(Path.Combine(data, "postgresql.conf"), $"""

             port = {port}
             listen_addresses = '127.0.0.1'
             unix_socket_directories = ''
             fsync = on
             synchronous_commit = on
             max_connections = 200
             shared_buffers = 128MB
             max_wal_size = 2GB
             max_prepared_transactions = 0
             log_min_messages = fatal
             """);
        var cluster = new PostgresCluster(
            new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = port, Username = User, Password = "journey", Database = "postgres" }, folder);
        cluster.StartServer();
        return cluster;
    }

    public int Port => _server.Port;

    /// <summary>A copy of this server that follows it, taken while it runs, at work on a port of its own.</summary>
    public PostgresCluster StartReplica()
    {
        var replica = CopyTo(Directory.CreateTempSubdirectory("journey-postgres-").FullName, "-R");
        replica.StartServer();
        return replica;
    }

    /// <summary>A base backup with the write-ahead log up to its end: a whole server that has not been started.</summary>
    public PostgresCluster BackUp() => CopyTo(Directory.CreateTempSubdirectory("journey-postgres-").FullName);

    /// <summary>From now on the server answers encrypted, and only so; the tests' own connections are not checked.</summary>
    /// <param name="own">With its key.</param>
    /// <param name="other">One that has signed nothing of this server.</param>
    public void Encrypt(X509Certificate2 own, X509Certificate2 other)
    {
        File.WriteAllText(Certificate, own.ExportCertificatePem());
        File.WriteAllText(OtherCertificate, other.ExportCertificatePem());
        using var key = own.GetRSAPrivateKey()!;
        var (certificate, secret) = (Path.Combine(Data, "server.crt"), Path.Combine(Data, "server.key"));
        File.WriteAllText(certificate, own.ExportCertificatePem());
        File.WriteAllText(secret, key.ExportPkcs8PrivateKeyPem());
        if (IsRoot)
        {
            Run("/bin/chown", Unprivileged, certificate, secret);
        }

        Run("/bin/chmod", "600", secret);
        File.WriteAllText(Path.Combine(Data, "pg_hba.conf"), $"hostssl all {User} 127.0.0.1/32 trust\n");
        Execute("postgres", "ALTER SYSTEM SET ssl = on");
        Execute("postgres", "SELECT pg_reload_conf()");
    }

    public string Certificate => Path.Combine(Folder!, "root.pem");

    public string OtherCertificate => Path.Combine(Folder!, "other.pem");

    /// <summary>A replica stops following and takes writes.</summary>
    public void Promote() => RunAsServer("pg_ctl", "-D", Data, "-w", "-t", "60", "promote");

    public void StartServer() => RunAsServer("pg_ctl", "-D", Data, "-w", "-t", "60", "-l", Path.Combine(Data, "server.log"), "start");

    /// <param name="mode">smart, fast or immediate: the last is what a crash is.</param>
    public void StopServer(string mode) => RunAsServer("pg_ctl", "-D", Data, "-w", "-t", "60", "-m", mode, "stop");

    public void Delete()
    {
        if (Folder is not null)
        {
            if (File.Exists(Path.Combine(Data, "postmaster.pid")))
            {
                StopServer("immediate");
            }

            Directory.Delete(Folder, recursive: true);
            return;
        }

        foreach (var name in _made)
        {
            Execute("postgres", $"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        }
    }

    /// <summary>Runs one of PostgreSQL's programs as the server's user.</summary>
    public static void RunAsServer(string program, params string[] arguments)
    {
        var path = Path.Combine(Binaries, program);
        if (IsRoot)
        {
            Run("/usr/bin/setpriv", ["--reuid", Unprivileged, "--regid", Unprivileged, "--clear-groups", path, .. arguments]);
        }
        else
        {
            Run(path, arguments);
        }
    }

    private PostgresCluster CopyTo(string folder, params string[] more)
    {
        if (IsRoot)
        {
            Run("/bin/chown", Unprivileged, folder);
        }

        var copy = new PostgresCluster(new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Port = FreePort() }, folder);
        RunAsServer("pg_basebackup", ["-h", "127.0.0.1", "-p", $"{Port}", "-U", User, "-D", copy.Data, "-X", "stream", "-c", "fast", "--no-sync", .. more]);
        File.AppendAllText(Path.Combine(copy.Data, "postgresql.conf"), $"\nport = {copy.Port}\n");
        return copy;
    }

    private string Data => Path.Combine(Folder ?? throw new InvalidOperationException("An existing server is not the tests' to start or stop."), "data");

    public static bool IsRoot => Environment.UserName == "root";

    public static string Unprivileged { get; } = File.ReadAllLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";

    private static string Binaries { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").OrderBy(folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0).Select(folder => Path.Combine(folder, "bin")).Last()
        : Environment.GetEnvironmentVariable("PATH")!.Split(':').FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")))
            ?? throw new InvalidOperationException($"These tests need PostgreSQL: install it (apt-get install postgresql), or name a server in {Variable}.");

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static void Run(string program, params string[] arguments)
    {
        // pg_ctl leaves a server behind that would hold a pipe open: its output goes to a file of its own.
        var start = new ProcessStartInfo(program) { WorkingDirectory = "/" };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.RedirectStandardError = !arguments.Contains("start");
        start.RedirectStandardOutput = start.RedirectStandardError;
        using var process = Process.Start(start)!;
        var error = start.RedirectStandardError ? process.StandardError.ReadToEndAsync() : Task.FromResult("");
        var output = start.RedirectStandardError ? process.StandardOutput.ReadToEndAsync() : Task.FromResult("");
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {error.Result}{output.Result}");
        }
    }
}

using Journey.Tests.Postgres;

namespace Journey.Tests.Crash;

/// <summary>A disk for one database that can be filled: a small file system in memory, mounted for the server. Where nobody may mount one, the server says by itself that its disk is full.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const string Size = "96m";

    /// <summary>So little is left free: the next seconds of load need more.</summary>
    private const long LeftBytes = 1 << 20;

    private readonly PostgresCluster _cluster;
    private readonly string _folder = Directory.CreateTempSubdirectory("journey-disk-").FullName;
    private readonly bool _isMounted;
    private string _database = "";

    public SmallDisk(PostgresCluster cluster)
    {
        _cluster = cluster;
        _isMounted = PostgresCluster.IsRoot && TryRun("/bin/mount", "-t", "tmpfs", "-o", $"size={Size}", "tmpfs", _folder);
        if (_isMounted)
        {
            PostgresCluster.Run("/bin/chown", PostgresCluster.Unprivileged, _folder);
            PostgresCluster.Run("/bin/chmod", "700", _folder);
        }
    }

    public string Kind => _isMounted ? "a full file system" : "the server's word";

    public string CreateDatabase()
    {
        _database = _cluster.CreateDatabase();
        if (_isMounted)
        {
            _cluster.Execute("postgres", $"CREATE TABLESPACE small LOCATION '{_folder}'");
            _cluster.Execute("postgres", $"ALTER DATABASE {_database} SET TABLESPACE small");
        }

        return _database;
    }

    public void Fill()
    {
        if (!_isMounted)
        {
            _cluster.Execute(_database, """
                CREATE OR REPLACE FUNCTION public.full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
                CREATE TRIGGER full_disk BEFORE INSERT ON journey.events FOR EACH STATEMENT EXECUTE FUNCTION public.full_disk();
                CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON journey_models.customer_states FOR EACH STATEMENT EXECUTE FUNCTION public.full_disk();
                """);
            return;
        }

        using var filler = new FileStream(Filler, FileMode.Create);
        var free = new DriveInfo(_folder).AvailableFreeSpace - LeftBytes;
        var zeros = new byte[1 << 20];
        for (var written = 0L; written < free; written += zeros.Length)
        {
            filler.Write(zeros);
        }
    }

    public void MakeRoom()
    {
        if (_isMounted)
        {
            File.Delete(Filler);
            return;
        }

        _cluster.Execute(_database, "DROP FUNCTION public.full_disk() CASCADE");
    }

    public void Dispose()
    {
        if (_isMounted)
        {
            PostgresCluster.Run("/bin/umount", "-l", _folder);
        }

        Directory.Delete(_folder, recursive: true);
    }

    private string Filler => Path.Combine(_folder, "filler");

    private static bool TryRun(string program, params string[] arguments)
    {
        try
        {
            PostgresCluster.Run(program, arguments);
            return true;
        }
        catch (Exception refused) when (refused is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}

namespace Journey.Tests.Host.Stores;

/// <summary>A folder of a test's own, deleted with it.</summary>
internal sealed class StoreFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("journey-store-").FullName;

    public string File => In("store.db");

    public string In(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The store's files as they lie on the disk at this moment, writer and all: what a crash would leave.</summary>
    public string CopyAsAfterCrash()
    {
        var copy = In("crashed.db");
        foreach (var suffix in new[] { "", "-wal" })
        {
            // Opened by hand: the copy must not ask for locks that the writer holds.
            using var source = new FileStream(File + suffix, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var target = System.IO.File.Create(copy + suffix);
            source.CopyTo(target);
        }

        return copy;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

namespace Journey.Host.Stores.Sqlite;

/// <summary>Keeps a second process from writing to the same store: an operating system's lock on a file beside it, which no crash leaves behind.</summary>
internal sealed class StoreFileLock : IDisposable
{
    private readonly FileStream _file;

    private StoreFileLock(FileStream file) => _file = file;

    /// <exception cref="StoreLockedException">Another process, or another part of this one, has the store open for writing.</exception>
    public static StoreFileLock Take(string path)
    {
        var lockPath = path + "-lock";
        try
        {
            return new StoreFileLock(new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or DirectoryNotFoundException)
        {
            throw new StoreDiskException($"{path} cannot be opened for writing: {exception.Message} Check that its folder exists and may be written.", exception);
        }
        catch (IOException exception)
        {
            throw new StoreLockedException(
                $"{path} is open for writing in another process. Stop that one first, or, if it is a server, send to its address instead.", exception);
        }
    }

    public void Dispose() => _file.Dispose();
}

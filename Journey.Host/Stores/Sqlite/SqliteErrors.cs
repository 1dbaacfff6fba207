using SQLitePCL;

namespace Journey.Host.Stores.Sqlite;

/// <summary>SQLite's result codes as exceptions that say what to do.</summary>
internal static class SqliteErrors
{
    public static StoreException Of(int code, string path, string detail) => (code & 0xff) switch
    {
        raw.SQLITE_FULL => new StoreFullException(
            $"No room is left for {path}: the disk is full, or the store has reached its PagesMax. Nothing of this write was stored; make room and send it again."),
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => new StoreFormatException(
            $"{path} is damaged, or is not a Journey store ({detail}). Restore it from a backup; writing to it stops here."),
        raw.SQLITE_READONLY or raw.SQLITE_PERM => new StoreDiskException(
            $"{path} may not be written ({detail}). Check the permissions of the file and of its folder."),
        raw.SQLITE_CANTOPEN => new StoreDiskException($"{path} cannot be opened ({detail}). Check that its folder exists and may be read and written."),
        raw.SQLITE_IOERR => new StoreDiskException(
            $"The disk failed under {path} ({detail}, code {code}). Nothing of this write counts as stored; check the disk, then start again."),
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new StoreLockedException(
            $"Another program holds {path} locked ({detail}). Close it, or let it read a copy; then send again."),
        _ => new StoreException($"{path}: {detail} (SQLite code {code})."),
    };

    /// <summary>Whether the write failed because of the file under it: then everything in its commit failed with it.</summary>
    public static bool IsOfTheFile(Exception exception) => exception is StoreFullException or StoreDiskException or StoreFormatException or StoreLockedException;
}

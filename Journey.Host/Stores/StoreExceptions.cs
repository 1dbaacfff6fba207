namespace Journey.Host.Stores;

/// <summary>The store could not do what was asked, and nothing of it was done. The message says what to do.</summary>
public class StoreException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Gets a value indicating whether the same may succeed a moment later: whoever folds or delivers waits it out.</summary>
    public bool IsPassing { get; init; }
}

/// <summary>The queue of writes is full: the sender keeps its events and tries again later. HTTP answers 429.</summary>
public sealed class StoreBusyException(string message) : StoreException(message);

/// <summary>Another process has the store open for writing.</summary>
public sealed class StoreLockedException(string message, Exception? cause = null) : StoreException(message, cause);

/// <summary>No room is left on the disk, or in the bounds set for the store.</summary>
public sealed class StoreFullException(string message) : StoreException(message);

/// <summary>The file cannot be opened, read or written.</summary>
public sealed class StoreDiskException(string message, Exception? cause = null) : StoreException(message, cause);

/// <summary>Another host builds this generation now: this one was taken for dead meanwhile.</summary>
public sealed class GenerationTakenException(int number)
    : StoreException($"Another host has taken rebuild {number} over, because this one had not been heard of for too long. It goes on there.");

/// <summary>The file is not a store, is damaged, or was written by a newer version.</summary>
public sealed class StoreFormatException(string message, Exception? cause = null) : StoreException(message, cause);

/// <summary>The server that keeps the store cannot be reached, or refuses. What was not acknowledged may or may not be stored; sending it again is harmless.</summary>
public sealed class StoreUnreachableException : StoreException
{
    public StoreUnreachableException(string message, Exception? cause = null)
        : base(message, cause) => IsPassing = cause is not Npgsql.PostgresException;
}

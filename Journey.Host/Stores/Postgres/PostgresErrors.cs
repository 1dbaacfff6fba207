using System.Net.Sockets;
using Npgsql;

namespace Journey.Host.Stores.Postgres;

/// <summary>PostgreSQL's errors as exceptions that say what to do. No message of ours holds a password.</summary>
internal static class PostgresErrors
{
    public static bool IsOne(Exception exception) => exception is NpgsqlException or TimeoutException or SocketException or IOException or ObjectDisposedException;

    public static StoreException Of(Exception exception, PostgresAddress address) => exception switch
    {
        StoreException known => known,
        PostgresException error => Of(error, address),
        NpgsqlException { InnerException: PostgresException error } => Of(error, address),
        NpgsqlException { InnerException: SocketException socket } => new StoreUnreachableException(
            $"{address}: there is no server there, or it takes no connections ({socket.Message}). Check host and port, and that PostgreSQL runs and listens on that address.", exception),
        NpgsqlException { InnerException: System.Security.Authentication.AuthenticationException tls } => new StoreUnreachableException(
            $"{address}: the encrypted connection could not be made ({tls.Message}). Check sslmode and sslrootcert in the store's address.", exception),
        NpgsqlException error when address.HasSeveralHosts && error.Message.Contains("No suitable host", StringComparison.Ordinal) => new StoreUnreachableException(
            $"{address}: none of these servers takes writes at the moment: they cannot be reached, or are replicas. During a failover that passes once a replica is promoted.", exception),
        NpgsqlException { InnerException: TimeoutException } or TimeoutException => new StoreUnreachableException(
            $"{address}: the server did not answer in time. Check that it can be reached and is not overloaded.", exception),
        NpgsqlException error when error.Message.Contains("No password", StringComparison.Ordinal) => new StoreUnreachableException(
            $"{address}: the server wants a password. Give it in the address (postgres://USER:PASSWORD@HOST/DB) or in PGPASSWORD.", exception),
        _ => new StoreUnreachableException($"{address}: the connection was cut ({exception.Message}). What was not acknowledged may or may not be stored: send it again.", exception),
    };

    /// <summary>Whether the same may succeed a moment later, on another connection.</summary>
    public static bool IsPassing(Exception exception) => exception is StoreUnreachableException { IsPassing: true };

    private static StoreException Of(PostgresException error, PostgresAddress address) => error.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => new StoreUnreachableException(
            $"{address}: the server refuses this user or password ({error.MessageText}). Check both in the store's address, and the server's pg_hba.conf.", error),
        PostgresErrorCodes.InvalidCatalogName => new StoreUnreachableException(
            $"{address}: there is no such database. Create it first, for example with `createdb -h {address.Host} -U {address.User} {address.Database}`; "
            + "`journey migrate` then makes the tables.", error),
        PostgresErrorCodes.ReadOnlySqlTransaction => new StoreUnreachableException(
            $"{address}: the database is read-only; it is a replica, or default_transaction_read_only is on. Give the address of the server that takes writes.", error),
        PostgresErrorCodes.DiskFull => new StoreFullException(
            $"{address}: no room is left on the server's disk. Nothing of this write was stored; make room and send it again.") { IsPassing = true },
        PostgresErrorCodes.InsufficientPrivilege => new StoreException(
            $"{address}: user {address.User} may not do this ({error.MessageText}). `SELECT journey.grant_host('{address.User}')`, as the owner of the tables, gives a host what it needs.", error),
        PostgresErrorCodes.TooManyConnections => new StoreUnreachableException(
            $"{address}: the server has no connection left ({error.MessageText}). Raise max_connections, or put PgBouncer in between.", error) { IsPassing = true },
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName => new StoreFormatException(
            $"{address}: {error.MessageText}. If the store is new, `journey migrate --store ...` makes its tables."),
        PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted => new StoreFormatException($"{address} is damaged ({error.MessageText}). Restore it from a backup."),
        PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure => new StoreUnreachableException(
            $"{address}: the server took this back because of another transaction ({error.MessageText}). Try again in a moment.", error) { IsPassing = true },
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow => new StoreUnreachableException(
            $"{address}: the server is starting or stopping ({error.MessageText}). Try again in a moment.", error) { IsPassing = true },
        _ => error.SqlState.StartsWith("08", StringComparison.Ordinal)
            ? new StoreUnreachableException($"{address}: the connection was cut ({error.MessageText}). Try again in a moment.", error) { IsPassing = true }
            : new StoreException($"{address}: {error.MessageText} (SQLSTATE {error.SqlState}{(error.ConstraintName is { } name ? $", {name}" : "")}).", error),
    };
}

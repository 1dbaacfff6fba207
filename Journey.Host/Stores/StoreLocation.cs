using Journey.Host.Stores.Postgres;

namespace Journey.Host.Stores;

/// <summary>Where a store is, as written on the command line: <c>sqlite:PATH</c> or <c>postgres://USER:PASSWORD@HOST:PORT/DATABASE</c>.</summary>
public abstract record StoreLocation
{
    private const string SqliteScheme = "sqlite";
    private const string Examples = "sqlite:PATH, for example sqlite:journey.db, or postgres://USER:PASSWORD@HOST:PORT/DATABASE";

    private StoreLocation() { }

    /// <param name="Path">The file, absolute.</param>
    public sealed record Sqlite(string Path) : StoreLocation
    {
        public override string ToString() => $"{SqliteScheme}:{Path}";
    }

    public sealed record Postgres(PostgresAddress Address) : StoreLocation
    {
        /// <summary>Without the password.</summary>
        public override string ToString() => Address.ToString();
    }

    /// <exception cref="FormatException">The text names no store that this version can open; the message says what is supported, and repeats no password.</exception>
    public static StoreLocation Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0)
        {
            throw new FormatException($"'{text}' is not a store. Expected {Examples}.");
        }

        var scheme = text[..colon];
        if (scheme.ToLowerInvariant() is "postgres" or "postgresql")
        {
            return new Postgres(PostgresAddress.Parse(text));
        }

        if (!scheme.Equals(SqliteScheme, StringComparison.OrdinalIgnoreCase))
        {
            throw new FormatException($"'{scheme}' stores are not supported by this version. Supported: {Examples}.");
        }

        var path = text[(colon + 1)..];
        return string.IsNullOrWhiteSpace(path)
            ? throw new FormatException("'sqlite:' needs a path, for example sqlite:journey.db.")
            : new Sqlite(System.IO.Path.GetFullPath(path));
    }
}

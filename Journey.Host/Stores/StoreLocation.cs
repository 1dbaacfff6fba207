namespace Journey.Host.Stores;

/// <summary>Where a store is, as written on the command line: <c>sqlite:PATH</c>.</summary>
public abstract record StoreLocation
{
    private const string SqliteScheme = "sqlite";

    private StoreLocation() { }

    /// <param name="Path">The file, absolute.</param>
    public sealed record Sqlite(string Path) : StoreLocation
    {
        public override string ToString() => $"{SqliteScheme}:{Path}";
    }

    /// <exception cref="FormatException">The text names no store that this version can open; the message says what is supported.</exception>
    public static StoreLocation Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0)
        {
            throw new FormatException($"'{text}' is not a store. Expected sqlite:PATH, for example sqlite:journey.db.");
        }

        var scheme = text[..colon];
        if (!scheme.Equals(SqliteScheme, StringComparison.OrdinalIgnoreCase))
        {
            throw new FormatException($"'{scheme}' stores are not supported by this version. Supported: sqlite:PATH, for example sqlite:journey.db.");
        }

        var path = text[(colon + 1)..];
        return string.IsNullOrWhiteSpace(path)
            ? throw new FormatException("'sqlite:' needs a path, for example sqlite:journey.db.")
            : new Sqlite(System.IO.Path.GetFullPath(path));
    }
}

namespace Journey.Host.Cli;

/// <summary>Where a store is: <c>sqlite:PATH</c>.</summary>
/// <param name="Scheme">"sqlite".</param>
/// <param name="Path">The database file, as given; relative to the current directory.</param>
public sealed record StoreLocation(string Scheme, string Path)
{
    public const string EnvironmentVariable = "JOURNEY_STORE";
    public const string Expected = "sqlite:PATH, for instance sqlite:journey.db";

    public static StoreLocation Default { get; } = new("sqlite", "journey.db");

    /// <returns>False: <paramref name="fault"/> says what was expected.</returns>
    public static bool TryParse(string text, out StoreLocation location, out string fault)
    {
        location = Default;
        fault = "";
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var scheme = colon < 0 ? "" : text[..colon];
        switch (scheme)
        {
            case "sqlite" when text.Length > colon + 1:
                location = new StoreLocation(scheme, text[(colon + 1)..]);
                return true;
            case "sqlite":
                fault = $"'{text}' names no file. Expected {Expected}.";
                return false;
            case "postgres" or "postgresql" or "esdb":
                fault = $"'{text}': this version has no {scheme} store. Expected {Expected}.";
                return false;
            default:
                fault = $"'{text}' is not a store. Expected {Expected}. Did you mean `sqlite:{text}`?";
                return false;
        }
    }

    public override string ToString() => $"{Scheme}:{Path}";
}

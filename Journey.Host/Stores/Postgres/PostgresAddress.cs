using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Journey.Host.Stores.Postgres;

/// <summary>A database's address, as <c>postgres://USER:PASSWORD@HOST:PORT/DATABASE?OPTION=VALUE</c> says it; several hosts are named with commas between them.</summary>
/// <remarks>As text it never shows the password.</remarks>
public sealed partial class PostgresAddress
{
    private const string PoolerOption = "pooler";
    private const string Expected = "Expected postgres://USER:PASSWORD@HOST:PORT/DATABASE, for example postgres://journey@localhost/shop. "
        + "Characters such as @ or / in a password are written as %40 or %2F.";

    /// <summary>Of several servers: how long it is remembered which of them takes no writes. After a failover the new primary is found within this.</summary>
    private const int RecheckSeconds = 1;

    private readonly NpgsqlConnectionStringBuilder _settings;

    private PostgresAddress(NpgsqlConnectionStringBuilder settings, bool isPooled)
    {
        _settings = settings;
        HasTransactionPooler = isPooled;
    }

    public string Host => _settings.Host ?? "localhost";

    public string User => _settings.Username ?? Environment.UserName;

    public string Database => _settings.Database ?? User;

    /// <summary>Several servers are named: whichever takes writes is used, and another once that one has failed.</summary>
    public bool HasSeveralHosts => Host.Contains(',', StringComparison.Ordinal);

    /// <summary>A pooler stands in between that gives every transaction another connection: nothing is kept from one to the next.</summary>
    public bool HasTransactionPooler { get; }

    /// <param name="text">Begins with <c>postgres://</c> or <c>postgresql://</c>.</param>
    /// <exception cref="FormatException">It is no such address; the message doesn't repeat it, because of the password.</exception>
    public static PostgresAddress Parse(string text)
    {
        var (single, hosts) = Split(text);
        if (!text.Contains("://", StringComparison.Ordinal) || !Uri.TryCreate(single, UriKind.Absolute, out var uri)
            || uri.AbsolutePath.Trim('/') is not { Length: > 0 } database || database.Contains('/', StringComparison.Ordinal))
        {
            throw new FormatException($"This is not the address of a PostgreSQL database. {Expected}");
        }

        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = hosts ?? (uri.Host.Length == 0 ? "localhost" : Uri.UnescapeDataString(uri.Host)),
            Port = uri.Port < 0 ? 5432 : uri.Port,
            Database = Uri.UnescapeDataString(database),
            ApplicationName = "journey",
        };
        var user = uri.UserInfo.Split(':', 2);
        settings.Username = user[0].Length == 0 ? Environment.UserName : Uri.UnescapeDataString(user[0]);
        if (user.Length == 2)
        {
            settings.Password = Uri.UnescapeDataString(user[1]);
        }

        var isPooled = false;
        foreach (var option in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = option.Split('=', 2);
            var (name, value) = (Uri.UnescapeDataString(parts[0]), parts.Length == 2 ? Uri.UnescapeDataString(parts[1]) : "");
            if (name == PoolerOption)
            {
                isPooled = value == "transaction" ? true : throw new FormatException($"'{PoolerOption}={value}' in the address: expected {PoolerOption}=transaction, or nothing.");
                continue;
            }

            // With several hosts it goes without saying; libpq's users say it.
            if (name == "target_session_attrs")
            {
                _ = value is "primary" or "read-write" ? true : throw new FormatException($"'{name}={value}' in the address: a store is written to, so expected primary, or nothing.");
                continue;
            }

            Set(settings, name, value);
        }

        return new PostgresAddress(settings, isPooled);
    }

    /// <summary>For connections that are made for a short while, or kept in the pool.</summary>
    /// <param name="connectionsMax">Of this part of the program.</param>
    public NpgsqlDataSource Open(int connectionsMax)
    {
        // A pooler in between knows nothing of statements that were prepared on another of its connections.
        var settings = new NpgsqlConnectionStringBuilder(_settings.ConnectionString)
        {
            MaxPoolSize = connectionsMax,
            MinPoolSize = 0,
            MaxAutoPrepare = HasTransactionPooler ? 0 : 200,
            AutoPrepareMinUsages = 2,
            NoResetOnClose = true,
            IncludeErrorDetail = false,
            Enlist = false,
            WriteBufferSize = 64 * 1024,
            ReadBufferSize = 64 * 1024,
        };
        if (!settings.ContainsKey("Command Timeout") || _settings.CommandTimeout == 30)
        {
            // The longest single statement is a migration or a digest of a large table: it is the connection that must be watched, not the clock.
            settings.CommandTimeout = 0;
            settings.KeepAlive = 15;
        }

        if (!HasSeveralHosts)
        {
            return new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
        }

        settings.HostRecheckSeconds = RecheckSeconds;
        return new NpgsqlDataSourceBuilder(settings.ConnectionString).BuildMultiHost().WithTargetSession(TargetSessionAttributes.Primary);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"postgres://{Uri.EscapeDataString(User)}@{Host}{(HasSeveralHosts ? "" : $":{_settings.Port}")}/{Uri.EscapeDataString(Database)}");

    /// <summary>An address has one host for whoever reads addresses: the first; and beside it all of them, where there are several, as the driver wants them.</summary>
    private static (string Single, string? Hosts) Split(string text)
    {
        var from = text.IndexOf("://", StringComparison.Ordinal) + 3;
        var to = from < 3 ? -1 : text.IndexOf('/', from);
        if (to < 0)
        {
            return (text, null);
        }

        from = Math.Max(from, text.LastIndexOf('@', to) + 1);
        var hosts = text[from..to];
        return hosts.Contains(',', StringComparison.Ordinal)
            ? ($"{text[..from]}{hosts.Split(',')[0]}{text[to..]}", string.Join(',', hosts.Split(',').Select(static host => Port().IsMatch(host) ? host : $"{host}:5432")))
            : (text, null);
    }

    [GeneratedRegex(":[0-9]+$")]
    private static partial Regex Port();

    private static void Set(NpgsqlConnectionStringBuilder settings, string name, string value)
    {
        // The names that libpq has for what Npgsql calls otherwise.
        var known = name switch
        {
            "sslrootcert" => "Root Certificate",
            "sslcert" => "SSL Certificate",
            "sslkey" => "SSL Key",
            "connect_timeout" => "Timeout",
            "application_name" => "Application Name",
            _ => name,
        };
        try
        {
            settings[known] = known.Equals("sslmode", StringComparison.OrdinalIgnoreCase) ? value.Replace("-", "", StringComparison.Ordinal) : value;
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidCastException or KeyNotFoundException)
        {
            throw new FormatException($"'{name}' in the address: there is no such option, or it takes another kind of value. "
                + "Known are host, port, sslmode, sslrootcert, connect_timeout, pooler=transaction, and Npgsql's own.");
        }
    }
}

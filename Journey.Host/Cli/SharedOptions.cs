using System.CommandLine;
using System.Globalization;
using Journey.Domain.Language;
using Journey.Domain.Time;
using Journey.Host.Stores;

namespace Journey.Host.Cli;

/// <summary>Options that several commands have, worded and checked the same everywhere.</summary>
public static class SharedOptions
{
    public const string StoreVariable = "JOURNEY_STORE";

    public static Option<string?> Store(string defaultStore = "sqlite:journey.db")
    {
        var option = new Option<string?>("--store")
        {
            Description = $"Where the log is: sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE. Left out: ${StoreVariable}, or else {defaultStore}.",
            HelpName = "STORE",
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && TryParseStore(text, out var fault) is null)
            {
                result.AddError($"--store: {fault}");
            }
        });
        return option;
    }

    /// <summary>A store to be made.</summary>
    public static Option<string?> NewStore(string name, string description)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = "STORE" };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && TryParseStore(text, out var fault) is null)
            {
                result.AddError($"{name}: {fault}");
            }
        });
        return option;
    }

    /// <exception cref="CommandException">The environment variable names no store.</exception>
    public static StoreLocation StoreOf(ParseResult arguments, Option<string?> option, string defaultStore = "sqlite:journey.db")
    {
        var text = arguments.GetValue(option) ?? NullIfEmpty(Environment.GetEnvironmentVariable(StoreVariable)) ?? defaultStore;
        return TryParseStore(text, out var fault) ?? throw new CommandException($"${StoreVariable}: {fault}", ExitCodes.Usage);
    }

    /// <summary>For what changes documents: a running server is the only writer of its store.</summary>
    public static Option<string?> Server()
    {
        var option = new Option<string?>("--server")
        {
            Description = "Ask a running server to do it, instead of opening --store: a server is its store's only writer.",
            HelpName = "URL",
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && !(Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
            {
                result.AddError($"--server: '{text}' was given. Expected an address such as http://127.0.0.1:8080.");
            }
        });
        return option;
    }

    public static Option<bool> Json() => new("--json") { Description = "Print one JSON document instead of a table." };

    public static Option<int> Limit(int defaultValue, int max, string description) => Whole("--limit", defaultValue, 1, max, description);

    /// <summary>A whole number within bounds.</summary>
    public static Option<int> Whole(string name, int defaultValue, int min, int max, string description) => new(name)
    {
        Description = $"{description} {min.ToString("N0", CultureInfo.InvariantCulture)} to {max.ToString("N0", CultureInfo.InvariantCulture)}.",
        HelpName = "N",
        DefaultValueFactory = _ => defaultValue,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
            {
                return value;
            }

            result.AddError($"{name}: '{text}' was given. Expected a whole number from {min} to {max}.");
            return defaultValue;
        },
    };

    /// <summary>One of a few words, with the near miss where a word is mistyped.</summary>
    public static Option<string?> Choice(string name, IReadOnlyList<string> words, string description)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = string.Join('|', words) };
        option.CompletionSources.Add([.. words]);
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } word && !words.Contains(word))
            {
                var meant = NearMiss.Of(word, words);
                result.AddError($"{name}: '{word}' was given. Expected {string.Join(", ", words)}.{(meant is null ? "" : $" Did you mean `{meant}`?")}");
            }
        });
        return option;
    }

    /// <summary>Several of a few words, the option given once for each.</summary>
    public static Option<string[]> Words(string name, IReadOnlyList<string> words, string helpName, string description)
    {
        var option = new Option<string[]>(name) { Description = $"{description} {string.Join(", ", words)}.", HelpName = helpName };
        option.CompletionSources.Add([.. words]);
        option.Validators.Add(result =>
        {
            foreach (var word in result.GetValueOrDefault<string[]>() ?? [])
            {
                if (!words.Contains(word))
                {
                    var meant = NearMiss.Of(word, words);
                    result.AddError($"{name}: '{word}' was given. Expected {string.Join(", ", words)}.{(meant is null ? "" : $" Did you mean `{meant}`?")}");
                }
            }
        });
        return option;
    }

    /// <summary>A moment, ISO 8601; without an offset it is UTC.</summary>
    public static Option<long?> Moment(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (Instants.TryParse(text, out var milliseconds))
            {
                return milliseconds;
            }

            result.AddError($"{name}: '{text}' was given. Expected a time such as 2026-03-01T12:30Z or 2026-03-01.");
            return null;
        },
    };

    private static StoreLocation? TryParseStore(string text, out string fault)
    {
        try
        {
            fault = "";
            return StoreLocation.Parse(text);
        }
        catch (FormatException e)
        {
            fault = e.Message;
            return null;
        }
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}

using System.Collections.Immutable;
using System.Globalization;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Domain.Language.Formats;
using Journey.Domain.Templates;

namespace Journey.Host.Dispatch;

/// <summary>Reads <c>channels.yaml</c>: where each channel's deliveries go. Every fault at once, and no secret in any of them.</summary>
public static class ChannelsFile
{
    private static readonly string[] FileKeys = ["channels", "default", "calls", "dispatch"];
    private static readonly string[] ChannelKinds = ["console", "webhook"];
    private static readonly string[] ResilienceKeys =
    [
        "attempts", "timeout", "firstDelay", "delayMax", "giveUpAfter", "rate", "concurrency",
        "breakRatio", "breakMinimum", "breakSampling", "breakDuration",
    ];

    private static readonly string[] WebhookKeys = ["url", "secret", .. ResilienceKeys];
    private static readonly string[] ConsoleKeys = ["content"];
    private static readonly string[] CallKeys = ["secret", .. ResilienceKeys];
    private static readonly string[] DispatchKeys = ["openDeliveries", "pageEvents", "checkpointEvery", "drainTimeout"];

    /// <param name="environment">Looks up <c>${NAME}</c> in a url or secret; null for a name that is not set.</param>
    public static ChannelsParse Parse(string text, string fileName, Func<string, string?> environment)
    {
        var parsing = new Parsing(environment);
        var start = new SourcePlace(fileName, 1, 1);
        var options = parsing.File(PlainYaml.Read(text, start, parsing.Faults));
        return new ChannelsParse(parsing.Faults.Count == 0 ? options : null, [.. parsing.Faults]);
    }

    private sealed class Parsing(Func<string, string?> environment)
    {
        public List<Fault> Faults { get; } = [];

        public DispatchOptions File(PlainYaml? file)
        {
            var options = new DispatchOptions();
            foreach (var (key, _, value) in Entries(file, "the file", FileKeys))
            {
                options = key switch
                {
                    "channels" => options with { Channels = Channels(value) },
                    "default" => Channel("default", value) is { } channel ? options with { Default = channel } : options,
                    "calls" => options with { Calls = Calls(value) },
                    _ => Dispatch(options, value),
                };
            }

            return options;
        }

        private ImmutableDictionary<string, ChannelOptions> Channels(PlainYaml value)
        {
            var channels = ImmutableDictionary.CreateBuilder<string, ChannelOptions>();
            foreach (var (name, at, channel) in Entries(value, "channels", null))
            {
                if (ContactChannel.From(name).Name != name)
                {
                    Faults.Add(SettingFaults.BadValue(at, name, "a channel's name is lower-case letters, digits and hyphens, 40 at most."));
                }
                else if (Channel(name, channel) is { } options)
                {
                    channels[name] = options;
                }
            }

            return channels.ToImmutable();
        }

        private ChannelOptions? Channel(string name, PlainYaml value)
        {
            if (value is PlainYaml.Text { Value: "console" })
            {
                return new ChannelOptions.Console();
            }

            if (value is not PlainYaml.Mapping { Entries: [var only] })
            {
                Faults.Add(SettingFaults.WrongShape(value.At, name, "`console`, or one of console and webhook with its settings"));
                return null;
            }

            switch (only.Key)
            {
                case "console":
                    return new ChannelOptions.Console(Entries(only.Value, "console", ConsoleKeys).Any(entry => Flag(entry.Key, entry.Value)));
                case "webhook":
                    return Webhook(only.Value);
                default:
                    Faults.Add(SettingFaults.UnknownKey(only.KeyAt, only.Key, ChannelKinds));
                    return null;
            }
        }

        private ChannelOptions.Webhook? Webhook(PlainYaml value)
        {
            Uri? url = null;
            var hasUrl = false;
            ImmutableArray<WebhookSecret>? secrets = null;
            var resilience = new ResilienceOptions();
            foreach (var (key, _, setting) in Entries(value, "webhook", WebhookKeys))
            {
                switch (key)
                {
                    case "url":
                        hasUrl = true;
                        url = Url(setting);
                        break;
                    case "secret":
                        secrets = Secrets(setting);
                        break;
                    default:
                        resilience = Resilience(resilience, key, setting);
                        break;
                }
            }

            if (!hasUrl)
            {
                Faults.Add(SettingFaults.Missing(value.At, "url", "the receiver's address, https://…"));
            }

            if (secrets is null)
            {
                Faults.Add(SettingFaults.Missing(value.At, "secret", $"{WebhookSecret.Prefix}… to sign with, or ${{NAME}} of the environment"));
            }

            return url is null || secrets is not { Length: > 0 } signing ? null : new ChannelOptions.Webhook(url, signing) { Resilience = resilience };
        }

        private CallOptions Calls(PlainYaml value)
        {
            var calls = new CallOptions();
            foreach (var (key, _, setting) in Entries(value, "calls", CallKeys))
            {
                calls = key == "secret"
                    ? calls with { Secrets = Secrets(setting) }
                    : calls with { Resilience = Resilience(calls.Resilience, key, setting) };
            }

            return calls;
        }

        private DispatchOptions Dispatch(DispatchOptions options, PlainYaml value)
        {
            foreach (var (key, _, setting) in Entries(value, "dispatch", DispatchKeys))
            {
                options = Set(key, setting, options, text => key switch
                {
                    "openDeliveries" => options with { OpenDeliveriesMax = Whole(text) },
                    "pageEvents" => options with { PageEventsMax = Whole(text) },
                    "checkpointEvery" => options with { CheckpointEvery = Duration(text) },
                    _ => options with { DrainTimeout = Duration(text) },
                });
            }

            return options;
        }

        private ResilienceOptions Resilience(ResilienceOptions options, string key, PlainYaml setting) => Set(key, setting, options, text => key switch
        {
            "attempts" => options with { AttemptsMax = Whole(text) },
            "timeout" => options with { AttemptTimeout = Duration(text) },
            "firstDelay" => options with { FirstDelay = Duration(text) },
            "delayMax" => options with { DelayMax = Duration(text) },
            "giveUpAfter" => options with { GiveUpAfter = Duration(text) },
            "rate" => options with { RatePerSecond = Real(text) },
            "concurrency" => options with { ConcurrencyMax = Whole(text) },
            "breakRatio" => options with { BreakRatio = Real(text) },
            "breakMinimum" => options with { BreakMinimum = Whole(text) },
            "breakSampling" => options with { BreakSampling = Duration(text) },
            _ => options with { BreakDuration = Duration(text) },
        });

        private Uri? Url(PlainYaml setting)
        {
            if (Expanded("url", setting) is not { } text)
            {
                return null;
            }

            if (Uri.TryCreate(text, UriKind.Absolute, out var url) && WebhookAddress.IsUsable(url))
            {
                return url;
            }

            Faults.Add(SettingFaults.BadValue(setting.At, "url", "it must be absolute, http or https, without user, password or fragment."));
            return null;
        }

        private ImmutableArray<WebhookSecret> Secrets(PlainYaml setting)
        {
            var secrets = ImmutableArray.CreateBuilder<WebhookSecret>();
            var given = setting is PlainYaml.Sequence list ? list.Items : [setting];
            if (given.Length is 0 or > 5)
            {
                Faults.Add(SettingFaults.WrongShape(setting.At, "secret", "one secret, or a list of at most 5"));
            }

            foreach (var one in given.Take(5))
            {
                try
                {
                    if (Expanded("secret", one) is { } text)
                    {
                        secrets.Add(WebhookSecret.Parse(text));
                    }
                }
                catch (FormatException e)
                {
                    Faults.Add(SettingFaults.BadValue(one.At, "secret", e.Message));
                }
            }

            return secrets.ToImmutable();
        }

        /// <summary>The text, or what the environment holds for <c>${NAME}</c>.</summary>
        private string? Expanded(string key, PlainYaml setting)
        {
            if (setting is not PlainYaml.Text { Value: var text })
            {
                Faults.Add(SettingFaults.WrongShape(setting.At, key, "a text"));
                return null;
            }

            if (!text.StartsWith("${", StringComparison.Ordinal) || !text.EndsWith('}'))
            {
                return text;
            }

            var name = text[2..^1];
            if (environment(name) is { Length: > 0 } value)
            {
                return value;
            }

            Faults.Add(SettingFaults.BadValue(setting.At, key, $"the environment variable {name} is not set."));
            return null;
        }

        private bool Flag(string key, PlainYaml setting)
        {
            if (setting is PlainYaml.Text { Value: "true" or "false" } flag)
            {
                return flag.Value == "true";
            }

            Faults.Add(SettingFaults.WrongShape(setting.At, key, "true or false"));
            return false;
        }

        /// <summary>Options refuse by themselves what is out of bounds; here it gets its place.</summary>
        private T Set<T>(string key, PlainYaml setting, T options, Func<string, T> set)
        {
            if (setting is not PlainYaml.Text { Value: var text })
            {
                Faults.Add(SettingFaults.WrongShape(setting.At, key, "one value"));
                return options;
            }

            try
            {
                return set(text);
            }
            catch (ArgumentOutOfRangeException e)
            {
                Faults.Add(SettingFaults.BadValue(setting.At, key, e.Message.Split(" (Parameter")[0]));
            }
            catch (FormatException e)
            {
                Faults.Add(SettingFaults.BadValue(setting.At, key, e.Message));
            }

            return options;
        }

        private static int Whole(string text) =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException("a whole number is expected.");

        private static double Real(string text) =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException("a number is expected.");

        private static TimeSpan Duration(string text) =>
            Durations.TryParse(text, out var milliseconds) ? TimeSpan.FromMilliseconds(milliseconds) : throw new FormatException($"{Durations.Expected} is expected.");

        private ImmutableArray<PlainYaml.Entry> Entries(PlainYaml? value, string what, string[]? known)
        {
            if (value is not PlainYaml.Mapping mapping)
            {
                if (value is not null)
                {
                    Faults.Add(SettingFaults.WrongShape(value.At, what, known is null ? "a mapping" : $"a mapping with {string.Join(", ", known)}"));
                }

                return [];
            }

            foreach (var entry in mapping.Entries.Where(entry => known is not null && !known.Contains(entry.Key)))
            {
                Faults.Add(SettingFaults.UnknownKey(entry.KeyAt, entry.Key, known!));
            }

            return [.. mapping.Entries.Where(entry => known is null || known.Contains(entry.Key))];
        }
    }
}

/// <param name="Options">Null where there are faults.</param>
public sealed record ChannelsParse(DispatchOptions? Options, ImmutableArray<Fault> Faults);

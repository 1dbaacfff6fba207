using System.Collections.Frozen;
using System.Collections.Immutable;
using Journey.Domain.Events;
using Journey.Domain.Language;

namespace Journey.Domain.Templates;

/// <summary>The named templates that sends refer to.</summary>
/// <remarks>
/// A file is <c>NAME.html</c> or <c>NAME.txt</c> (every channel), <c>NAME.CHANNEL.html</c> or <c>NAME.CHANNEL.txt</c> (one channel), with the
/// subject in front matter between two lines of <c>---</c>; or <c>NAME.yaml</c> with <c>subject</c>, <c>html</c> or <c>text</c>, and the
/// same again for each of <c>channels</c>.
/// </remarks>
public sealed class TemplateLibrary
{
    public const int FilesMax = 1_000;

    private static readonly string[] FrontMatterKeys = ["subject"];
    private static readonly string[] ChannelKeys = ["subject", "html", "text"];
    private static readonly string[] FileKeys = ["subject", "html", "text", "channels"];

    private readonly FrozenDictionary<(string Name, string Channel), MessageTemplate> _templates;

    private TemplateLibrary(FrozenDictionary<(string, string), MessageTemplate> templates) => _templates = templates;

    public static TemplateLibrary Empty { get; } = new(FrozenDictionary<(string, string), MessageTemplate>.Empty);

    /// <summary>Names, each once, in order.</summary>
    public ImmutableArray<string> Names => [.. _templates.Keys.Select(key => key.Name).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>What a template says on a channel: the channel's own text, else the one for every channel, else null.</summary>
    public MessageTemplate? Find(string name, ContactChannel channel) =>
        _templates.GetValueOrDefault((name, channel.Name)) ?? _templates.GetValueOrDefault((name, ""));

    /// <summary>Reads every file and reports every fault; a file with a fault adds nothing.</summary>
    public static TemplateLibraryParse Parse(IEnumerable<TemplateFile> files)
    {
        var parsing = new Parsing();
        foreach (var (file, index) in files.OrderBy(file => file.FileName, StringComparer.Ordinal).Select((file, index) => (file, index)))
        {
            if (index == FilesMax)
            {
                parsing.Faults.Add(TemplateFaults.TooManyFiles(new SourcePlace(file.FileName, 1, 1), FilesMax));
                break;
            }

            parsing.File(file);
        }

        return new TemplateLibraryParse(new TemplateLibrary(parsing.Templates.ToFrozenDictionary()), [.. parsing.Faults]);
    }

    private static bool IsName(string text) =>
        text.Length is > 0 and <= 100 && text[0] != '-' && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');

    private sealed class Parsing
    {
        public Dictionary<(string Name, string Channel), MessageTemplate> Templates { get; } = [];

        public List<Fault> Faults { get; } = [];

        public void File(TemplateFile file)
        {
            var start = new SourcePlace(file.FileName, 1, 1);
            var text = file.Text.Replace("\r\n", "\n", StringComparison.Ordinal);
            switch (file.FileName.Split('.'))
            {
                case [var name, "yaml" or "yml"] when IsName(name):
                    Yaml(name, text, start);
                    break;
                case [var name, "html" or "txt"] when IsName(name):
                    Plain(name, "", text, file.FileName.EndsWith(".html", StringComparison.Ordinal), start);
                    break;
                case [var name, var channel, "html" or "txt"] when IsName(name) && ContactChannel.From(channel).Name == channel:
                    Plain(name, channel, text, file.FileName.EndsWith(".html", StringComparison.Ordinal), start);
                    break;
                default:
                    Faults.Add(TemplateFaults.FileName(start));
                    break;
            }
        }

        private void Plain(string name, string channel, string text, bool isHtml, SourcePlace start)
        {
            PlainYaml.Text? subject = null;
            var bodyAt = start;
            var body = text;
            if (text.StartsWith("---\n", StringComparison.Ordinal))
            {
                var end = text.IndexOf("\n---\n", StringComparison.Ordinal);
                if (end < 0)
                {
                    Faults.Add(TemplateFaults.FrontMatterNotClosed(start));
                    return;
                }

                // An empty front matter closes with the line break that opened it.
                var front = end < 4 ? "" : text[4..end];
                body = text[(end + 5)..];
                bodyAt = start with { Line = text.AsSpan(0, end + 5).Count('\n') + 1 };
                var known = Mapping(PlainYaml.Read(front, start with { Line = 2 }, Faults), "front matter", FrontMatterKeys);
                subject = known.GetValueOrDefault("subject") as PlainYaml.Text;
            }

            Add(name, channel, subject, new PlainYaml.Text(bodyAt, body, bodyAt), isHtml, start);
        }

        private void Yaml(string name, string text, SourcePlace start)
        {
            var file = Mapping(PlainYaml.Read(text, start, Faults), name, FileKeys);
            Section(name, "", file, start, isOptional: file.ContainsKey("channels"));
            if (file.GetValueOrDefault("channels") is not { } channels)
            {
                return;
            }

            foreach (var (channel, section) in Mapping(channels, "channels", null))
            {
                Section(name, ContactChannel.From(channel).Name, Mapping(section, channel, ChannelKeys), section.At, isOptional: false);
            }
        }

        private void Section(string name, string channel, Dictionary<string, PlainYaml> section, SourcePlace at, bool isOptional)
        {
            var html = section.GetValueOrDefault("html") as PlainYaml.Text;
            var text = section.GetValueOrDefault("text") as PlainYaml.Text;
            if (html is null == text is null)
            {
                if (!isOptional || html is not null)
                {
                    Faults.Add(TemplateFaults.BodyMissing(at));
                }

                return;
            }

            Add(name, channel, section.GetValueOrDefault("subject") as PlainYaml.Text, html ?? text!, html is not null, at);
        }

        private void Add(string name, string channel, PlainYaml.Text? subject, PlainYaml.Text body, bool isHtml, SourcePlace at)
        {
            var subjectParse = subject is null ? null : Template.Parse(subject.Value, subject.TextAt, TemplateEncoding.None);
            var bodyParse = Template.Parse(body.Value, body.TextAt, isHtml ? TemplateEncoding.Html : TemplateEncoding.None);
            Faults.AddRange(subjectParse?.Faults ?? []);
            Faults.AddRange(bodyParse.Faults);
            if (bodyParse.Template is null || (subject is not null && subjectParse?.Template is null))
            {
                return;
            }

            var template = new MessageTemplate(name, channel.Length == 0 ? null : channel, subjectParse?.Template, bodyParse.Template, at);
            if (!Templates.TryAdd((name, channel), template))
            {
                Faults.Add(TemplateFaults.SaidTwice(at, name, channel.Length == 0 ? "every channel" : channel, Templates[(name, channel)].At));
            }
        }

        private Dictionary<string, PlainYaml> Mapping(PlainYaml? value, string what, string[]? known)
        {
            var entries = new Dictionary<string, PlainYaml>(StringComparer.Ordinal);
            if (value is not PlainYaml.Mapping mapping)
            {
                if (value is not null)
                {
                    Faults.Add(SettingFaults.WrongShape(value.At, what, known is null ? "a mapping by channel" : $"a mapping with {string.Join(", ", known)}"));
                }

                return entries;
            }

            foreach (var entry in mapping.Entries)
            {
                if (known is not null && !known.Contains(entry.Key))
                {
                    Faults.Add(SettingFaults.UnknownKey(entry.KeyAt, entry.Key, known));
                }
                else if (known is not null && entry.Key != "channels" && entry.Value is not PlainYaml.Text)
                {
                    Faults.Add(SettingFaults.WrongShape(entry.Value.At, entry.Key, "a text"));
                }
                else
                {
                    entries[entry.Key] = entry.Value;
                }
            }

            return entries;
        }
    }
}

/// <param name="Library">The templates without a fault.</param>
public sealed record TemplateLibraryParse(TemplateLibrary Library, ImmutableArray<Fault> Faults);

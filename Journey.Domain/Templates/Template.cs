using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using HandlebarsDotNet;
using Journey.Domain.Language;

namespace Journey.Domain.Templates;

/// <summary>A Handlebars text, compiled. Renders the same text for the same facts, within bounds, whatever the text says.</summary>
/// <remarks>Helpers: <c>if</c>, <c>unless</c>, <c>each</c>, <c>with</c>, <c>lookup</c>. No partials, decorators or raw blocks. Safe for use by many threads.</remarks>
public sealed class Template
{
    /// <summary>Characters of a template's source.</summary>
    public const int SourceLengthMax = 256 * 1024;

    /// <summary>Characters of a rendered text.</summary>
    public const int TextLengthMax = 256 * 1024;

    /// <summary>Values looked up and rounds of loops in one rendering: more is a loop in a loop that nobody meant.</summary>
    public const int StepsMax = 100_000;

    /// <summary>Missing values named in one result.</summary>
    public const int MissingPathsMax = 100;

    private static readonly IHandlebars Plain = Environment(TemplateEncoding.None);
    private static readonly IHandlebars Html = Environment(TemplateEncoding.Html);
    private static readonly IHandlebars Url = Environment(TemplateEncoding.Url);
    private static readonly Lock Compiling = new();

    private readonly HandlebarsTemplate<TextWriter, object, object> _compiled;

    private Template(string source, TemplateEncoding encoding, HandlebarsTemplate<TextWriter, object, object> compiled) =>
        (Source, Encoding, _compiled) = (source, encoding, compiled);

    public string Source { get; }

    public TemplateEncoding Encoding { get; }

    /// <summary>Whether a text has anything in it for a template to do.</summary>
    public static bool IsTemplate(string text) => text.Contains("{{", StringComparison.Ordinal);

    /// <param name="at">Where the text begins: faults count from there.</param>
    public static TemplateParse Parse(string source, SourcePlace at, TemplateEncoding encoding)
    {
        if (source.Length > SourceLengthMax)
        {
            return new TemplateParse(null, [TemplateFaults.TooLong(at, source.Length, SourceLengthMax)]);
        }

        var faults = TemplateSyntax.Check(source, at);
        if (faults.Count > 0)
        {
            return new TemplateParse(null, [.. faults]);
        }

        try
        {
            lock (Compiling)
            {
                using var reader = new StringReader(source);
                return new TemplateParse(new Template(source, encoding, EnvironmentOf(encoding).Compile(reader)), []);
            }
        }
        catch (Exception e) when (e is HandlebarsException or InvalidOperationException or ArgumentException)
        {
            return new TemplateParse(null, [TemplateFaults.Unreadable(at, e.Message.Split('\n')[0].Trim())]);
        }
    }

    /// <param name="facts">An object: its members are the names that a template begins its paths with.</param>
    public RenderResult Render(JsonElement facts)
    {
        if (facts.ValueKind != JsonValueKind.Object)
        {
            throw new ArgumentException($"Facts are one JSON object; this is {facts.ValueKind}.", nameof(facts));
        }

        var budget = new RenderBudget();
        using var text = new BoundedText(TextLengthMax);
        try
        {
            _compiled(text, new TemplateObject(facts, "", budget), null!);
        }
        catch (Exception e) when (Limit(e) is { } limit)
        {
            return new RenderResult.Refused(limit.Message);
        }
        catch (HandlebarsException e)
        {
            return new RenderResult.Refused(e.Message.Split('\n')[0].Trim());
        }

        return new RenderResult.Rendered(text.ToString(), [.. budget.Missing]);
    }

    private static TemplateLimitException? Limit(Exception e)
    {
        for (var inner = e; inner is not null; inner = inner.InnerException!)
        {
            if (inner is TemplateLimitException limit)
            {
                return limit;
            }
        }

        return null;
    }

    private static IHandlebars EnvironmentOf(TemplateEncoding encoding) => encoding switch
    {
        TemplateEncoding.Html => Html,
        TemplateEncoding.Url => Url,
        _ => Plain,
    };

    private static IHandlebars Environment(TemplateEncoding encoding)
    {
        var configuration = new HandlebarsConfiguration
        {
            NoEscape = encoding == TemplateEncoding.None,
            FormatProvider = System.Globalization.CultureInfo.InvariantCulture,
        };
        if (encoding == TemplateEncoding.Url)
        {
            configuration.TextEncoder = new UrlPartEncoder();
        }

        configuration.FormatterProviders.Add(new TemplateFormatter());
        configuration.ObjectDescriptorProviders.Add(new TemplateListDescriptor());
        return Handlebars.Create(configuration);
    }

    private sealed class UrlPartEncoder : ITextEncoder
    {
        public void Encode(StringBuilder? text, TextWriter target) => Encode(text?.ToString(), target);

        public void Encode(string? text, TextWriter target) => target.Write(Uri.EscapeDataString(text ?? ""));

        public void Encode<T>(T? text, TextWriter target) where T : IEnumerator<char>
        {
            var whole = new StringBuilder();
            while (text is not null && text.MoveNext())
            {
                whole.Append(text.Current);
            }

            Encode(whole.ToString(), target);
        }
    }

    /// <summary>Refuses the character after the last one allowed.</summary>
    private sealed class BoundedText(int max) : StringWriter(System.Globalization.CultureInfo.InvariantCulture)
    {
        public override void Write(char value)
        {
            Reserve(1);
            base.Write(value);
        }

        public override void Write(string? value)
        {
            Reserve(value?.Length ?? 0);
            base.Write(value);
        }

        public override void Write(char[] buffer, int index, int count)
        {
            Reserve(count);
            base.Write(buffer, index, count);
        }

        public override void Write(ReadOnlySpan<char> buffer)
        {
            Reserve(buffer.Length);
            base.Write(buffer);
        }

        public override void Write(StringBuilder? value)
        {
            Reserve(value?.Length ?? 0);
            base.Write(value);
        }

        private void Reserve(int count)
        {
            if (GetStringBuilder().Length + count > max)
            {
                throw new TemplateLimitException($"The text would be longer than {max:N0} characters.");
            }
        }
    }
}

/// <param name="Template">Null where there are faults.</param>
public sealed record TemplateParse(Template? Template, ImmutableArray<Fault> Faults);

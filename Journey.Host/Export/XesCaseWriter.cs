using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml;
using Journey.Domain.Time;

namespace Journey.Host.Export;

/// <summary>Cases as XES (IEEE 1849-2016), streamed: a log of traces, each trace a case. Documented in docs/reference/exchange.md.</summary>
internal sealed class XesCaseWriter : ICaseWriter
{
    public const string Namespace = "http://www.xes-standard.org/";

    private static readonly (string Name, string Prefix)[] _extensions = [("Concept", "concept"), ("Time", "time"), ("Organizational", "org")];

    private readonly XmlWriter _xml;
    private readonly EventProperties _properties;
    private bool _inTrace;

    public XesCaseWriter(Stream output, EventProperties properties)
    {
        _properties = properties;
        _xml = XmlWriter.Create(output, new XmlWriterSettings
        {
            Async = true,
            Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            Indent = true,
            IndentChars = " ",
            NewLineChars = "\n",
        });
        Begin();
    }

    public async ValueTask BeginAsync(string name, string customer, CancellationToken cancellation)
    {
        await CloseTraceAsync();
        _inTrace = true;
        _xml.WriteStartElement("trace", Namespace);
        Attribute("string", "concept:name", name);
        Attribute("string", "customer", customer);
    }

    public async ValueTask AddAsync(CaseEvent recorded, CancellationToken cancellation)
    {
        var e = recorded.Recorded;
        _xml.WriteStartElement("event", Namespace);
        Attribute("string", "concept:name", e.Name);
        Attribute("date", "time:timestamp", DateTimeOffset.FromUnixTimeMilliseconds(e.OccurredAt).ToString("yyyy-MM-dd'T'HH:mm:ss.fffK", CultureInfo.InvariantCulture));
        // Tools draw handovers between resources: between channels is what a journey is about.
        Attribute("string", "org:resource", e.Channel.Name);
        Attribute("string", "channel", e.Channel.Name);
        if (recorded.Session is { } session)
        {
            Attribute("string", "session", session);
        }

        Attribute("string", "kind", ExportedEvent.NameOf(e.Kind));
        Attribute("string", "source", e.Source);
        Attribute("string", "event_id", e.Id);
        Attribute("int", "position", e.Position.ToString(CultureInfo.InvariantCulture));
        var values = _properties.Of(e.Json);
        for (var i = 0; i < values.Length; i++)
        {
            Property(_properties.Names[i], values[i]);
        }

        await _xml.WriteEndElementAsync();
    }

    public async ValueTask EndAsync(CancellationToken cancellation)
    {
        await CloseTraceAsync();
        await _xml.WriteEndDocumentAsync();
        await _xml.FlushAsync();
    }

    public ValueTask DisposeAsync() => _xml.DisposeAsync();

    private async ValueTask CloseTraceAsync()
    {
        if (_inTrace)
        {
            await _xml.WriteEndElementAsync();
            _inTrace = false;
        }
    }

    private void Begin()
    {
        _xml.WriteStartDocument();
        _xml.WriteStartElement("log", Namespace);
        _xml.WriteAttributeString("xes.version", "1849-2016");
        _xml.WriteAttributeString("xes.features", "");
        foreach (var (name, prefix) in _extensions)
        {
            _xml.WriteStartElement("extension", Namespace);
            _xml.WriteAttributeString("name", name);
            _xml.WriteAttributeString("prefix", prefix);
            _xml.WriteAttributeString("uri", $"http://www.xes-standard.org/{prefix}.xesext");
            _xml.WriteEndElement();
        }

        Global("trace", ("string", "concept:name", "unknown"));
        Global("event", ("string", "concept:name", "unknown"), ("date", "time:timestamp", "1970-01-01T00:00:00.000+00:00"), ("string", "org:resource", "unknown"));
        Classifier("Activity", "concept:name");
        Classifier("Activity and channel", "concept:name channel");
    }

    private void Global(string scope, params ReadOnlySpan<(string Type, string Key, string Value)> attributes)
    {
        _xml.WriteStartElement("global", Namespace);
        _xml.WriteAttributeString("scope", scope);
        foreach (var (type, key, value) in attributes)
        {
            Attribute(type, key, value);
        }

        _xml.WriteEndElement();
    }

    private void Classifier(string name, string keys)
    {
        _xml.WriteStartElement("classifier", Namespace);
        _xml.WriteAttributeString("name", name);
        _xml.WriteAttributeString("keys", keys);
        _xml.WriteEndElement();
    }

    private void Property(string name, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Undefined:
                break;
            case JsonValueKind.String:
                Attribute("string", name, value.GetString()!);
                break;
            case JsonValueKind.Number:
                Attribute(value.TryGetInt64(out _) ? "int" : "float", name, value.GetRawText());
                break;
            case JsonValueKind.True or JsonValueKind.False:
                Attribute("boolean", name, value.GetRawText());
                break;
            default:
                Attribute("string", name, value.GetRawText());
                break;
        }
    }

    private void Attribute(string type, string key, string value)
    {
        _xml.WriteStartElement(type, Namespace);
        _xml.WriteAttributeString("key", Text(key));
        _xml.WriteAttributeString("value", Text(value));
        _xml.WriteEndElement();
    }

    /// <summary>XML has no word for most control characters: each becomes U+FFFD.</summary>
    private static string Text(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!XmlConvert.IsXmlChar(text[i]) && !IsPair(text, i))
            {
                return Cleaned(text);
            }
        }

        return text;
    }

    private static string Cleaned(string text)
    {
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            clean.Append(XmlConvert.IsXmlChar(text[i]) || IsPair(text, i) ? text[i] : '\ufffd');
        }

        return clean.ToString();
    }

    /// <summary>Either half of a well-formed surrogate pair.</summary>
    private static bool IsPair(string text, int i) =>
        (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1])) || (i > 0 && char.IsSurrogatePair(text[i - 1], text[i]));
}

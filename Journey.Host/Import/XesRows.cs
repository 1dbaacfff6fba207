using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Xml;

namespace Journey.Host.Import;

/// <summary>Events of an XES file (IEEE 1849), streamed. Columns are the keys of an event's attributes; those of its trace have "case:" before them.</summary>
/// <remarks>
/// Attributes of the types string, date, int, float, boolean and id are read, with their types; lists, containers and attributes of attributes are not.
/// The file may name no DTD and no entity of its own, and nothing outside of it is ever opened.
/// </remarks>
internal sealed class XesRows : IRowReader, IDisposable
{
    public const string TracePrefix = "case:";

    private const string ChannelKey = "channel";

    /// <summary>Attributes of one trace, and of one event.</summary>
    public const int AttributesMax = 2_000;

    private readonly XmlReader _xml;
    private readonly Dictionary<string, XesValue> _trace = new(StringComparer.Ordinal);
    private readonly XesRow _row = new();
    private bool _inTrace;
    private string? _traceFault;

    /// <exception cref="InvalidDataException">The file is no XES.</exception>
    public XesRows(Stream content)
    {
        _xml = XmlReader.Create(new MarkupGuard(content), new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            IgnoreWhitespace = true,
            CheckCharacters = true,
        });
        Checked(() =>
        {
            if (_xml.MoveToContent() != XmlNodeType.Element || _xml.LocalName != "log")
            {
                throw new InvalidDataException($"The file begins with <{_xml.LocalName}>. Expected <log>, as XES has it.");
            }

            _xml.Read();
        });
    }

    /// <summary>Rows name their own fields.</summary>
    public IReadOnlyList<string>? Columns => null;

    public SourceRow? Read()
    {
        var found = false;
        Checked(() => found = Next());
        return found ? _row : null;
    }

    public void Dispose() => _xml.Dispose();

    private static void Checked(Action read)
    {
        try
        {
            read();
        }
        catch (XmlException e)
        {
            throw new InvalidDataException($"The file is not whole or not XML: {e.Message}");
        }
    }

    private bool Next()
    {
        while (!_xml.EOF)
        {
            switch (_xml.NodeType)
            {
                case XmlNodeType.Element when _xml.LocalName == "trace":
                    _trace.Clear();
                    _traceFault = null;
                    _inTrace = !_xml.IsEmptyElement;
                    _xml.Read();
                    break;
                case XmlNodeType.EndElement when _xml.LocalName == "trace":
                    _inTrace = false;
                    _xml.Read();
                    break;
                case XmlNodeType.Element when _xml.LocalName == "event":
                    ReadEvent();
                    return true;
                case XmlNodeType.Element when _inTrace:
                    ReadAttribute(_trace, TracePrefix, ref _traceFault);
                    break;
                case XmlNodeType.Element:
                    // Extensions, globals, classifiers and what the log says of itself.
                    _xml.Skip();
                    break;
                default:
                    _xml.Read();
                    break;
            }
        }

        return false;
    }

    private void ReadEvent()
    {
        _row.Start(((IXmlLineInfo)_xml).LineNumber, _trace, _inTrace ? _traceFault : "the event stands in no trace: nothing says whose it is");
        var isEmpty = _xml.IsEmptyElement;
        _xml.Read();
        if (isEmpty)
        {
            return;
        }

        string? fault = null;
        while (_xml.NodeType != XmlNodeType.EndElement)
        {
            if (_xml.EOF)
            {
                return;
            }

            if (_xml.NodeType == XmlNodeType.Element)
            {
                ReadAttribute(_row.Values, "", ref fault);
            }
            else
            {
                _xml.Read();
            }
        }

        _xml.Read();
        _row.Refuse(fault);
    }

    /// <summary>Takes one attribute element, and passes over whatever is inside of it.</summary>
    private void ReadAttribute(Dictionary<string, XesValue> into, string prefix, ref string? fault)
    {
        XesType? type = _xml.LocalName switch
        {
            "string" or "id" => XesType.Text,
            "date" => XesType.Date,
            "int" => XesType.Integer,
            "float" => XesType.Number,
            "boolean" => XesType.Truth,
            _ => null,
        };
        if (type is { } known && _xml.GetAttribute("key") is { Length: > 0 } key && _xml.GetAttribute("value") is { } value)
        {
            if (into.Count >= AttributesMax)
            {
                fault ??= $"it has more than {AttributesMax:N0} attributes";
            }
            else if (!into.TryAdd(prefix + key, new XesValue(known, value)))
            {
                fault ??= $"the attribute '{(key.Length <= 40 ? key : key[..40] + "…")}' is given twice";
            }
        }

        _xml.Skip();
    }

    private enum XesType { Text, Date, Integer, Number, Truth }

    private readonly record struct XesValue(XesType Type, string Text);

    private sealed class XesRow : SourceRow
    {
        private static readonly byte[] _fieldEnd = [0x1f];

        private Dictionary<string, XesValue> _trace = [];
        private long _order;

        public Dictionary<string, XesValue> Values { get; } = new(StringComparer.Ordinal);

        public override long Order => _order;

        public void Start(long line, Dictionary<string, XesValue> trace, string? fault)
        {
            Values.Clear();
            (Line, Fault, _trace) = (line, fault, trace);
            _order++;
        }

        public void Refuse(string? fault) => Fault ??= fault;

        public override string? Text(in BoundColumn column) => Find(column.Name) is { Text.Length: > 0 } value ? value.Text : null;

        public override void WriteAsIs(Utf8JsonWriter writer, in BoundColumn column) => Write(writer, Find(column.Name)!.Value);

        public override void WriteRest(Utf8JsonWriter writer, IReadOnlySet<string> used)
        {
            foreach (var (key, value) in Values.Concat(_trace))
            {
                if (value.Text.Length > 0 && !used.Contains(key))
                {
                    writer.WritePropertyName(key);
                    Write(writer, value);
                }
            }
        }

        public override void AppendContent(IncrementalHash hash)
        {
            foreach (var (key, value) in _trace.Concat(Values))
            {
                hash.AppendData(Encoding.UTF8.GetBytes(key));
                hash.AppendData(_fieldEnd);
                hash.AppendData(Encoding.UTF8.GetBytes(value.Text));
                hash.AppendData(_fieldEnd);
            }
        }

        private XesValue? Find(string key) =>
            Values.TryGetValue(key, out var own) ? own
            : _trace.TryGetValue(key, out var ofTrace) ? ofTrace
            // An event without a channel of its own has its trace's; without a name of its own it has none.
            : key == ChannelKey && _trace.TryGetValue(TracePrefix + key, out var channel) ? channel
            : null;

        private static void Write(Utf8JsonWriter writer, XesValue value)
        {
            switch (value.Type)
            {
                case XesType.Integer or XesType.Number when decimal.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number):
                    writer.WriteNumberValue(number);
                    break;
                case XesType.Truth when value.Text is "true" or "1" or "false" or "0":
                    writer.WriteBooleanValue(value.Text is "true" or "1");
                    break;
                default:
                    writer.WriteStringValue(value.Text);
                    break;
            }
        }
    }
}

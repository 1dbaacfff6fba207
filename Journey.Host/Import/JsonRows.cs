using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace Journey.Host.Import;

/// <summary>One JSON object per line. Columns are paths: <c>user.id</c> is the member id of the member user, unless a member is called that.</summary>
internal sealed class JsonRows(LineReader lines) : IRowReader, IDisposable
{
    private readonly JsonRow _row = new();

    public IReadOnlyList<string>? Columns => null;

    public SourceRow? Read()
    {
        while (lines.TryRead(out var line))
        {
            if (line.Fault is not null || !line.Bytes.Span.Trim(" \t"u8).IsEmpty)
            {
                _row.Take(line);
                return _row;
            }
        }

        return null;
    }

    public void Dispose() => _row.Dispose();

    private sealed class JsonRow : SourceRow, IDisposable
    {
        private ReadOnlyMemory<byte> _bytes;
        private JsonDocument? _document;

        public void Take(in SourceLine line)
        {
            _document?.Dispose();
            _document = null;
            (Line, Fault, _bytes) = (line.Number, line.Fault, line.Bytes);
            if (Fault is not null)
            {
                return;
            }

            try
            {
                _document = JsonDocument.Parse(_bytes);
                Fault = _document.RootElement.ValueKind == JsonValueKind.Object ? null : "the line is not a JSON object";
            }
            catch (JsonException e)
            {
                Fault = $"the line is not JSON (character {e.BytePositionInLine + 1})";
            }
        }

        public override string? Text(in BoundColumn column) => Find(column.Name) switch
        {
            { ValueKind: JsonValueKind.String } text => text.GetString() is { Length: > 0 } value ? value : null,
            { ValueKind: JsonValueKind.Undefined or JsonValueKind.Null } => null,
            var other => other.GetRawText(),
        };

        public override void WriteAsIs(Utf8JsonWriter writer, in BoundColumn column) => WriteRaw(writer, Find(column.Name));

        public override void WriteRest(Utf8JsonWriter writer, IReadOnlySet<string> used)
        {
            foreach (var member in _document!.RootElement.EnumerateObject())
            {
                if (!used.Contains(member.Name) && member.Value.ValueKind != JsonValueKind.Null)
                {
                    writer.WritePropertyName(member.Name);
                    WriteRaw(writer, member.Value);
                }
            }
        }

        public override void AppendContent(IncrementalHash hash) => hash.AppendData(_bytes.Span);

        public void Dispose() => _document?.Dispose();

        // Copied as it stands, so that numbers keep their digits.
        private static void WriteRaw(Utf8JsonWriter writer, JsonElement value) =>
            writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);

        private JsonElement Find(string path)
        {
            var element = _document!.RootElement;
            if (element.TryGetProperty(path, out var direct))
            {
                return direct;
            }

            foreach (var name in path.Split('.'))
            {
                if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
                {
                    return default;
                }
            }

            return element;
        }
    }
}

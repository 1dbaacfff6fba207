using System.Globalization;
using System.Text;
using System.Text.Json;
using Journey.Domain.Time;

namespace Journey.Host.Export;

/// <summary>Cases as CSV, RFC 4180: one row per event. Documented in docs/reference/exchange.md.</summary>
/// <remarks>
/// A field that a spreadsheet would take for a formula gets an apostrophe before it, unless the export is raw:
/// what customers typed must not run on the analyst's machine.
/// </remarks>
internal sealed class CsvCaseWriter : ICaseWriter
{
    public static readonly IReadOnlyList<string> Columns =
        ["case_id", "activity", "timestamp", "channel", "customer", "session", "kind", "source", "event_id", "position"];

    private readonly StreamWriter _output;
    private readonly EventProperties _properties;
    private readonly bool _raw;
    private readonly StringBuilder _row = new();

    /// <param name="raw">Leave fields as they are that a spreadsheet would take for formulas.</param>
    public CsvCaseWriter(Stream output, EventProperties properties, bool raw)
    {
        _output = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 16, leaveOpen: true);
        _properties = properties;
        _raw = raw;
        Row([.. Columns, .. properties.Names]);
        _output.Write(_row);
    }

    public ValueTask BeginAsync(string name, string customer, CancellationToken cancellation) => ValueTask.CompletedTask;

    public async ValueTask AddAsync(CaseEvent recorded, CancellationToken cancellation)
    {
        var e = recorded.Recorded;
        Row([
            recorded.Case, e.Name, Instants.ToIso(e.OccurredAt), e.Channel.Name, recorded.Customer, recorded.Session ?? "",
            ExportedEvent.NameOf(e.Kind), e.Source, e.Id, e.Position.ToString(CultureInfo.InvariantCulture),
            .. _properties.Of(e.Json).Select(value => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.ValueKind == JsonValueKind.Undefined ? "" : value.GetRawText()),
        ]);
        await _output.WriteAsync(_row, cancellation);
    }

    public async ValueTask EndAsync(CancellationToken cancellation) => await _output.FlushAsync(cancellation);

    public ValueTask DisposeAsync() => _output.DisposeAsync();

    private void Row(IReadOnlyList<string> fields)
    {
        _row.Clear();
        for (var i = 0; i < fields.Count; i++)
        {
            _row.Append(i == 0 ? "" : ",");
            Field(fields[i]);
        }

        _row.Append("\r\n");
    }

    private void Field(string text)
    {
        // A number may begin with a sign; anything else that does is a formula to a spreadsheet.
        var guarded = !_raw && text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r'
            && !decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
        if (guarded)
        {
            text = $"'{text}";
        }

        if (text.AsSpan().IndexOfAny(",\"\r\n") >= 0)
        {
            _row.Append('"').Append(text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        }
        else
        {
            _row.Append(text);
        }
    }
}

using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Domain.Language;
using Journey.Host.Export;
using Journey.Host.Ingestion;

namespace Journey.Host.Import;

/// <summary>Turns rows into events as a mapping says, or says why a row cannot be one.</summary>
internal sealed class RowMapper : IDisposable
{
    private readonly ImportMapping _mapping;
    private readonly IReadOnlyList<string>? _columns;
    private readonly TimeText _time;
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private readonly List<Fault> _faults = [];
    private readonly ArrayBufferWriter<byte> _buffer = new(1_024);
    private readonly Utf8JsonWriter _writer;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Dictionary<ColumnName, BoundColumn> _bound = [];
    private readonly int _eventBytesMax = new IngestLimits().EventBytesMax;

    private RowMapper(ImportMapping mapping, IReadOnlyList<string>? columns)
    {
        _mapping = mapping;
        _columns = columns;
        _time = new TimeText(mapping.Time);
        _writer = new Utf8JsonWriter(_buffer, ExportedEvent.WriterOptions);
    }

    /// <param name="columns">The file's columns; null where rows name their own fields.</param>
    /// <returns>Faults: columns that the file does not have.</returns>
    public static (RowMapper Mapper, IReadOnlyList<Fault> Faults) Create(ImportMapping mapping, IReadOnlyList<string>? columns)
    {
        var mapper = new RowMapper(mapping, columns);
        mapper.BindAll();
        return (mapper, mapper._faults);
    }

    /// <returns>The row's event; or null with no reason for a row that the mapping leaves out; or null and why it is rejected.</returns>
    public (ImportRow? Row, string? Reason) Map(SourceRow row)
    {
        if (row.Fault is not null)
        {
            return (null, row.Fault);
        }

        if (IsLeftOut(row))
        {
            return (null, null);
        }

        if (row.Text(_bound[_mapping.Time.Column]) is not { } timeText)
        {
            return (null, $"{_mapping.Time.Column.Name} is empty: there is no time");
        }

        if (_time.Read(timeText, out var occurredAt) is { } badTime)
        {
            return (null, $"{_mapping.Time.Column.Name}: {badTime}");
        }

        var (name, noName) = Text(row, _mapping.EventName, "the event's name");
        if (noName is not null)
        {
            return (null, noName);
        }

        name = _mapping.Names.GetValueOrDefault(name!, name!);
        if (ReservedNames.Check(name) is { } refusal)
        {
            return (null, refusal.Reason);
        }

        var (channel, noChannel) = Text(row, _mapping.Channel, "the channel");
        if (noChannel is not null)
        {
            return (null, noChannel);
        }

        var (identifiers, nobody) = Identify(row);
        if (nobody is not null)
        {
            return (null, nobody);
        }

        var id = _mapping.Id is { } idColumn ? row.Text(_bound[idColumn]) : null;
        if (_mapping.Id is not null && (id is null || id.Length > IngestLimits.IdLengthMax))
        {
            return (null, id is null ? $"{_mapping.Id.Value.Name} is empty: there is no id" : $"the id is longer than {IngestLimits.IdLengthMax} characters");
        }

        if (WritePayload(row, identifiers) is { } badValue)
        {
            return (null, badValue);
        }

        var payload = _buffer.WrittenSpan.ToArray();
        if (EventShape.Check(payload, _eventBytesMax) is { } misshapen)
        {
            return (null, misshapen.Reason);
        }

        channel = ContactChannel.From(_mapping.Channels.GetValueOrDefault(channel!, channel!)).Name;
        return (new ImportRow(row.Order, occurredAt, string.Intern(name), channel, id, Content(row), identifiers, payload), null);
    }

    public void Dispose()
    {
        _writer.Dispose();
        _hash.Dispose();
    }

    private bool IsLeftOut(SourceRow row)
    {
        foreach (var filter in _mapping.Only)
        {
            if (!filter.Values.Contains(row.Text(_bound[filter.Column]) ?? ""))
            {
                return true;
            }
        }

        foreach (var filter in _mapping.Skip)
        {
            if (filter.Values.Contains(row.Text(_bound[filter.Column]) ?? ""))
            {
                return true;
            }
        }

        return false;
    }

    private (string? Text, string? Reason) Text(SourceRow row, TextSource source, string what)
    {
        switch (source)
        {
            case TextSource.Constant constant:
                return (constant.Text, null);
            case TextSource.Column column:
                return (row.Text(_bound[column.From]) ?? column.Otherwise) is { } text ? (text, null) : (null, $"{column.From.Name} is empty: {what} is missing");
            case TextSource.Template template:
                var filled = new StringBuilder();
                foreach (var part in template.Parts)
                {
                    filled.Append(part.Column is { } from ? row.Text(_bound[from]) : part.Literal);
                }

                return filled.ToString().Trim() is { Length: > 0 } whole ? (whole, null) : (null, $"{what} is missing");
            default:
                throw new ArgumentOutOfRangeException(nameof(source), source, "A text source of no known kind.");
        }
    }

    private (ImmutableArray<Identifier> Identifiers, string? Reason) Identify(SourceRow row)
    {
        var identity = new EventIdentity();
        if (_mapping.Customer is { } customer)
        {
            identity.Require(row.Text(_bound[customer.Column]), customer.Kind, customer.Column.Name);
            if (identity.IsEmpty && _mapping.Identifiers.IsEmpty && identity.Fault is null)
            {
                return ([], $"{customer.Column.Name} names nobody: there is no customer");
            }
        }

        foreach (var identifier in _mapping.Identifiers)
        {
            identity.Require(row.Text(_bound[identifier.Column]), identifier.Kind, identifier.Column.Name);
        }

        return identity.Fault is { } fault ? ([], fault.Reason)
            : identity.IsEmpty ? ([], "no identifier is given: there is no customer")
            : (identity.Found, null);
    }

    private string? WritePayload(SourceRow row, ImmutableArray<Identifier> identifiers)
    {
        _buffer.ResetWrittenCount();
        _writer.Reset(_buffer);
        _writer.WriteStartObject();
        PayloadIds.Write(_writer, identifiers, []);
        var fault = WriteValues(row, "traits", _mapping.Traits, rest: false)
            ?? WriteValues(row, "properties", _mapping.Properties, _mapping.Rest)
            ?? WriteSession(row);
        _writer.WriteEndObject();
        _writer.Flush();
        return fault;
    }

    private string? WriteSession(SourceRow row)
    {
        if (_mapping.Session is { } column && row.Text(_bound[column]) is { } session)
        {
            if (session.Length > IngestLimits.IdLengthMax)
            {
                return $"{column.Name} is longer than {IngestLimits.IdLengthMax} characters";
            }

            _writer.WriteString("session"u8, session);
        }

        return null;
    }

    private string? WriteValues(SourceRow row, string member, ImmutableArray<ValueMapping> values, bool rest)
    {
        if (values.IsEmpty && !rest)
        {
            return null;
        }

        string? fault = null;
        _writer.WriteStartObject(member);
        foreach (var value in values)
        {
            fault ??= WriteValue(row, value);
        }

        if (rest)
        {
            row.WriteRest(_writer, _used);
        }

        _writer.WriteEndObject();
        return fault;
    }

    private string? WriteValue(SourceRow row, ValueMapping value)
    {
        var column = _bound[value.Column];
        if (row.Text(column) is not { } text)
        {
            return null;
        }

        _writer.WritePropertyName(value.As);
        switch (value.Kind)
        {
            case ValueKind.AsIs:
                row.WriteAsIs(_writer, column);
                return null;
            case ValueKind.Text:
                _writer.WriteStringValue(text);
                return null;
            case ValueKind.Number when decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number):
                _writer.WriteNumberValue(number);
                return null;
            case ValueKind.Integer when long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var integer):
                _writer.WriteNumberValue(integer);
                return null;
            case ValueKind.Boolean when Truth(text) is { } flag:
                _writer.WriteBooleanValue(flag);
                return null;
            case ValueKind.Json when IsJson(text):
                _writer.WriteRawValue(text);
                return null;
            default:
                // A value has to follow its name, though the row is rejected.
                _writer.WriteNullValue();
                return $"{value.Column.Name}: '{(text.Length <= 40 ? text : text[..40] + "…")}' is not {Article(value.Kind)}";
        }
    }

    private static string Article(ValueKind kind) => kind switch
    {
        ValueKind.Integer => "an integer",
        ValueKind.Json => "JSON",
        _ => $"a {kind.ToString().ToLowerInvariant()}",
    };

    private static bool? Truth(string text) => text.ToLowerInvariant() switch
    {
        "true" or "1" or "yes" or "y" => true,
        "false" or "0" or "no" or "n" => false,
        _ => null,
    };

    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private UInt128 Content(SourceRow row)
    {
        row.AppendContent(_hash);
        Span<byte> digest = stackalloc byte[32];
        _hash.GetHashAndReset(digest);
        return BinaryPrimitives.ReadUInt128BigEndian(digest);
    }

    private void BindAll()
    {
        IEnumerable<ColumnName?> columns =
        [
            _mapping.Customer?.Column, _mapping.Time.Column, _mapping.Id, _mapping.Session,
            .. ColumnsOf(_mapping.EventName), .. ColumnsOf(_mapping.Channel),
            .. _mapping.Identifiers.Select(identifier => (ColumnName?)identifier.Column),
            .. _mapping.Properties.Concat(_mapping.Traits).Select(value => (ColumnName?)value.Column),
        ];
        foreach (var column in columns.OfType<ColumnName>())
        {
            Bind(column);
            _used.Add(column.Name);
        }

        // A filter looks at a column and does not use it up: it may still be one of the rest.
        foreach (var filter in _mapping.Only.Concat(_mapping.Skip))
        {
            Bind(filter.Column);
        }
    }

    private static IEnumerable<ColumnName?> ColumnsOf(TextSource source) => source switch
    {
        TextSource.Column column => [column.From],
        TextSource.Template template => template.Parts.Select(part => part.Column),
        _ => [],
    };

    private void Bind(ColumnName column)
    {
        var index = -1;
        for (var i = 0; i < (_columns?.Count ?? 0); i++)
        {
            index = _columns![i] == column.Name ? i : index;
        }

        if (_columns is not null && index < 0)
        {
            _faults.Add(MappingFaults.UnknownColumn(column.At, column.Name, _columns, NearMiss.Of(column.Name, _columns)));
        }

        _bound[column] = new BoundColumn(column.Name, index);
    }
}

using System.Text.Json;
using Journey.Domain.Events;
using Journey.Host.Ingestion;

namespace Journey.Host.Import;

/// <summary>Somebody else's CloudEvents, one structured JSON object per line.</summary>
/// <remarks>They become what they would have become over HTTP, with their own source and id: one that was sent already is a duplicate.</remarks>
internal sealed class CloudEventSource : IHistorySource
{
    private readonly HistoryFile _file;
    private readonly LineReader _lines;
    private readonly CloudEventMapper _mapper = new(new IngestLimits());
    private readonly long _receivedAt;

    /// <param name="receivedAt">When the import began, Unix milliseconds: nothing happened later.</param>
    public CloudEventSource(HistoryFile file, StandardOptions options, long receivedAt)
    {
        (_file, _receivedAt) = (file, receivedAt);
        _lines = new LineReader(file.Content);
        Name = options.SourceOf(file.Path);
    }

    public string Name { get; }

    public long BytesRead => _file.BytesRead;

    public long Bytes => _file.Bytes;

    /// <summary>Whether a line is a CloudEvent, whatever it says.</summary>
    public static bool IsOne(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("specversion"u8, out _);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    public (long Line, ImportRow? Row, string? Reason)? Read()
    {
        while (_lines.TryRead(out var line))
        {
            if (line.Fault is not null || !line.Bytes.Span.Trim(" \t"u8).IsEmpty)
            {
                var (row, reason) = line.Fault is null ? Map(line) : (null, line.Fault);
                return (line.Number, row, reason);
            }
        }

        return null;
    }

    public void Dispose() => _mapper.Dispose();

    private (ImportRow? Row, string? Reason) Map(in SourceLine line)
    {
        try
        {
            using var document = JsonDocument.Parse(line.Bytes);
            var mapped = _mapper.Map(document.RootElement, _receivedAt);
            if (mapped.Refusal is { } refusal)
            {
                return (null, refusal.Reason);
            }

            // Live, an event without a time happened when it came. In a file that would be the time of the import.
            if (!document.RootElement.TryGetProperty("time"u8, out var time) || time.ValueKind != JsonValueKind.String)
            {
                return (null, "\"time\" is missing: history needs to say when it happened");
            }

            var interaction = mapped.Interaction!;
            return (new ImportRow(
                line.Number,
                interaction.OccurredAt,
                string.Intern(interaction.Name),
                interaction.Channel.Name,
                interaction.Id,
                UInt128.Zero,
                interaction.Identifiers,
                StoredPayload.Json(interaction.Payload).ToArray(),
                string.Intern(interaction.Source)), null);
        }
        catch (JsonException e)
        {
            return (null, $"the line is not JSON (character {e.BytePositionInLine + 1})");
        }
    }
}

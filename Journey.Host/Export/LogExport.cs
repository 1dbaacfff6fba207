using System.Buffers;
using System.Text.Json;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Cli;

namespace Journey.Host.Export;

public enum ExportFormat
{
    /// <summary>Everything that the log knows of an event, one per line: can be imported again.</summary>
    JsonLines,

    /// <summary>CloudEvents 1.0, structured JSON, one per line.</summary>
    CloudEvents,
}

/// <summary>Writes the whole log, in position order, up to its end as it was at the start.</summary>
public static class LogExport
{
    private const int PageEvents = 2_000;

    /// <returns>How many events were written.</returns>
    public static async Task<long> WriteAsync(IEventLog log, Stream output, ExportFormat format, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        var head = log.PositionOf(await log.HeadAsync(cancellation));
        var checkpoint = Checkpoint.Start;
        var buffer = new ArrayBufferWriter<byte>(1 << 16);
        await using var writer = new Utf8JsonWriter(buffer, ExportedEvent.WriterOptions);
        long written = 0;
        while (written < head)
        {
            var page = await log.ReadAsync(checkpoint, (int)Math.Min(PageEvents, head - written), cancellation);
            if (page.AtEnd)
            {
                break;
            }

            foreach (var recorded in page.Events)
            {
                Append(buffer, writer, recorded, format);
            }

            await output.WriteAsync(buffer.WrittenMemory, cancellation);
            buffer.ResetWrittenCount();
            written += page.Events.Count;
            checkpoint = page.Next;
            progress?.Report(new WorkProgress("exporting", written, head, "events"));
        }

        await output.FlushAsync(cancellation);
        return written;
    }

    private static void Append(ArrayBufferWriter<byte> buffer, Utf8JsonWriter writer, in RecordedEvent recorded, ExportFormat format)
    {
        writer.Reset(buffer);
        if (format == ExportFormat.CloudEvents)
        {
            ExportedCloudEvent.Write(writer, recorded);
        }
        else
        {
            ExportedEvent.Write(writer, recorded);
        }

        writer.Flush();
        buffer.Write("\n"u8);
    }
}

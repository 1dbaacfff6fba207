using System.Buffers;
using System.Text.Json;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Cli;
using Journey.Host.Http.Queries;

namespace Journey.Host.Export;

public enum ExportFormat
{
    /// <summary>Everything that the log knows of an event, one per line: can be imported again.</summary>
    JsonLines,

    /// <summary>CloudEvents 1.0, structured JSON, one per line: can be imported again, too.</summary>
    CloudEvents,

    /// <summary>IEEE 1849: events grouped into cases, for process-mining tools.</summary>
    Xes,

    /// <summary>One row per event with its case, for process-mining tools and spreadsheets.</summary>
    Csv,
}

/// <summary>Writes the log as lines of JSON, in position order, up to its end as it was at the start.</summary>
public static class LogExport
{
    private const int PageEvents = 2_000;

    /// <returns>How many events were written.</returns>
    public static async Task<long> WriteAsync(
        IEventLog log, Stream output, ExportFormat format, ExportFilter filter, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        var head = log.PositionOf(await log.HeadAsync(cancellation));
        await using var lines = new Lines(output, format);
        await foreach (var recorded in (filter.Customer is null ? AllAsync(log, head, progress, cancellation) : OneAsync(log, filter.Customer, head, cancellation)))
        {
            if (filter.Takes(recorded))
            {
                await lines.AddAsync(recorded, cancellation);
            }
        }

        await lines.FlushAsync(cancellation);
        await output.FlushAsync(cancellation);
        return lines.Count;
    }

    private static async IAsyncEnumerable<RecordedEvent> AllAsync(
        IEventLog log, long head, IProgress<WorkProgress>? progress, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var checkpoint = Checkpoint.Start;
        for (long read = 0; read < head;)
        {
            var page = await log.ReadAsync(checkpoint, (int)Math.Min(PageEvents, head - read), cancellation);
            if (page.AtEnd)
            {
                break;
            }

            foreach (var recorded in page.Events)
            {
                yield return recorded;
            }

            read += page.Events.Count;
            checkpoint = page.Next;
            progress?.Report(new WorkProgress("exporting", read, head, "events"));
        }
    }

    private static async IAsyncEnumerable<RecordedEvent> OneAsync(
        IEventLog log, string customer, long head, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var streams = new CustomerStreams(log);
        var family = await streams.OfAsync(customer, cancellation);
        await foreach (var recorded in streams.ReadAsync(family, new Dictionary<string, long>(), cancellation))
        {
            if (recorded.Position <= head)
            {
                yield return recorded;
            }
        }
    }

    private sealed class Lines : IAsyncDisposable
    {
        private const int BufferBytes = 1 << 16;

        private readonly Stream _output;
        private readonly ExportFormat _format;
        private readonly ArrayBufferWriter<byte> _buffer = new(BufferBytes);
        private readonly Utf8JsonWriter _writer;

        public Lines(Stream output, ExportFormat format) =>
            (_output, _format, _writer) = (output, format, new Utf8JsonWriter(_buffer, ExportedEvent.WriterOptions));

        public long Count { get; private set; }

        public async ValueTask AddAsync(RecordedEvent recorded, CancellationToken cancellation)
        {
            _writer.Reset(_buffer);
            if (_format == ExportFormat.CloudEvents)
            {
                ExportedCloudEvent.Write(_writer, recorded);
            }
            else
            {
                ExportedEvent.Write(_writer, recorded);
            }

            await _writer.FlushAsync(cancellation);
            _buffer.Write("\n"u8);
            Count++;
            if (_buffer.WrittenCount >= BufferBytes / 2)
            {
                await FlushAsync(cancellation);
            }
        }

        public async ValueTask FlushAsync(CancellationToken cancellation)
        {
            await _output.WriteAsync(_buffer.WrittenMemory, cancellation);
            _buffer.ResetWrittenCount();
        }

        public ValueTask DisposeAsync() => _writer.DisposeAsync();
    }
}

using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace Journey.Host.Http.Live;

/// <summary>Writes server-sent events, as the HTML standard defines them.</summary>
internal sealed class EventStreamWriter(PipeWriter target)
{
    public const string ContentType = "text/event-stream";

    public async ValueTask RetryAsync(int milliseconds, CancellationToken cancellation)
    {
        target.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"retry: {milliseconds}\n\n")));
        await target.FlushAsync(cancellation);
    }

    /// <param name="id">Without line breaks; null: the client's last one stays.</param>
    /// <param name="json">On one line.</param>
    public async ValueTask SendAsync(string name, string? id, ReadOnlyMemory<byte> json, CancellationToken cancellation)
    {
        target.Write(Encoding.UTF8.GetBytes(id is null ? $"event: {name}\ndata: " : $"event: {name}\nid: {id}\ndata: "));
        target.Write(json.Span);
        target.Write("\n\n"u8);
        await target.FlushAsync(cancellation);
    }
}

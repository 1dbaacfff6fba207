using System.Buffers;
using System.IO.Compression;
using System.Text.Unicode;

namespace Journey.Host.Ingestion;

/// <summary>A request's body in pooled memory: decompressed, within its limit.</summary>
public sealed class RequestBody : IDisposable
{
    private byte[] _buffer;
    private readonly int _length;

    private RequestBody(byte[] buffer, int length) => (_buffer, _length) = (buffer, length);

    public Memory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>Stops reading one byte past the limit, so that a small body can't unfold into a large one.</summary>
    /// <param name="contentEncoding">As in the header; null, identity, gzip, deflate or br.</param>
    /// <param name="requireUtf8">What isn't valid UTF-8 is refused as corrupt.</param>
    public static async ValueTask<BodyReading> ReadAsync(Stream body, string? contentEncoding, int bytesMax, bool requireUtf8, CancellationToken cancellation)
    {
        if (Decompressed(body, contentEncoding) is not { } source)
        {
            return new BodyReading.Unreadable(BodyFault.UnknownEncoding, $"Content-Encoding \"{contentEncoding}\" is not known; expected gzip, deflate, br or identity.");
        }

        var buffer = ArrayPool<byte>.Shared.Rent(Math.Min(16 << 10, bytesMax + 1));
        var length = 0;
        try
        {
            while (true)
            {
                var read = await source.ReadAsync(buffer.AsMemory(length, Math.Min(buffer.Length, bytesMax + 1) - length), cancellation);
                if (read == 0)
                {
                    break;
                }

                length += read;
                if (length > bytesMax)
                {
                    return Release(new BodyReading.Unreadable(BodyFault.TooLarge, $"The request has more than {bytesMax:N0} bytes."));
                }

                if (length == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(Math.Min(buffer.Length * 2, bytesMax + 1));
                    buffer.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }
        }
        catch (InvalidDataException)
        {
            return Release(new BodyReading.Unreadable(BodyFault.Corrupt, $"The body is not valid {contentEncoding}."));
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
        finally
        {
            if (!ReferenceEquals(source, body))
            {
                await source.DisposeAsync();
            }
        }

        return !requireUtf8 || Utf8.IsValid(buffer.AsSpan(0, length))
            ? new BodyReading.Complete(new RequestBody(buffer, length))
            : Release(new BodyReading.Unreadable(BodyFault.Corrupt, "The body is not valid UTF-8."));

        BodyReading Release(BodyReading reading)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            return reading;
        }
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    private static Stream? Decompressed(Stream body, string? encoding) => encoding?.Trim().ToLowerInvariant() switch
    {
        null or "" or "identity" => body,
        "gzip" or "x-gzip" => new GZipStream(body, CompressionMode.Decompress, leaveOpen: true),
        "deflate" => new ZLibStream(body, CompressionMode.Decompress, leaveOpen: true),
        "br" => new BrotliStream(body, CompressionMode.Decompress, leaveOpen: true),
        _ => null,
    };
}

public enum BodyFault { TooLarge, UnknownEncoding, Corrupt }

/// <summary>What reading a body came to.</summary>
public abstract record BodyReading
{
    private BodyReading() { }

    /// <summary>The receiver disposes of the body.</summary>
    public sealed record Complete(RequestBody Body) : BodyReading;

    public sealed record Unreadable(BodyFault Fault, string Reason) : BodyReading;
}

namespace Journey.Host.Import;

/// <summary>Passes a stream of XML on, and refuses it where one tag would take more memory than any tag needs.</summary>
/// <remarks>An XML reader holds a whole tag, or a whole text between two, at once; it has no limit of its own for one.</remarks>
internal sealed class MarkupGuard(Stream content) : Stream
{
    /// <summary>Bytes from one "&lt;" to the next, at most.</summary>
    public const int TagBytesMax = 1 << 20;

    private long _sinceTag;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="InvalidDataException">The limit is passed.</exception>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        // A buffer that is larger than the limit could be filled without a look at it.
        var read = content.Read(buffer.Length > TagBytesMax ? buffer[..TagBytesMax] : buffer);
        var last = buffer[..read].LastIndexOf((byte)'<');
        _sinceTag = last < 0 ? _sinceTag + read : read - last;
        return _sinceTag <= TagBytesMax
            ? read
            : throw new InvalidDataException($"A tag or a text of the file is longer than {TagBytesMax:N0} bytes. Expected an event log in XES.");
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

using System.Text.Unicode;

namespace Journey.Host.Import;

/// <summary>Reads lines of UTF-8 with bounded memory, and says of each whether it is text at all.</summary>
/// <remarks>A byte order mark at the start is left out. Lines end at a line feed; a carriage return before it belongs to the end.</remarks>
internal sealed class LineReader
{
    /// <summary>Longest line of rows, in bytes, its end not counted: events are at most 64 KB, and rows have columns that nobody asks for.</summary>
    public const int RowBytesMax = 1 << 20;

    private readonly Stream _input;
    private readonly int _bytesMax;
    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _ended;
    private long _line;

    public LineReader(Stream input, int bytesMax = RowBytesMax) => (_input, _bytesMax) = (input, bytesMax);

    /// <exception cref="InvalidDataException">The file is UTF-16.</exception>
    public bool TryRead(out SourceLine line)
    {
        if (_line == 0)
        {
            SkipByteOrderMark();
        }

        var length = NextLine(out var terminated);
        if (length < 0)
        {
            line = default;
            return false;
        }

        _line++;
        var bytes = _buffer.AsMemory(_start, length);
        _start += length + (terminated ? 1 : 0);
        if (bytes.Span.EndsWith("\r"u8))
        {
            bytes = bytes[..^1];
        }

        var fault = bytes.Length > _bytesMax ? $"the line is longer than {_bytesMax:N0} bytes"
            : Utf8.IsValid(bytes.Span) ? null
            : "the line is not valid UTF-8";
        line = new SourceLine(_line, fault is null ? bytes : default, fault);
        if (!terminated)
        {
            DropRest();
        }

        return true;
    }

    /// <summary>Where the next line feed is, from the present start; the rest of the file counts as a line unless it is empty; -1: nothing is left.</summary>
    private int NextLine(out bool terminated)
    {
        var searched = 0;
        while (true)
        {
            var found = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (found >= 0)
            {
                terminated = true;
                return searched + found;
            }

            searched = _end - _start;
            terminated = false;
            // A line of the greatest length ends within two more bytes, or it is too long.
            if (_ended || searched >= _bytesMax + 2)
            {
                return searched == 0 ? -1 : searched;
            }

            Fill();
        }
    }

    /// <summary>What is left of a line that is too long says nothing more: it is read and dropped.</summary>
    private void DropRest()
    {
        while (!_ended)
        {
            var found = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (found >= 0)
            {
                _start += found + 1;
                return;
            }

            _start = _end;
            Fill();
        }
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }
        else if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, _bytesMax + 4));
        }

        var read = _input.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _ended = read == 0;
    }

    private void SkipByteOrderMark()
    {
        while (_end < 3 && !_ended)
        {
            Fill();
        }

        var first = _buffer.AsSpan(0, _end);
        if (first.StartsWith((ReadOnlySpan<byte>)[0xff, 0xfe]) || first.StartsWith((ReadOnlySpan<byte>)[0xfe, 0xff]))
        {
            throw new InvalidDataException("The file is UTF-16. Expected UTF-8: save it again with that encoding.");
        }

        if (first.StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf]))
        {
            _start = 3;
        }
    }
}

/// <param name="Number">From 1.</param>
/// <param name="Bytes">Without its end; valid until the next line is read.</param>
/// <param name="Fault">Why it cannot be read; null: it can.</param>
internal readonly record struct SourceLine(long Number, ReadOnlyMemory<byte> Bytes, string? Fault);

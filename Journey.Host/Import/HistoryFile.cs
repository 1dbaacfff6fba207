using System.IO.Compression;

namespace Journey.Host.Import;

/// <summary>A file of history, opened: unpacked if it is gzip, whatever it is called.</summary>
public sealed class HistoryFile : IDisposable
{
    private readonly FileStream _file;

    private HistoryFile(FileStream file, string path)
    {
        _file = file;
        Path = path;
        Content = IsGzip(file) ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    public string Path { get; }

    public Stream Content { get; }

    /// <summary>Bytes read of the file as it lies on disk.</summary>
    public long BytesRead => _file.Position;

    public long Bytes => _file.Length;

    public static HistoryFile Open(string path) =>
        new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan), path);

    /// <summary>By the extension, ".gz" not counted; null: it says nothing.</summary>
    public static RowFormat? FormatOf(string path)
    {
        var name = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        return System.IO.Path.GetExtension(name).ToLowerInvariant() switch
        {
            ".csv" or ".tsv" or ".txt" => RowFormat.Csv,
            ".xes" => RowFormat.Xes,
            ".jsonl" or ".ndjson" or ".json" => RowFormat.JsonLines,
            _ => null,
        };
    }

    public void Dispose()
    {
        Content.Dispose();
        _file.Dispose();
    }

    private static bool IsGzip(FileStream file)
    {
        Span<byte> first = stackalloc byte[2];
        var read = file.ReadAtLeast(first, 2, throwOnEndOfStream: false);
        file.Position = 0;
        return read == 2 && first is [0x1f, 0x8b];
    }
}

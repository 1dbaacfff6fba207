namespace Journey.Host.Import;

/// <param name="Line">Where the row starts in the file, from 1.</param>
/// <param name="Reason">A sentence's worth, without the row's content beyond the value that is wrong.</param>
public sealed record RejectedRow(long Line, string Reason);

/// <summary>Rows that became no event: all of them counted, the first ones kept, every one written to a file if there is one.</summary>
public sealed class RejectLog : IDisposable
{
    /// <summary>Rows kept in memory for the summary. The rejects file has them all.</summary>
    public const int KeptMax = 10_000;

    private readonly List<RejectedRow> _kept = [];
    private readonly StreamWriter? _file;

    /// <param name="path">CSV with the columns line and reason, overwritten; null: none.</param>
    public RejectLog(string? path)
    {
        _file = path is null ? null : new StreamWriter(path, append: false);
        _file?.Write("line,reason\n");
    }

    public long Count { get; private set; }

    public IReadOnlyList<RejectedRow> Kept => _kept;

    public void Add(long line, string reason)
    {
        Count++;
        if (_kept.Count < KeptMax)
        {
            _kept.Add(new RejectedRow(line, reason));
        }

        _file?.Write($"{line},\"{reason.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n");
    }

    public void Dispose() => _file?.Dispose();
}

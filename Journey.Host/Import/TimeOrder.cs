namespace Journey.Host.Import;

/// <summary>Puts rows in the order of their times, and rows of one time in the order of the file, in bounded memory.</summary>
/// <remarks>An external merge sort: sorted runs are spilled to temporary files and merged. What fits in one run never touches the disk.</remarks>
internal sealed class TimeOrder : IDisposable
{
    /// <summary>Run files merged at a time: each takes a file handle and a buffer.</summary>
    public const int MergedRunsMax = 64;

    private static readonly Comparer<ImportRow> _byTimeThenOrder = Comparer<ImportRow>.Create(static (left, right) =>
        left.OccurredAt != right.OccurredAt ? left.OccurredAt.CompareTo(right.OccurredAt) : left.Order.CompareTo(right.Order));

    private readonly int _runRowsMax;
    private readonly long _runBytesMax;
    private readonly List<string> _runs = [];
    private readonly List<ImportRow> _current = [];
    private long _currentBytes;
    private string? _folder;

    /// <param name="runRowsMax">Most rows held in memory.</param>
    /// <param name="runBytesMax">Most bytes held in memory, about.</param>
    public TimeOrder(int runRowsMax = 200_000, long runBytesMax = 128L << 20) => (_runRowsMax, _runBytesMax) = (runRowsMax, runBytesMax);

    public long Count { get; private set; }

    public void Add(ImportRow row)
    {
        _current.Add(row);
        _currentBytes += row.Weight;
        Count++;
        if (_current.Count >= _runRowsMax || _currentBytes >= _runBytesMax)
        {
            _current.Sort(_byTimeThenOrder);
            Spill(_current);
            _current.Clear();
            _currentBytes = 0;
        }
    }

    /// <summary>Every row, in order. Nothing can be added any more.</summary>
    public IEnumerable<ImportRow> InOrder()
    {
        _current.Sort(_byTimeThenOrder);
        while (_runs.Count > MergedRunsMax)
        {
            var merged = _runs.Take(MergedRunsMax).ToArray();
            Spill(Merge([.. merged.Select(ReadRun)]));
            _runs.RemoveRange(0, MergedRunsMax);
            Array.ForEach(merged, File.Delete);
        }

        return _runs.Count == 0 ? _current : Merge([.. _runs.Select(ReadRun), _current]);
    }

    public void Dispose()
    {
        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private void Spill(IEnumerable<ImportRow> sorted)
    {
        // The folder is readable by its owner only: rows are people's data.
        _folder ??= Directory.CreateTempSubdirectory("journey-import-").FullName;
        var path = Path.Combine(_folder, $"{Guid.NewGuid():N}.run");
        using var output = new BinaryWriter(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16));
        foreach (var row in sorted)
        {
            row.Write(output);
        }

        _runs.Add(path);
    }

    private static IEnumerable<ImportRow> ReadRun(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        using var input = new BinaryReader(file);
        while (file.Position < file.Length)
        {
            yield return ImportRow.Read(input);
        }
    }

    private static IEnumerable<ImportRow> Merge(IReadOnlyList<IEnumerable<ImportRow>> runs)
    {
        var readers = runs.Select(run => run.GetEnumerator()).ToArray();
        try
        {
            var next = new PriorityQueue<IEnumerator<ImportRow>, ImportRow>(_byTimeThenOrder);
            foreach (var reader in readers.Where(reader => reader.MoveNext()))
            {
                next.Enqueue(reader, reader.Current);
            }

            while (next.TryDequeue(out var reader, out var row))
            {
                yield return row;
                if (reader.MoveNext())
                {
                    next.Enqueue(reader, reader.Current);
                }
            }
        }
        finally
        {
            Array.ForEach(readers, reader => reader.Dispose());
        }
    }
}

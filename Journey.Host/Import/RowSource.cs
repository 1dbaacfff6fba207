using Journey.Domain.Language;
using Journey.Host.Cli;

namespace Journey.Host.Import;

/// <summary>A file and a mapping that fit each other: rows come out as events, or with the reason why not.</summary>
internal sealed class RowSource : IHistorySource
{
    private readonly HistoryFile _file;
    private readonly IRowReader _reader;
    private readonly RowMapper _mapper;

    private RowSource(HistoryFile file, IRowReader reader, RowMapper mapper, string name) => (_file, _reader, _mapper, Name) = (file, reader, mapper, name);

    public string Name { get; }

    public long BytesRead => _file.BytesRead;

    public long Bytes => _file.Bytes;

    /// <exception cref="CommandException">The file's name does not say what it is, and the mapping neither.</exception>
    /// <exception cref="InvalidDataException">The file has no header that can be read.</exception>
    /// <returns>Null where there are faults: columns that the file does not have.</returns>
    public static (RowSource? Source, IReadOnlyList<Fault> Faults) Open(HistoryFile file, ImportMapping mapping)
    {
        var format = mapping.Format ?? HistoryFile.FormatOf(file.Path) ?? throw new CommandException(
            $"{file.Path}: its name does not say what it is.",
            ExitCodes.Usage,
            "Expected .csv, .tsv, .jsonl or .xes (.gz behind it), or `format: csv` in the mapping.");
        IRowReader reader = format switch
        {
            RowFormat.Csv => new CsvRows(new LineReader(file.Content), mapping.Delimiter),
            RowFormat.Xes => new XesRows(file.Content),
            _ => new JsonRows(new LineReader(file.Content)),
        };
        var (mapper, faults) = RowMapper.Create(mapping, reader.Columns);
        var source = new RowSource(file, reader, mapper, mapping.Source);
        if (faults.Count == 0)
        {
            return (source, faults);
        }

        source.Dispose();
        return (null, faults);
    }

    public (long Line, ImportRow? Row, string? Reason)? Read()
    {
        if (_reader.Read() is not { } row)
        {
            return null;
        }

        var (mapped, reason) = _mapper.Map(row);
        return (row.Line, mapped, reason);
    }

    public void Dispose()
    {
        _mapper.Dispose();
        (_reader as IDisposable)?.Dispose();
    }
}

namespace Journey.Host.Import;

/// <summary>What a file is, told from its content: names are often wrong, and .gz is only wrapping.</summary>
internal enum HistoryContent
{
    /// <summary>Anything: it needs a mapping.</summary>
    Unknown,

    /// <summary>An export of ours, as JSON lines or CloudEvents: the same history again.</summary>
    Export,

    /// <summary>Somebody else's CloudEvents.</summary>
    CloudEvents,

    Xes,

    /// <summary>CSV with the columns of an event log.</summary>
    EventLogCsv,
}

internal static class HistoryOpening
{
    /// <exception cref="InvalidDataException">The file is damaged from its start.</exception>
    public static HistoryContent ContentOf(string path)
    {
        using (var file = HistoryFile.Open(path))
        {
            var lines = new LineReader(file.Content, RestoreImport.LineBytesMax);
            if (!lines.TryRead(out var line))
            {
                return HistoryContent.Unknown;
            }

            if (line.Fault is not null)
            {
                return HistoryContent.Unknown;
            }

            var first = line.Bytes.Span.TrimStart(" \t"u8);
            if (first.StartsWith("<"u8))
            {
                return HistoryContent.Xes;
            }

            if (first.StartsWith("{"u8))
            {
                return ExportedLine.IsOne(line.Bytes) ? HistoryContent.Export
                    : CloudEventSource.IsOne(line.Bytes) ? HistoryContent.CloudEvents
                    : HistoryContent.Unknown;
            }
        }

        return HistoryFile.FormatOf(path) == RowFormat.Csv && StandardMapping.OfCsv(path, ColumnsOf(path), new StandardOptions()) is not null
            ? HistoryContent.EventLogCsv
            : HistoryContent.Unknown;
    }

    public static IReadOnlyList<string> ColumnsOf(string path)
    {
        using var file = HistoryFile.Open(path);
        return new CsvRows(new LineReader(file.Content), ',').Columns;
    }
}

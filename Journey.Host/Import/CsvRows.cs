using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Journey.Host.Import;

/// <summary>CSV as RFC 4180 has it: quoted fields may hold delimiters, doubled quotes and line ends; the first row is the header.</summary>
/// <remarks>
/// A row that cannot be read ends at the end of its first line, and reading goes on from the next:
/// one stray quote does not swallow the rest of the file.
/// </remarks>
internal sealed class CsvRows : IRowReader
{
    /// <summary>Lines that one row may span: a quote that is never closed is found out within so many.</summary>
    public const int LinesPerRowMax = 1_000;

    private readonly LineReader _lines;
    private readonly char _delimiter;
    private readonly Queue<(long Number, string Text, string? Fault)> _again = new();
    private readonly CsvRow _row;

    /// <exception cref="InvalidDataException">There is no header, or it names a column twice.</exception>
    public CsvRows(LineReader lines, char delimiter)
    {
        _lines = lines;
        _delimiter = delimiter;
        _row = new CsvRow();
        var header = Next() ?? throw new InvalidDataException("The file is empty. Expected a header with the names of the columns.");
        if (header.Fault is { } fault)
        {
            throw new InvalidDataException($"The header cannot be read: {fault}.");
        }

        var columns = header.Fields.Select(name => name.Trim()).ToArray();
        var twice = columns.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Key.Length > 0 && group.Count() > 1);
        if (twice is not null)
        {
            throw new InvalidDataException($"The header has the column '{twice.Key}' twice. Expected every name once.");
        }

        Columns = columns;
        _row.Columns = columns;
    }

    public IReadOnlyList<string> Columns { get; }

    public SourceRow? Read()
    {
        if (Next() is not { } row)
        {
            return null;
        }

        if (row.Fault is null && row.Fields.Count != Columns.Count)
        {
            row.Refuse($"the row has {row.Fields.Count} fields, the header {Columns.Count}");
        }

        return row;
    }

    private CsvRow? Next()
    {
        while (TryLine(out var line))
        {
            if (line.Text.Length > 0 || line.Fault is not null)
            {
                _row.Start(line.Number, line.Fault);
                if (line.Fault is null)
                {
                    Parse(line.Number, line.Text);
                }

                return _row;
            }
        }

        return null;
    }

    private void Parse(long number, string text)
    {
        List<(long Number, string Text, string? Fault)> further = [];
        var whole = text;
        while (!TryFields(whole, out var fault))
        {
            string? why = fault;
            if (fault is null)
            {
                if (further.Count < LinesPerRowMax && whole.Length <= LineReader.RowBytesMax && TryLine(out var more))
                {
                    further.Add(more);
                    whole = $"{whole}\n{more.Text}";
                    why = more.Fault;
                }
                else
                {
                    why = "a quote is opened and never closed";
                }
            }

            if (why is not null)
            {
                _row.Refuse(why);
                PutBack(further);
                return;
            }
        }
    }

    /// <returns>False with no fault: a quote is open, so the row goes on in the next line.</returns>
    private bool TryFields(string text, out string? fault)
    {
        _row.Fields.Clear();
        fault = null;
        var at = 0;
        while (true)
        {
            if (at < text.Length && text[at] == '"')
            {
                if (!TryQuoted(text, ref at, out fault))
                {
                    return false;
                }
            }
            else
            {
                var end = text.IndexOf(_delimiter, at);
                var field = end < 0 ? text[at..] : text[at..end];
                if (field.Contains('"', StringComparison.Ordinal))
                {
                    fault = $"field {_row.Fields.Count + 1} has a quote inside and is not quoted itself";
                    return false;
                }

                _row.Fields.Add(field);
                at += field.Length;
            }

            if (at == text.Length)
            {
                return true;
            }

            at++;
        }
    }

    private bool TryQuoted(string text, ref int at, out string? fault)
    {
        fault = null;
        var field = new StringBuilder();
        for (var i = at + 1; i < text.Length; i++)
        {
            if (text[i] != '"')
            {
                field.Append(text[i]);
            }
            else if (i + 1 < text.Length && text[i + 1] == '"')
            {
                field.Append('"');
                i++;
            }
            else
            {
                at = i + 1;
                if (at < text.Length && text[at] != _delimiter)
                {
                    fault = $"field {_row.Fields.Count + 1} goes on after its closing quote";
                    return false;
                }

                _row.Fields.Add(field.ToString());
                return true;
            }
        }

        return false;
    }

    private bool TryLine(out (long Number, string Text, string? Fault) line)
    {
        if (_again.TryDequeue(out line))
        {
            return true;
        }

        if (!_lines.TryRead(out var read))
        {
            return false;
        }

        line = (read.Number, read.Fault is null ? Encoding.UTF8.GetString(read.Bytes.Span) : "", read.Fault);
        return true;
    }

    private void PutBack(List<(long Number, string Text, string? Fault)> lines)
    {
        if (lines.Count == 0)
        {
            return;
        }

        lines.AddRange(_again);
        _again.Clear();
        lines.ForEach(_again.Enqueue);
    }

    private sealed class CsvRow : SourceRow
    {
        private static readonly byte[] _fieldEnd = [0x1f];

        public string[] Columns { get; set; } = [];

        public List<string> Fields { get; } = [];

        public void Start(long line, string? fault) => (Line, Fault) = (line, fault);

        public void Refuse(string reason) => Fault = reason;

        public override string? Text(in BoundColumn column) => Fields[column.Index] is { Length: > 0 } text ? text : null;

        public override void WriteAsIs(Utf8JsonWriter writer, in BoundColumn column) => writer.WriteStringValue(Fields[column.Index]);

        public override void WriteRest(Utf8JsonWriter writer, IReadOnlySet<string> used)
        {
            for (var i = 0; i < Columns.Length; i++)
            {
                if (Columns[i].Length > 0 && Fields[i].Length > 0 && !used.Contains(Columns[i]))
                {
                    writer.WriteString(Columns[i], Fields[i]);
                }
            }
        }

        public override void AppendContent(IncrementalHash hash)
        {
            foreach (var field in Fields)
            {
                hash.AppendData(Encoding.UTF8.GetBytes(field));
                hash.AppendData(_fieldEnd);
            }
        }
    }
}

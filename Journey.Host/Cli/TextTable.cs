using Spectre.Console;

namespace Journey.Host.Cli;

public enum Align { Left, Right }

/// <summary>A table for people: with borders on a terminal, as aligned plain columns in a pipe.</summary>
public sealed class TextTable
{
    private readonly List<(string Title, Align Align)> _columns = [];
    private readonly List<string[]> _rows = [];

    public TextTable Column(string title, Align align = Align.Left)
    {
        _columns.Add((title, align));
        return this;
    }

    public void Row(params string[] cells)
    {
        if (cells.Length != _columns.Count)
        {
            throw new ArgumentException($"The row has {cells.Length} cells; the table has {_columns.Count} columns.", nameof(cells));
        }

        _rows.Add([.. cells.Select(Terminal.Clean)]);
    }

    public void WriteTo(Terminal terminal)
    {
        if (terminal.IsInteractive)
        {
            terminal.Screen.Write(Bordered());
            return;
        }

        var widths = _columns.Select((column, i) => _rows.Select(row => row[i].Length).Append(column.Title.Length).Max()).ToArray();
        WritePlain(terminal.Out, [.. _columns.Select(column => column.Title)], widths);
        foreach (var row in _rows)
        {
            WritePlain(terminal.Out, row, widths);
        }
    }

    private Table Bordered()
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var (title, align) in _columns)
        {
            table.AddColumn(new TableColumn(new Markup($"[bold]{Markup.Escape(title)}[/]")).Alignment(align == Align.Right ? Justify.Right : Justify.Left));
        }

        foreach (var row in _rows)
        {
            table.AddRow(row.Select(cell => new Text(cell)));
        }

        return table;
    }

    private void WritePlain(TextWriter output, string[] cells, int[] widths)
    {
        var padded = cells.Select((cell, i) => _columns[i].Align == Align.Right ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]));
        output.WriteLine(string.Join("  ", padded).TrimEnd());
    }
}

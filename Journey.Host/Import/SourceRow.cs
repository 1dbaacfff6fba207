using System.Text.Json;

namespace Journey.Host.Import;

/// <summary>One row of a file, as it is: fields by place (CSV) or by path (JSON lines). Or a line that is no row, with the reason.</summary>
internal abstract class SourceRow
{
    /// <summary>The line on which the row starts, from 1.</summary>
    public long Line { get; protected set; }

    /// <summary>Its place in the file: a number that no other row has.</summary>
    public virtual long Order => Line;

    /// <summary>Null: the row can be read.</summary>
    public string? Fault { get; protected set; }

    /// <summary>The field as text; null where it is missing or empty.</summary>
    public abstract string? Text(in BoundColumn column);

    /// <summary>Writes the field as the file has it: text of a CSV field, any JSON of a JSON field. Only where <see cref="Text"/> is not null.</summary>
    public abstract void WriteAsIs(Utf8JsonWriter writer, in BoundColumn column);

    /// <summary>Writes the columns that are not in <paramref name="used"/> as members, empty ones left out.</summary>
    public abstract void WriteRest(Utf8JsonWriter writer, IReadOnlySet<string> used);

    /// <summary>What makes the row the same row when the file is read again.</summary>
    public abstract void AppendContent(System.Security.Cryptography.IncrementalHash hash);
}

/// <param name="Index">Place in a CSV row; -1 in JSON lines, where the name is a path.</param>
internal readonly record struct BoundColumn(string Name, int Index);

/// <summary>Reads rows one after the other.</summary>
internal interface IRowReader
{
    /// <summary>Header of a CSV file; null where rows name their own fields.</summary>
    IReadOnlyList<string>? Columns { get; }

    /// <summary>The next row, valid until the one after is read; null: the end.</summary>
    SourceRow? Read();
}

using Journey.Domain.Time;
using Journey.Projections.ReadModels;

namespace Journey.Host.Http.Queries;

/// <summary>One row of a read model, read by column name.</summary>
internal readonly struct TableRow(TableDefinition table, Cell[] cells)
{
    private Cell this[string column] => cells[table.ColumnIndex(column)];

    public string? Text(string column) => this[column].Kind == CellKind.Null ? null : this[column].ToString();

    public long Number(string column) => this[column].Integer;

    public bool Flag(string column) => this[column].Integer != 0;

    /// <returns>ISO 8601; null: there is none.</returns>
    public string? Time(string column) => this[column].Kind == CellKind.Integer ? Instants.ToIso(this[column].Integer) : null;

    /// <summary>A comma-separated list.</summary>
    public string[] List(string column) => Text(column)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    public decimal? Amount(string column) => decimal.TryParse(Text(column), out var amount) ? amount : null;
}

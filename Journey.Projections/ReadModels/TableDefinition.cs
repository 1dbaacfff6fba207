using System.Collections.Immutable;

namespace Journey.Projections.ReadModels;

public enum ColumnType { Text, Integer, Real }

/// <param name="Description">What the column says, with unit: documented in the database's reference page.</param>
public sealed record ColumnDefinition(string Name, ColumnType Type, string Description, bool IsPersonal = false);

public enum TableKind
{
    /// <summary>A row is a customer's (or cart's, or session's) present state: put whole.</summary>
    State,

    /// <summary>A row is a sum over customers: only ever added to, so that partitions need not know of each other. All value columns are integers; a row of zeros is no row.</summary>
    Counter,
}

/// <summary>A read model as a real table, so that Grafana or Metabase can query it.</summary>
/// <param name="Projection">The projection that owns it.</param>
/// <param name="Columns">Key columns first.</param>
/// <param name="Indexes">Column lists, comma-separated, beside the primary key.</param>
public sealed record TableDefinition(
    string Name,
    string Projection,
    TableKind Kind,
    string Description,
    int KeyColumns,
    ImmutableArray<ColumnDefinition> Columns,
    ImmutableArray<string> Indexes)
{
    public int ColumnIndex(string name)
    {
        for (var i = 0; i < Columns.Length; i++)
        {
            if (Columns[i].Name == name)
            {
                return i;
            }
        }

        throw new ArgumentException($"{Name} has no column {name}.", nameof(name));
    }
}

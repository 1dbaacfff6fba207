using System.Collections.Immutable;

namespace Journey.Projections.ReadModels;

/// <summary>Every read model: what is stored, documented in docs/reference/read-models.md, and open to any tool that speaks SQL.</summary>
public static partial class ReadModelTables
{
    /// <summary>In the order of the reference page.</summary>
    public static ImmutableArray<TableDefinition> All => InOrder.Tables;

    // Apart, because initializers of one partial class run in no promised order across its files.
    private static class InOrder
    {
        public static ImmutableArray<TableDefinition> Tables { get; } =
        [
            Customers, Identifiers, Carts, Sessions, Messages, Tasks, Runs,
            ChannelDays, CartDays, CartValueDays, JourneyDays, RunSteps, RunEnds, SplitArms, DeliveryDays, SuppressionDays, ScoreDays,
            Touches, Conversions, CampaignCosts,
            MapCases, MapActivities, MapEdges, MapThroughputs, MapGaps,
            SegmentMembers, SegmentDays,
        ];
    }

    private static TableDefinition State(string name, string projection, string description, int keys, ImmutableArray<ColumnDefinition> columns, params ImmutableArray<string> indexes) =>
        new(name, projection, TableKind.State, description, keys, columns, indexes);

    private static TableDefinition Counter(string name, string projection, string description, int keys, params ImmutableArray<ColumnDefinition> columns) =>
        new(name, projection, TableKind.Counter, description, keys, columns, []);

    private static ColumnDefinition Text(string name, string description) => new(name, ColumnType.Text, description);

    private static ColumnDefinition Personal(string name, string description) => new(name, ColumnType.Text, description, IsPersonal: true);

    private static ColumnDefinition Number(string name, string description) => new(name, ColumnType.Integer, description);

    private static ColumnDefinition Flag(string name, string description) => new(name, ColumnType.Integer, description + " (1 or 0)");

    private static ColumnDefinition Time(string name, string description) => new(name, ColumnType.Integer, description + ", Unix milliseconds");
}

namespace Journey.Projections.ReadModels;

public static partial class ReadModelTables
{
    public static TableDefinition SegmentMembers { get; } = State(
        "segment_members", "segments", "One row per customer in a segment.", 2,
        [
            Text("segment", "The segment's name"),
            Text("customer", "The customer's id"),
            Time("entered_at", "When the customer entered it, last"),
        ],
        "customer");

    public static TableDefinition SegmentDays { get; } = Counter(
        "segment_days", "segments", "Customers entering and leaving segments per day (UTC): the size on a day is the sum of entered less left up to it.", 2,
        Text("segment", "The segment's name"),
        Text("day", "The day on which it happened, as 2026-03-01"),
        Number("entered", "Customers who entered"),
        Number("left", "Customers who left; one who turned out to be somebody else leaves on the day of the merge"));
}

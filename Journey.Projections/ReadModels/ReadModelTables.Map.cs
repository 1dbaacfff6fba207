namespace Journey.Projections.ReadModels;

public static partial class ReadModelTables
{
    public static TableDefinition MapCases { get; } = Counter(
        "map_cases", "map", "Journey map: its cases.", 1,
        Text("case_notion", "customer or session"),
        Number("cases", "Cases with at least one interaction"),
        Number("events", "Interactions"),
        Number("throughput_ms", "Sum over the cases of the time from first to last interaction, milliseconds"));

    public static TableDefinition MapActivities { get; } = Counter(
        "map_activities", "map", "Journey map: its activities.", 4,
        Text("case_notion", "customer or session"),
        Text("activity_notion", "name, channel or name-channel"),
        Text("name", "Event name; empty where only the channel counts"),
        Text("channel", "Channel; empty where only the name counts"),
        Number("count", "Occurrences"),
        Number("cases", "Cases that contain it"),
        Number("starts", "Cases that begin with it"),
        Number("ends", "Cases that end, so far, with it"),
        Number("rework", "Cases that have had it more than once"));

    public static TableDefinition MapEdges { get; } = Counter(
        "map_edges", "map", "Journey map: which activity directly follows which, in order of arrival.", 6,
        Text("case_notion", "customer or session"),
        Text("activity_notion", "name, channel or name-channel"),
        Text("from_name", "Event name it leaves from; empty where only the channel counts"),
        Text("from_channel", "Channel it leaves from; empty where only the name counts"),
        Text("to_name", "Event name it leads to; empty where only the channel counts"),
        Text("to_channel", "Channel it leads to; empty where only the name counts"),
        Number("count", "Occurrences"),
        Number("cases", "Cases that contain it"),
        Number("gap_ms", "Sum of the times between the two, milliseconds; one that arrived late counts 0"));

    public static TableDefinition MapThroughputs { get; } = Counter(
        "map_throughputs", "map", "Journey map: how long cases have taken so far, for medians and percentiles.", 2,
        Text("case_notion", "customer or session"),
        Number("throughput_ms", "From first to last interaction, milliseconds: where its step begins; steps are exact below 128, and at most 1/64 wide from there"),
        Number("cases", "Cases"));

    /// <summary>Small keys on purpose: of the map's tables, this one has the most rows.</summary>
    public static TableDefinition MapGaps { get; } = Counter(
        "map_gaps", "map", "Journey map: the times between two activities (name-channel), for medians and percentiles.", 3,
        Number("arc", "Stable hash of the two activities: of from_name, from_channel, to_name and to_channel in map_edges"),
        Number("cases_in", "0: in the customer's case and in the session's; 1: in the customer's only; 2: in the session's only"),
        Number("gap_ms", "The time between, milliseconds: where its step begins; steps are exact below 128, and at most 1/64 wide from there"),
        Number("count", "Occurrences"));
}

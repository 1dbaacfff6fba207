namespace Journey.Projections.ReadModels;

public static partial class ReadModelTables
{
    public static TableDefinition Identifiers { get; } = State(
        "identifiers", "identity", "The identity graph: one row per customer and identifier that their events came with.", 3,
        [
            Text("customer", "The customer's id"),
            Text("kind", "userId, loyaltyCard, email, phone, deviceId or anonymousId"),
            Personal("value", "The identifier, normalized"),
            Time("first_at", "When the earliest interaction with it occurred"),
            Text("last_day", "Day (UTC) of the latest interaction with it, as 2026-03-01"),
            Text("source", "Who used it first"),
        ],
        "kind,value");

    public static TableDefinition ScoreDays { get; } = Counter(
        "score_days", "profile", "Survey answers per day (UTC) on which they were given.", 3,
        Text("day", "The day, as 2026-03-01"),
        Text("kind", "nps (0 to 10) or csat (1 to 5)"),
        Text("channel", "Channel on which the answer was given"),
        Number("answers", "Answers"),
        Number("score_hundredths", "Sum of their scores, in hundredths"),
        Number("positive", "Of these, promoters (nps 9 and 10), or satisfied (csat 4 and 5)"),
        Number("negative", "Of these, detractors (nps 0 to 6), or dissatisfied (csat 1 and 2)"));
}

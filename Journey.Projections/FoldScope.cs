namespace Journey.Projections;

/// <summary>What a fold may leave out because nobody will ask for it. Decisions are the same as with everything, where the documents do not look at it.</summary>
/// <param name="Rows">Rows and sums of the read models, the journey map among them.</param>
/// <param name="Sessions">The customer's sessions.</param>
/// <param name="Identifiers">Which identifiers the customer was seen with.</param>
/// <param name="Segments">Entering and leaving segments as events; conditions that ask for a segment look at it themselves.</param>
public sealed record FoldScope(bool Rows, bool Sessions, bool Identifiers, bool Segments)
{
    public static FoldScope Whole { get; } = new(Rows: true, Sessions: true, Identifiers: true, Segments: true);
}

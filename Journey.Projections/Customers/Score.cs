using Journey.Projections.ReadModels;

namespace Journey.Projections.Customers;

/// <summary>What one customer answered to one kind of survey.</summary>
/// <param name="Answers">All of them, late ones included.</param>
/// <param name="Sum">Of the answers' scores; with <paramref name="Answers"/> the average.</param>
/// <param name="Last">The score given last, by the time it was given; of two at one instant the one that arrived later.</param>
/// <param name="LastAt">When, Unix milliseconds; 0: never asked, or never answered.</param>
public readonly record struct Score(long Answers, decimal Sum, decimal Last, long LastAt)
{
    /// <summary>Net promoter score: "how likely are you to recommend us", from 0 to 10.</summary>
    public const string NetPromoter = "nps";

    /// <summary>Customer satisfaction: from 1 to 5.</summary>
    public const string Satisfaction = "csat";

    public decimal? Average => Answers == 0 ? null : decimal.Round(Sum / Answers, 2);

    /// <summary>Whether a score is on the scale of its kind: others are not answers.</summary>
    public static bool IsOnScale(string kind, decimal score) => kind == NetPromoter ? score is >= 0 and <= 10 : score is >= 1 and <= 5;

    public Score With(decimal score, long at) =>
        Answers == 0 || at >= LastAt ? new Score(Answers + 1, Sum + score, score, at) : this with { Answers = Answers + 1, Sum = Sum + score };

    /// <summary>Adds one answer to the day's totals.</summary>
    internal static void Count(string kind, decimal score, long at, string channel, ReadModelChanges changes)
    {
        var isNps = kind == NetPromoter;
        changes.Add(
            ReadModelTables.ScoreDays,
            [Days.NameOf(at), kind, channel],
            1,
            (long)decimal.Round(score * 100),
            isNps ? score >= 9 ? 1 : 0 : score >= 4 ? 1 : 0,
            isNps ? score < 7 ? 1 : 0 : score < 3 ? 1 : 0);
    }
}

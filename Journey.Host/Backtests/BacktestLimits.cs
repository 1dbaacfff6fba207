using Journey.Host.Cli;

namespace Journey.Host.Backtests;

/// <summary>What a backtest cannot know, said in every report.</summary>
internal static class BacktestLimits
{
    private const double NearlyAll = 0.9;

    public static IReadOnlyList<string> Of(BacktestPlan plan, HistoryTally history)
    {
        var limits = new List<string>
        {
            "History holds how customers reacted to what they were really sent. Who is eligible, when, how many messages and which collisions: that is predicted. "
            + "What the draft would have changed in what customers do is not: goals are those of what really happened, and no uplift.",
        };
        Imported(plan, history, limits);
        if (history.Late > 0)
        {
            limits.Add($"{Show.Count(history.Late, "interaction")} arrived more than a minute late, {Show.Number(history.TooLate)} of them too late to trigger. "
                + (plan.Request.View == BacktestView.Arrival
                    ? "They count from when they arrived; --view occurrence counts them from when they happened."
                    : "They count from when they happened."));
        }

        if (history.Erased > 0)
        {
            limits.Add($"{Show.Count(history.Erased, "customer")} asked to be erased. Decisions about them are the same, and what they said is gone.");
        }

        if (plan.Request.View == BacktestView.Occurrence)
        {
            limits.Add("As we know it now: everything is known when it happens, and merged customers are one from the start. "
                + "Opens and clicks of recorded messages are taken over only where the same message is sent.");
        }

        if ((plan.Request.Sample ?? BacktestSample.All) is var sample && sample != BacktestSample.All)
        {
            limits.Add($"A sample: {Show.Count(history.Customers, "customer")}, chosen by a hash of their ids ({sample}). Figures are those of the sample.");
        }

        if (history.FirstUnreadable is { } first)
        {
            limits.Add($"{Show.Count(history.Unreadable, "customer")} could be gone through only up to an event that cannot be read. "
                + $"The first is \"{first.Name}\" at position {Show.Number(first.Position)}: {first.Reason}");
        }

        return limits;
    }

    private static void Imported(BacktestPlan plan, HistoryTally history, List<string> limits)
    {
        if (history.Imported == 0)
        {
            return;
        }

        var share = $"{Show.Number(history.Imported)} of {Show.Count(history.Interactions, "interaction")} {(history.Imported == 1 ? "was" : "were")} imported";
        if (plan.Request.IncludeImported)
        {
            limits.Add($"{share}, and counted as if they had arrived when they happened.");
        }
        else
        {
            limits.Add($"{share}. Imported history shapes what is known of customers and triggers nothing, here as live."
                + (history.Imported > NearlyAll * history.Interactions ? " It is nearly everything there is: --include-imported counts it as if it had arrived when it happened." : ""));
        }
    }
}

using Journey.Domain.Events;

namespace Journey.Domain.Engine;

/// <summary>Checkout over cart over browse: of the abandonments of one purchase, only the latest stage is followed up.</summary>
/// <remarks>
/// It holds between runs of journeys (rules have none that last) that entered by the three abandonments and may be about one purchase:
/// two carts are two purchases, and what names no cart may be about any.
/// </remarks>
internal static class Precedence
{
    public static AbandonmentRank RankOf(string eventName) => eventName switch
    {
        EventNames.CheckoutAbandoned => AbandonmentRank.Checkout,
        EventNames.CartAbandoned => AbandonmentRank.Cart,
        EventNames.BrowseAbandoned => AbandonmentRank.Browse,
        _ => AbandonmentRank.None,
    };

    /// <summary>Whether a run of a later stage is under way, so that this one must not start.</summary>
    public static bool IsForestalled(EngineState state, AbandonmentRank rank, string? cartId)
    {
        if (rank == AbandonmentRank.None)
        {
            return false;
        }

        for (var i = 0; i < state.Runs.Count; i++)
        {
            var run = state.Runs[i];
            if (run.Rank > rank && MayBeOnePurchase(run.CartId, cartId))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Ends the runs of earlier stages, because one of a later stage starts.</summary>
    public static void EndEarlier(Reaction reaction, AbandonmentRank rank, string? cartId)
    {
        var runs = reaction.State.RunList;
        for (var i = runs.Count - 1; i >= 0; i--)
        {
            if (runs[i].Rank != AbandonmentRank.None && runs[i].Rank < rank && MayBeOnePurchase(runs[i].CartId, cartId))
            {
                RunEnds.End(reaction, runs[i], Versions.Of(reaction.Definitions, runs[i].Journey, runs[i].Version), ExitReasons.Precedence);
            }
        }
    }

    private static bool MayBeOnePurchase(string? cart, string? other) => cart is null || other is null || cart == other;
}

using Journey.Domain.Events;
using Journey.Domain.Language;

namespace Journey.Domain.Engine;

/// <summary>Chance without dice: the same customer falls on the same side for ever.</summary>
public static class StickyShares
{
    private const string HoldoutId = "holdout";

    public static bool IsHoldout(string journey, string customer, double share) =>
        share > 0 && StableHash.Share(journey, customer, HoldoutId) < share;

    /// <summary>Index of the arm that this customer takes; the last one also takes what rounding leaves over.</summary>
    public static int ArmOf(string journey, string customer, Step.Split split)
    {
        var share = StableHash.Share(journey, customer, split.Id);
        var sum = 0.0;
        for (var i = 0; i < split.Arms.Length - 1; i++)
        {
            sum += split.Arms[i].Weight;
            if (share < sum)
            {
                return i;
            }
        }

        return split.Arms.Length - 1;
    }
}

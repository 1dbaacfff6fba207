using Journey.Projections.ReadModels;

namespace Journey.Projections.Carts;

/// <summary>The value columns of <c>cart_days</c>, in their order.</summary>
internal enum CartDay
{
    Started,
    Abandoned,
    CheckoutsAbandoned,
    Converted,
    Recovered,
    Clicked,
    Expired,
    AbandonedFirst,
}

internal static class CartDays
{
    public static void Count(FoldOutput output, long at, string channel, CartDay what)
    {
        if (!output.Changes.Keeps)
        {
            return;
        }

        Span<long> amounts = stackalloc long[8];
        amounts.Clear();
        amounts[(int)what] = 1;
        output.Changes.Add(ReadModelTables.CartDays, [Days.NameOf(at), channel], amounts);
    }
}

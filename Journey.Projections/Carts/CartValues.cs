using Journey.Domain.Language.Formats;
using Journey.Projections.Customers;
using Journey.Projections.ReadModels;

namespace Journey.Projections.Carts;

/// <summary>The value columns of <c>cart_value_days</c>, in their order.</summary>
internal enum CartValue
{
    AtRisk,
    Abandoned,
    Converted,
    Recovered,
    Expired,
}

/// <summary>What carts are worth, by day, channel and currency.</summary>
/// <remarks>
/// A cart is at risk from when it is found abandoned until somebody comes back to it, buys it, or it expires. Its value is taken back
/// under the very day, channel and currency that it was added under, which is why it must be released before anything in the cart changes.
/// </remarks>
internal static class CartValues
{
    /// <summary>The cart was just found abandoned.</summary>
    public static void PutAtRisk(FoldOutput output, Cart cart)
    {
        if (!output.Changes.Keeps)
        {
            return;
        }

        foreach (var total in cart.Totals())
        {
            Count(output, cart.AbandonedAt, cart.Channel, total, CartValue.AtRisk, CartValue.Abandoned);
        }
    }

    /// <summary>Something is about to happen to the cart: whatever it is, an abandoned one is no longer at risk.</summary>
    public static void Release(FoldOutput output, Cart cart)
    {
        if (!cart.IsAtRisk || !output.Changes.Keeps)
        {
            return;
        }

        foreach (var total in cart.Totals())
        {
            Count(output, cart.AbandonedAt, cart.Channel, total with { Amount = -total.Amount }, CartValue.AtRisk);
        }
    }

    public static void Expire(FoldOutput output, Cart cart)
    {
        if (!output.Changes.Keeps)
        {
            return;
        }

        foreach (var total in cart.Totals())
        {
            Count(output, cart.ClosedAt, cart.Channel, total, CartValue.Expired);
        }
    }

    /// <param name="order">What the order came to.</param>
    public static void Convert(FoldOutput output, Cart cart, Money order)
    {
        if (!output.Changes.Keeps)
        {
            return;
        }

        if (cart.State == CartState.Recovered)
        {
            Count(output, cart.ConvertedAt, cart.Channel, order, CartValue.Converted, CartValue.Recovered);
        }
        else
        {
            Count(output, cart.ConvertedAt, cart.Channel, order, CartValue.Converted);
        }
    }

    private static void Count(FoldOutput output, long at, string channel, Money money, params ReadOnlySpan<CartValue> what)
    {
        Span<long> amounts = stackalloc long[5];
        amounts.Clear();
        foreach (var column in what)
        {
            amounts[(int)column] = MinorUnits.Of(money.Amount, money.Currency);
        }

        output.Changes.Add(ReadModelTables.CartValueDays, [Days.NameOf(at), channel, money.Currency], amounts);
    }
}

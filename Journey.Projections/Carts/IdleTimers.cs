using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Projections.Customers;

namespace Journey.Projections.Carts;

/// <summary>What follows when nothing happens: abandonments, expiry, the end of a session. All from state, so that nothing is armed or cancelled.</summary>
/// <remarks>Of what is due at the same instant the checkout comes before the cart, the cart before browsing, then expiry, then sessions.</remarks>
internal static class IdleTimers
{
    /// <summary>The next due time; null: never.</summary>
    public static long? NextDue(CustomerState state, DefinitionSet definitions) => TryNext(state, definitions, importedOnly: false, out var next) ? next.Due : null;

    /// <summary>Fires the next timer that is due at or before an instant.</summary>
    /// <param name="importedOnly">Only what idles since an imported event: imported history passes its own time.</param>
    /// <returns>False: nothing was due.</returns>
    public static bool FireNext(CustomerState state, DefinitionSet definitions, long until, bool importedOnly, FoldOutput output)
    {
        if (!TryNext(state, definitions, importedOnly, out var timer) || timer.Due > until)
        {
            return false;
        }

        Fire(state, timer, output);
        return true;
    }

    /// <summary>Asked after every event, and so of plain places: a nullable record would be copied at each candidate.</summary>
    private static bool TryNext(CustomerState state, DefinitionSet definitions, bool importedOnly, out Timed next)
    {
        next = new Timed(long.MaxValue, Idle.None, null, null);
        var workspace = definitions.Workspace;
        var carts = state.Carts.Carts;
        for (var i = 0; i < carts.Count; i++)
        {
            var cart = carts[i];
            if (!cart.IsOpen || (importedOnly && !cart.IsImported))
            {
                continue;
            }

            if (cart.Checkout == CheckoutState.Open)
            {
                Consider(ref next, cart.CheckoutActiveAt + workspace.CheckoutAbandonedAfter, Idle.Checkout, cart, null);
            }
            else if (cart.State == CartState.Active)
            {
                Consider(ref next, cart.ActiveAt + workspace.CartAbandonedAfter, Idle.Cart, cart, null);
            }

            Consider(ref next, cart.ActiveAt + workspace.CartExpiresAfter, Idle.Expiry, cart, null);
        }

        if (state.Browse.IsArmed && (!importedOnly || state.Browse.IsImported))
        {
            Consider(ref next, state.Browse.LastViewedAt + workspace.BrowseAbandonedAfter, Idle.Browse, null, null);
        }

        if (definitions.ListenedEvents.Count > 0 && definitions.ListenedEvents.Contains(EventNames.SessionEnded))
        {
            foreach (var session in state.Sessions.Remembered)
            {
                if (!session.HasEnded && (!importedOnly || session.IsImported))
                {
                    Consider(ref next, session.LastAt + GapOf(session, workspace), Idle.Session, null, session);
                }
            }
        }

        return next.What != Idle.None;
    }

    private static void Fire(CustomerState state, in Timed timer, FoldOutput output)
    {
        switch (timer.What)
        {
            case Idle.Checkout:
                CountFirst(timer.Cart!, timer.Due, output);
                timer.Cart!.Checkout = CheckoutState.Abandoned;
                timer.Cart.AbandonedAt = timer.Due;
                CartValues.PutAtRisk(output, timer.Cart);
                Tell(timer.Cart, EventNames.CheckoutAbandoned, CartDay.CheckoutsAbandoned, timer.Due, output, DerivedEvents.AboutCheckout);
                break;
            case Idle.Cart:
                CountFirst(timer.Cart!, timer.Due, output);
                timer.Cart!.State = CartState.Abandoned;
                timer.Cart.AbandonedAt = timer.Due;
                CartValues.PutAtRisk(output, timer.Cart);
                Tell(timer.Cart, EventNames.CartAbandoned, CartDay.Abandoned, timer.Due, output, DerivedEvents.AboutCart);
                break;
            case Idle.Expiry:
                CartValues.Release(output, timer.Cart!);
                timer.Cart!.State = CartState.Expired;
                timer.Cart.ClosedAt = timer.Due;
                CartValues.Expire(output, timer.Cart);
                Tell(timer.Cart, EventNames.CartExpired, CartDay.Expired, timer.Due, output, DerivedEvents.AboutCart);
                break;
            case Idle.Browse:
                state.Browse.IsArmed = false;
                var product = state.Browse.LastProduct!;
                output.Derive(EventNames.BrowseAbandoned, timer.Due, state.Browse.IsImported, () => DerivedEvents.Browsing(product));
                break;
            case Idle.Session:
                var session = timer.Session!;
                session.HasEnded = true;
                output.Derive(EventNames.SessionEnded, timer.Due, session.IsImported, () => DerivedEvents.Properties(json =>
                {
                    json.WriteString("session", session.Id);
                    json.WriteNumber("events", session.Events);
                    json.WriteNumber("duration_ms", session.LastAt - session.StartedAt);
                }));
                break;
        }
    }

    private static void CountFirst(Cart cart, long due, FoldOutput output)
    {
        if (cart.AbandonedAt == 0)
        {
            CartDays.Count(output, due, cart.Channel, CartDay.AbandonedFirst);
        }
    }

    private static void Tell(Cart cart, string name, CartDay day, long due, FoldOutput output, Func<Cart, ReadOnlyMemory<byte>> payload)
    {
        cart.IsDirty = true;
        CartDays.Count(output, due, cart.Channel, day);
        output.Derive(name, due, cart.IsImported, cart, payload);
    }

    private static void Consider(ref Timed next, long due, Idle what, Cart? cart, Session? session)
    {
        if (next.What == Idle.None || due < next.Due || (due == next.Due && what < next.What))
        {
            next = new Timed(due, what, cart, session);
        }
    }

    /// <summary>The longest of the gaps of the channels in it.</summary>
    private static long GapOf(Session session, Workspace workspace)
    {
        var gap = 0L;
        foreach (var channel in session.Channels)
        {
            gap = Math.Max(gap, Sessions.GapOf(workspace, channel));
        }

        return gap;
    }

    /// <summary>In order of precedence.</summary>
    private enum Idle
    {
        Checkout,
        Cart,
        Browse,
        Expiry,
        Session,
        None,
    }

    private readonly record struct Timed(long Due, Idle What, Cart? Cart, Session? Session);
}

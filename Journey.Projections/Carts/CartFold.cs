using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Projections.Customers;
using Journey.Projections.ReadModels;

namespace Journey.Projections.Carts;

/// <summary>What commerce events do to a customer's carts, checkout, browsing and orders.</summary>
/// <remarks>
/// An update older than the cart's last one is stale and changes nothing. Converted and expired carts stay so for good: where their id
/// is used again, or where no ids are sent, what is put in later begins a new cart.
/// </remarks>
internal sealed class CartFold
{
    private readonly CommerceFacts _facts = new();

    public void Apply(CustomerState state, in RecordedEvent recorded, EventMeaning meaning, Workspace workspace, FoldOutput output)
    {
        _facts.Read(recorded.Json.Span, workspace.DefaultCurrency);
        switch (meaning)
        {
            case EventMeaning.ProductViewed:
                ViewProduct(state, recorded);
                break;
            case EventMeaning.CartAdd:
                Change(state, recorded, output, static (cart, facts) => facts.PutInto(cart));
                break;
            case EventMeaning.CartRemove:
                ChangeKnown(state, recorded, output, static (cart, facts) => facts.TakeFrom(cart));
                break;
            case EventMeaning.CartUpdated when _facts.HasProducts || _facts.Total is not null:
                UpdateWhole(state, recorded, output);
                break;
            case EventMeaning.CartViewed when _facts.HasProducts && _facts.Products.Count > 0 && Find(state) is null:
                UpdateWhole(state, recorded, output);
                break;
            case EventMeaning.CartUpdated:
                ChangeKnown(state, recorded, output, static (_, _) => { });
                break;
            case EventMeaning.CartViewed:
                View(state, recorded, output);
                break;
            case EventMeaning.CartEmptied:
                ChangeKnown(state, recorded, output, static (cart, _) => cart.Clear());
                break;
            case EventMeaning.CouponApplied:
                ChangeKnown(state, recorded, output, static (cart, facts) => cart.Coupon = facts.Coupon);
                break;
            case EventMeaning.CouponRemoved:
                ChangeKnown(state, recorded, output, static (cart, _) => cart.Coupon = null);
                break;
            case EventMeaning.CheckoutStarted or EventMeaning.CheckoutStep:
                CheckOut(state, recorded, meaning, output);
                break;
            case EventMeaning.OrderCompleted:
                Order(state, recorded, workspace, output);
                break;
            case EventMeaning.OrderUpdated when _facts.Total is { } total:
                state.Lifetime.Revise(_facts.OrderId, total);
                break;
            case EventMeaning.OrderRefunded:
                state.Lifetime.Refund(_facts.OrderId, _facts.Currency, _facts.Total);
                break;
            case EventMeaning.OrderCancelled:
                state.Lifetime.Cancel(_facts.OrderId);
                break;
        }
    }

    private void ViewProduct(CustomerState state, in RecordedEvent recorded)
    {
        var browse = state.Browse;
        if (recorded.OccurredAt < browse.LastViewedAt)
        {
            return;
        }

        var seen = _facts.Single;
        browse.LastProduct = new Product(seen.ProductId, seen.Sku, seen.Name, seen.Category, seen.Price, seen.Currency);
        browse.LastViewedAt = recorded.OccurredAt;
        browse.IsArmed = !state.Carts.HasOpenWithContent();
        browse.IsImported = recorded.IsImported;
    }

    private void UpdateWhole(CustomerState state, in RecordedEvent recorded, FoldOutput output) =>
        Change(state, recorded, output, static (cart, facts) => facts.ReplaceIn(cart));

    /// <summary>Changes the event's cart, which begins with it where it is new and not left empty.</summary>
    private void Change(CustomerState state, in RecordedEvent recorded, FoldOutput output, Action<Cart, CommerceFacts> change)
    {
        var cart = Find(state);
        if (cart is not null && !IsSucceeded(cart, recorded))
        {
            Touch(state, cart, recorded, output, change);
            return;
        }

        cart = Begin(state, recorded);
        change(cart, _facts);
        if (cart.IsEmpty)
        {
            return;
        }

        Keep(state, cart, recorded, output);
    }

    private void ChangeKnown(CustomerState state, in RecordedEvent recorded, FoldOutput output, Action<Cart, CommerceFacts> change)
    {
        if (Find(state) is { } cart)
        {
            Touch(state, cart, recorded, output, change);
        }
    }

    /// <summary>Looking at a cart is being active on it, and changes nothing in it.</summary>
    private void View(CustomerState state, in RecordedEvent recorded, FoldOutput output)
    {
        if (Find(state) is { } cart)
        {
            state.EventCart = cart;
            if (!cart.IsTerminal && !cart.IsEmpty && recorded.OccurredAt >= cart.ActiveAt)
            {
                CartValues.Release(output, cart);
                Activate(state, cart, recorded);
            }
        }
    }

    private void Touch(CustomerState state, Cart cart, in RecordedEvent recorded, FoldOutput output, Action<Cart, CommerceFacts> change)
    {
        state.EventCart = cart;
        if (cart.IsTerminal || recorded.OccurredAt < cart.UpdatedAt)
        {
            return;
        }

        CartValues.Release(output, cart);
        change(cart, _facts);
        cart.UpdatedAt = recorded.OccurredAt;
        Activate(state, cart, recorded);
    }

    /// <summary>Idleness counts anew from this event; where it left the cart empty, nothing counts any more.</summary>
    private static void Activate(CustomerState state, Cart cart, in RecordedEvent recorded)
    {
        cart.ActiveAt = Math.Max(cart.ActiveAt, recorded.OccurredAt);
        cart.Channel = recorded.Channel.Name;
        cart.IsImported = recorded.IsImported;
        cart.IsDirty = true;
        if (cart.IsEmpty)
        {
            cart.State = CartState.Emptied;
            cart.ClosedAt = recorded.OccurredAt;
            cart.Checkout = CheckoutState.None;
            return;
        }

        cart.ClosedAt = 0;
        state.Browse.IsArmed = false;
        cart.State = cart.CheckoutStartedAt != 0 ? CartState.CheckingOut : CartState.Active;
        if (cart.CheckoutStartedAt != 0)
        {
            // Changing what is in it is going on with the checkout.
            cart.Checkout = CheckoutState.Open;
            cart.CheckoutActiveAt = cart.ActiveAt;
        }
    }

    private void CheckOut(CustomerState state, in RecordedEvent recorded, EventMeaning meaning, FoldOutput output)
    {
        var cart = Find(state) ?? (_facts.CartId is null ? state.Carts.LatestOpen() : null);
        if (cart is null || (meaning == EventMeaning.CheckoutStarted && IsSucceeded(cart, recorded)))
        {
            cart = Begin(state, recorded);
            Keep(state, cart, recorded, output);
        }

        state.EventCart = cart;
        if (cart.IsTerminal || recorded.OccurredAt < cart.CheckoutActiveAt)
        {
            return;
        }

        CartValues.Release(output, cart);
        if (_facts.HasProducts && recorded.OccurredAt >= cart.UpdatedAt)
        {
            _facts.ReplaceIn(cart);
            cart.UpdatedAt = recorded.OccurredAt;
        }

        cart.CheckoutStartedAt = meaning == EventMeaning.CheckoutStarted || cart.CheckoutStartedAt == 0 ? recorded.OccurredAt : cart.CheckoutStartedAt;
        cart.CheckoutActiveAt = recorded.OccurredAt;
        cart.CheckoutId = _facts.CheckoutId ?? cart.CheckoutId;
        cart.CheckoutStep = _facts.Step ?? (meaning == EventMeaning.CheckoutStarted ? null : recorded.Name);
        cart.Checkout = CheckoutState.Open;
        cart.State = CartState.CheckingOut;
        cart.ActiveAt = Math.Max(cart.ActiveAt, recorded.OccurredAt);
        cart.Channel = recorded.Channel.Name;
        cart.IsImported = recorded.IsImported;
        cart.ClosedAt = 0;
        cart.IsDirty = true;
        state.Browse.IsArmed = false;
    }

    private void Order(CustomerState state, in RecordedEvent recorded, Workspace workspace, FoldOutput output)
    {
        var amount = _facts.Total ?? Sum(_facts.Products);
        var cart = _facts.CartId is { } id ? state.Carts.FindSent(id) ?? state.Carts.OpenImplicit() : state.Carts.LatestOpen();
        var worth = amount ?? OpenTotal(cart);
        if (!state.Lifetime.Complete(_facts.OrderId, _facts.Currency, worth, recorded.OccurredAt))
        {
            return;
        }

        output.Changes.Put(
            ReadModelTables.Conversions, state.Customer, recorded.Position, recorded.OccurredAt, "Order Completed", worth, _facts.Currency, recorded.Channel.Name, _facts.OrderId);
        state.Browse.IsArmed = false;
        state.EventCart = cart;
        if (cart is null || cart.IsTerminal)
        {
            return;
        }

        CartValues.Release(output, cart);
        Convert(state, cart, recorded, workspace.RecoveryWindow);
        CartValues.Convert(output, cart, new Money(_facts.Currency, worth));
        CartDays.Count(output, recorded.OccurredAt, cart.Channel, CartDay.Converted);
        if (cart.State == CartState.Recovered)
        {
            CartDays.Count(output, recorded.OccurredAt, cart.Channel, CartDay.Recovered);
            if (cart.IsClicked)
            {
                CartDays.Count(output, recorded.OccurredAt, cart.Channel, CartDay.Clicked);
            }

            output.Derive(EventNames.CartRecovered, recorded.OccurredAt, recorded.IsImported, cart, DerivedEvents.Recovery);
        }
    }

    private void Convert(CustomerState state, Cart cart, in RecordedEvent recorded, long recoveryWindow)
    {
        var at = recorded.OccurredAt;
        cart.OrderId = _facts.OrderId;
        cart.ConvertedAt = cart.ClosedAt = at;
        cart.ActiveAt = Math.Max(cart.ActiveAt, at);
        cart.Channel = recorded.Channel.Name;
        cart.IsImported = recorded.IsImported;
        cart.Checkout = cart.CheckoutStartedAt != 0 ? CheckoutState.Completed : CheckoutState.None;
        cart.IsDirty = true;

        var (messages, window) = (state.Messages, recoveryWindow);
        cart.IsInfluenced = Within(messages.LastMessageAt);
        cart.IsClicked = Within(messages.LastClickAt);
        cart.State = cart.IsInfluenced || cart.IsClicked ? CartState.Recovered : CartState.Converted;

        bool Within(long touchedAt) => cart.AbandonedAt != 0 && touchedAt >= cart.AbandonedAt && touchedAt <= at && at - touchedAt <= window;
    }

    /// <summary>The cart the event names; where it names none, the one without a name.</summary>
    private Cart? Find(CustomerState state) => _facts.CartId is { } id ? state.Carts.FindSent(id) : state.Carts.OpenImplicit();

    /// <summary>The event comes after the cart was closed for good, and puts something into it: a new cart, although its sender calls it the same.</summary>
    /// <remarks>A whole cart that holds what was ordered is the old one, told once more.</remarks>
    private bool IsSucceeded(Cart cart, in RecordedEvent recorded) =>
        cart.IsTerminal && recorded.OccurredAt > cart.ClosedAt && !(_facts.HasProducts && _facts.Holds(cart.Items));

    private Cart Begin(CustomerState state, in RecordedEvent recorded)
    {
        var sent = _facts.CartId ?? $"cart-{recorded.Position}";
        return new Cart(state.Carts.FindSent(sent) is null ? sent : state.Carts.NextId(sent), _facts.CartId is null)
        {
            SentId = sent,
            CreatedAt = recorded.OccurredAt,
            UpdatedAt = recorded.OccurredAt,
        };
    }

    private static void Keep(CustomerState state, Cart cart, in RecordedEvent recorded, FoldOutput output)
    {
        state.Carts.Add(cart, out var forgotten);
        if (forgotten is not null)
        {
            // Nobody follows it any more, so it could never be taken off again.
            CartValues.Release(output, forgotten);
            if (forgotten.IsDirty)
            {
                CustomerRows.Put(state.Customer, forgotten, output.Changes);
            }
        }

        state.EventCart = cart;
        Activate(state, cart, recorded);
        CartDays.Count(output, recorded.OccurredAt, cart.Channel, CartDay.Started);
    }

    private static decimal? Sum(List<CartItem> products)
    {
        decimal? sum = null;
        foreach (var product in products)
        {
            sum = (sum ?? 0) + ((product.Price ?? 0) * product.Quantity);
        }

        return sum;
    }

    private static decimal OpenTotal(Cart? cart) => cart is { IsTerminal: false } && cart.Totals() is [var total, ..] ? total.Amount : 0;
}

using Journey.Projections.Customers;

namespace Journey.Projections.Carts;

/// <summary>The numbers are on disk: add, never renumber.</summary>
public enum CartState : byte
{
    Active = 1,
    Emptied = 2,
    Abandoned = 3,
    CheckingOut = 4,
    Converted = 5,
    Recovered = 6,
    Expired = 7,
}

public enum CheckoutState : byte
{
    None = 0,
    Open = 1,
    Abandoned = 2,
    Completed = 3,
}

public static class CartStates
{
    public static string NameOf(CartState state) => state switch
    {
        CartState.Active => "active",
        CartState.Emptied => "emptied",
        CartState.Abandoned => "abandoned",
        CartState.CheckingOut => "checking out",
        CartState.Converted => "converted",
        CartState.Recovered => "recovered",
        _ => "expired",
    };

    public static string NameOf(CheckoutState state) => state switch
    {
        CheckoutState.Open => "open",
        CheckoutState.Abandoned => "abandoned",
        CheckoutState.Completed => "completed",
        _ => "none",
    };
}

/// <param name="Price">Of one, in <paramref name="Currency"/>.</param>
public readonly record struct CartItem(string? ProductId, string? Sku, string? Name, string? Category, decimal? Price, decimal Quantity, string Currency)
{
    public bool IsSameProductAs(in CartItem other) =>
        ProductId is not null || other.ProductId is not null ? ProductId == other.ProductId
        : Sku is not null || other.Sku is not null ? Sku == other.Sku
        : Name == other.Name;
}

/// <summary>One cart of one customer, keyed by (customer, cart id).</summary>
/// <remarks>Bounded: <see cref="ItemsMax"/> lines; a further product is counted in the total that the sender gives, or not at all.</remarks>
public sealed class Cart(string id, bool isImplicit)
{
    public const int ItemsMax = 50;

    private readonly List<CartItem> _items = [];

    /// <summary>The sender's id; where the sender used it again after the cart was closed, that and the number of the cart: <c>c1~2</c>.</summary>
    public string Id { get; } = id;

    /// <summary>The id as its sender gives it: several carts may have had it, one after the other.</summary>
    public string SentId { get; internal init; } = id;

    /// <summary>Its sender names no carts: there is one at a time, called after the position where it began.</summary>
    public bool IsImplicit { get; } = isImplicit;

    public CartState State { get; internal set; } = CartState.Active;

    public CheckoutState Checkout { get; internal set; }

    public string Channel { get; internal set; } = "";

    public long CreatedAt { get; internal set; }

    /// <summary>When its content last changed; older updates are stale.</summary>
    public long UpdatedAt { get; internal set; }

    /// <summary>When it was last touched: what idleness counts from.</summary>
    public long ActiveAt { get; internal set; }

    /// <summary>When it was last found abandoned, as a cart or in its checkout; 0: never.</summary>
    public long AbandonedAt { get; internal set; }

    public long ConvertedAt { get; internal set; }

    /// <summary>When it reached a terminal state, or was emptied; 0: open.</summary>
    public long ClosedAt { get; internal set; }

    public string? CheckoutId { get; internal set; }

    public string? CheckoutStep { get; internal set; }

    public long CheckoutStartedAt { get; internal set; }

    public long CheckoutActiveAt { get; internal set; }

    public string? Coupon { get; internal set; }

    public string? OrderId { get; internal set; }

    public bool IsInfluenced { get; internal set; }

    public bool IsClicked { get; internal set; }

    /// <summary>The latest activity was imported: nothing that follows from it triggers.</summary>
    public bool IsImported { get; internal set; }

    /// <summary>The total as the sender gave it with the whole cart.</summary>
    public Money? GivenTotal { get; internal set; }

    public IReadOnlyList<CartItem> Items => _items;

    internal bool IsDirty { get; set; }

    public bool IsOpen => State is CartState.Active or CartState.Abandoned or CartState.CheckingOut;

    /// <summary>Left behind, as a cart or in its checkout, and neither taken up again nor given up.</summary>
    public bool IsAtRisk => State == CartState.Abandoned || (State == CartState.CheckingOut && Checkout == CheckoutState.Abandoned);

    public bool IsTerminal => State is CartState.Converted or CartState.Recovered or CartState.Expired;

    public bool IsEmpty => _items.Count == 0 && GivenTotal is not { Amount: not 0 };

    public decimal Quantity
    {
        get
        {
            var quantity = 0m;
            foreach (var item in _items)
            {
                quantity += item.Quantity;
            }

            return quantity;
        }
    }

    /// <summary>The sums by currency: what the sender said the whole is, or else price times quantity, in the order in which currencies came in.</summary>
    public IReadOnlyList<Money> Totals()
    {
        if (GivenTotal is { } given)
        {
            return [given];
        }

        var totals = new List<Money>(1);
        foreach (var item in _items)
        {
            var index = totals.FindIndex(t => t.Currency == item.Currency);
            var amount = (item.Price ?? 0) * item.Quantity;
            if (index < 0)
            {
                totals.Add(new Money(item.Currency, amount));
            }
            else
            {
                totals[index] = new Money(item.Currency, totals[index].Amount + amount);
            }
        }

        return totals;
    }

    internal void Put(in CartItem added)
    {
        GivenTotal = null;
        for (var i = 0; i < _items.Count; i++)
        {
            if (_items[i].IsSameProductAs(added))
            {
                var known = _items[i];
                _items[i] = added with
                {
                    Quantity = known.Quantity + added.Quantity,
                    Price = added.Price ?? known.Price,
                    Name = added.Name ?? known.Name,
                    Category = added.Category ?? known.Category,
                    Sku = added.Sku ?? known.Sku,
                };
                return;
            }
        }

        if (_items.Count < ItemsMax)
        {
            _items.Add(added);
        }
    }

    /// <param name="quantity">Null: the whole line.</param>
    internal void Take(in CartItem removed, decimal? quantity)
    {
        GivenTotal = null;
        for (var i = 0; i < _items.Count; i++)
        {
            if (_items[i].IsSameProductAs(removed))
            {
                var left = quantity is { } taken ? _items[i].Quantity - taken : 0;
                if (left > 0)
                {
                    _items[i] = _items[i] with { Quantity = left };
                }
                else
                {
                    _items.RemoveAt(i);
                }

                return;
            }
        }
    }

    internal void Replace(IEnumerable<CartItem> items)
    {
        _items.Clear();
        _items.AddRange(items.Take(ItemsMax));
    }

    internal void Clear()
    {
        _items.Clear();
        GivenTotal = null;
    }

    internal void Restore(in CartItem item) => _items.Add(item);
}

namespace Journey.Projections.Carts;

/// <summary>A customer's carts.</summary>
/// <remarks>Bounded: <see cref="CartsMax"/>; for a further one the closed cart touched longest ago is forgotten, or else the open one. Its row stays.</remarks>
public sealed class CartShelf
{
    public const int CartsMax = 20;

    private readonly List<Cart> _carts = [];

    /// <summary>In the order in which they began.</summary>
    public IReadOnlyList<Cart> Carts => _carts;

    public Cart? Find(string id)
    {
        foreach (var cart in _carts)
        {
            if (cart.Id == id)
            {
                return cart;
            }
        }

        return null;
    }

    /// <summary>The cart that a sender means by an id: the latest one of that id, or else the one that we call so.</summary>
    public Cart? FindSent(string id)
    {
        for (var i = _carts.Count - 1; i >= 0; i--)
        {
            if (_carts[i].SentId == id)
            {
                return _carts[i];
            }
        }

        return Find(id);
    }

    /// <summary>What a new cart is called whose sender uses an id again: no other cart on the shelf is called so.</summary>
    public string NextId(string sentId)
    {
        for (var number = 2; ; number++)
        {
            var id = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{sentId}~{number}");
            if (Find(id) is null)
            {
                return id;
            }
        }
    }

    /// <summary>The open one that its sender has no name for.</summary>
    public Cart? OpenImplicit() => Latest(static cart => cart.IsImplicit && !cart.IsTerminal);

    public Cart? LatestOpen() => Latest(static cart => cart.IsOpen);

    /// <summary>The one most lately active, open or not.</summary>
    public Cart? Latest() => Latest(static _ => true);

    public bool HasOpenWithContent() => Latest(static cart => cart.IsOpen && !cart.IsEmpty) is not null;

    internal void Add(Cart cart, out Cart? forgotten)
    {
        forgotten = null;
        if (_carts.Count >= CartsMax)
        {
            forgotten = Idlest(open: false) ?? Idlest(open: true)!;
            _carts.Remove(forgotten);
        }

        _carts.Add(cart);
    }

    internal void Restore(Cart cart) => _carts.Add(cart);

    private Cart? Idlest(bool open)
    {
        Cart? idlest = null;
        foreach (var cart in _carts)
        {
            if (cart.IsOpen == open && (idlest is null || cart.ActiveAt < idlest.ActiveAt))
            {
                idlest = cart;
            }
        }

        return idlest;
    }

    /// <summary>Of equals, the one that began later.</summary>
    private Cart? Latest(Func<Cart, bool> wanted)
    {
        Cart? latest = null;
        foreach (var cart in _carts)
        {
            if (wanted(cart) && (latest is null || cart.ActiveAt >= latest.ActiveAt))
            {
                latest = cart;
            }
        }

        return latest;
    }
}

namespace Journey.Projections.Customers;

/// <param name="Amount">What remains of it after updates and refunds.</param>
public readonly record struct Order(string Id, string Currency, decimal Amount, bool Cancelled);

public readonly record struct ChannelUse(string Channel, long Events);

public readonly record struct Money(string Currency, decimal Amount);

/// <summary>Lifetime figures of one customer.</summary>
/// <remarks>
/// Bounded: <see cref="OrdersMax"/> orders remembered by id (an order id seen again within them is the same order),
/// <see cref="CurrenciesMax"/> currencies and <see cref="ChannelsMax"/> channels; amounts and uses beyond count under the last one, <c>other</c>.
/// </remarks>
public sealed class Lifetime
{
    public const int OrdersMax = 16;
    public const int CurrenciesMax = 8;
    public const int ChannelsMax = 16;
    public const string Other = "other";

    private readonly List<Order> _recentOrders = [];
    private readonly List<Money> _revenue = [];
    private readonly List<ChannelUse> _channels = [];

    public long FirstSeenAt { get; set; }

    public long LastSeenAt { get; set; }

    /// <summary>Interactions so far.</summary>
    public long Events { get; set; }

    public long Orders { get; set; }

    public long FirstOrderAt { get; set; }

    public long LastOrderAt { get; set; }

    /// <summary>Mean days between one order and the next; null with fewer than two.</summary>
    /// <remarks>Orders that were cancelled since still bound the period; they are not counted in it.</remarks>
    public double? DaysBetweenOrders => Orders < 2 ? null : (LastOrderAt - FirstOrderAt) / (double)Domain.Time.Instants.Day / (Orders - 1);

    public string? LastEvent { get; set; }

    public string? LastChannel { get; set; }

    public string? LastStore { get; set; }

    public IReadOnlyList<Order> RecentOrders => _recentOrders;

    /// <summary>By currency, in the order in which they were first used.</summary>
    public IReadOnlyList<Money> Revenue => _revenue;

    public IReadOnlyList<ChannelUse> Channels => _channels;

    public bool IsEmpty => Events == 0;

    public void See(string name, string channel, long at)
    {
        FirstSeenAt = Events == 0 ? at : Math.Min(FirstSeenAt, at);
        if (Events == 0 || at >= LastSeenAt)
        {
            LastSeenAt = at;
            LastEvent = name;
            LastChannel = channel;
        }

        Events++;
        Use(channel);
    }

    /// <summary>The channel used most; of equals the one used first.</summary>
    public string? PreferredChannel
    {
        get
        {
            ChannelUse? most = null;
            foreach (var use in _channels)
            {
                most = most is null || use.Events > most.Value.Events ? use : most;
            }

            return most?.Channel;
        }
    }

    /// <summary>The revenue in the workspace's currency; where there is none in it, in the currency first used.</summary>
    public Money MainRevenue(string defaultCurrency)
    {
        foreach (var money in _revenue)
        {
            if (money.Currency == defaultCurrency)
            {
                return money;
            }
        }

        return _revenue.Count > 0 ? _revenue[0] : new Money(defaultCurrency, 0);
    }

    /// <returns>False: this order was counted before.</returns>
    public bool Complete(string? orderId, string currency, decimal amount, long at)
    {
        if (orderId is not null && _recentOrders.Exists(o => o.Id == orderId))
        {
            return false;
        }

        Orders++;
        FirstOrderAt = FirstOrderAt == 0 ? at : Math.Min(FirstOrderAt, at);
        LastOrderAt = Math.Max(LastOrderAt, at);
        Earn(currency, amount);
        if (orderId is not null)
        {
            _recentOrders.Add(new Order(orderId, currency, amount, false));
            if (_recentOrders.Count > OrdersMax)
            {
                _recentOrders.RemoveAt(0);
            }
        }

        return true;
    }

    /// <summary>The order's amount as it stands now; an order that is not remembered is left as it was counted.</summary>
    public void Revise(string? orderId, decimal amount) => Change(orderId, order => order with { Amount = amount });

    /// <param name="amount">Null: all that remains of it.</param>
    public void Refund(string? orderId, string currency, decimal? amount)
    {
        var known = orderId is not null && _recentOrders.Exists(o => o.Id == orderId);
        if (known)
        {
            Change(orderId, order => order with { Amount = order.Amount - (amount ?? order.Amount) });
        }
        else if (amount is { } refunded)
        {
            Earn(currency, -refunded);
        }
    }

    public void Cancel(string? orderId) => Change(orderId, order => order with { Amount = 0, Cancelled = true });

    internal void Restore(Order order) => _recentOrders.Add(order);

    internal void Restore(Money money) => _revenue.Add(money);

    internal void Restore(ChannelUse use) => _channels.Add(use);

    private void Change(string? orderId, Func<Order, Order> change)
    {
        var index = orderId is null ? -1 : _recentOrders.FindIndex(o => o.Id == orderId);
        if (index < 0 || _recentOrders[index].Cancelled)
        {
            return;
        }

        var before = _recentOrders[index];
        var after = change(before);
        _recentOrders[index] = after;
        Earn(before.Currency, after.Amount - before.Amount);
        Orders -= after.Cancelled ? 1 : 0;
    }

    private void Earn(string currency, decimal amount)
    {
        var index = _revenue.FindIndex(m => m.Currency == currency);
        if (index < 0 && _revenue.Count >= CurrenciesMax)
        {
            currency = Other;
            index = _revenue.FindIndex(m => m.Currency == Other);
        }

        if (index < 0)
        {
            _revenue.Add(new Money(currency, amount));
        }
        else
        {
            _revenue[index] = new Money(currency, _revenue[index].Amount + amount);
        }
    }

    private void Use(string channel)
    {
        for (var i = 0; i < _channels.Count; i++)
        {
            if (ReferenceEquals(_channels[i].Channel, channel) || _channels[i].Channel == channel)
            {
                _channels[i] = new ChannelUse(_channels[i].Channel, _channels[i].Events + 1);
                return;
            }
        }

        if (_channels.Count < ChannelsMax || channel == Other)
        {
            _channels.Add(new ChannelUse(channel, 1));
        }
        else
        {
            Use(Other);
        }
    }
}

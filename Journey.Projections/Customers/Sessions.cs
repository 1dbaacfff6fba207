using Journey.Domain.Language;
using Journey.Projections.Maps;

namespace Journey.Projections.Customers;

/// <summary>Activity of one customer, across channels, with no gap over the inactivity limit; or whatever the sender calls one session.</summary>
public sealed class Session
{
    public const int ChannelsMax = 8;
    public const int CartsMax = 8;

    private readonly List<string> _channels = [];

    internal Session(string id, bool isExplicit, MapCase map) => (Id, IsExplicit, Map) = (id, isExplicit, map);

    public string Id { get; }

    /// <summary>The sender named it: it goes on whenever the name is seen again, whatever the gap.</summary>
    public bool IsExplicit { get; }

    public long StartedAt { get; internal set; }

    public long LastAt { get; internal set; }

    public long Events { get; internal set; }

    /// <summary>Interactions with a cart: products put in, taken out or changed, the cart looked at or emptied, coupons.</summary>
    public long CartEvents { get; internal set; }

    public long Orders { get; internal set; }

    /// <summary>The latest interaction was imported: its end triggers nothing.</summary>
    public bool IsImported { get; internal set; }

    /// <summary>"Session Ended" was derived since the last activity.</summary>
    public bool HasEnded { get; internal set; }

    public IReadOnlyList<string> Channels => _channels;

    /// <summary>Carts that its interactions were about: at most <see cref="CartsMax"/>, further ones link nothing.</summary>
    public List<string> Carts { get; internal set; } = [];

    /// <summary>The session in which this purchase began: the earliest remembered one that a shared cart leads to; null: this one, or none.</summary>
    public string? LinkedTo { get; internal set; }

    internal MapCase Map { get; }

    /// <summary>A hash of its latest touch: the same once more is none. 0: there was none.</summary>
    internal long LastTouch { get; set; }

    /// <summary>Its row says less than the state does.</summary>
    internal bool IsDirty { get; set; }

    /// <summary>It was on this channel before, or on so many that no more are told apart.</summary>
    internal bool Knows(string channel) => _channels.Contains(channel) || _channels.Count >= ChannelsMax;

    internal void See(string channel, EventMeaning meaning, long at, bool imported)
    {
        StartedAt = Events == 0 ? at : Math.Min(StartedAt, at);
        LastAt = Events == 0 ? at : Math.Max(LastAt, at);
        Events++;
        CartEvents += meaning is >= EventMeaning.CartAdd and <= EventMeaning.CouponRemoved ? 1 : 0;
        Orders += meaning == EventMeaning.OrderCompleted ? 1 : 0;
        IsImported = imported;
        HasEnded = false;
        IsDirty = true;
        if (!_channels.Contains(channel) && _channels.Count < ChannelsMax)
        {
            _channels.Add(channel);
        }
    }

    internal void Restore(string channel) => _channels.Add(channel);
}

/// <summary>The sessions a customer may still go on with.</summary>
/// <remarks>
/// Bounded: <see cref="RememberedMax"/> in all and <see cref="UnnamedMax"/> without a name of their sender's; the one idle longest is forgotten first.
/// A name seen again after that begins a session anew.
/// </remarks>
public sealed class Sessions
{
    public const int RememberedMax = 16;
    public const int UnnamedMax = 3;

    private readonly List<Session> _remembered = [];

    public IReadOnlyList<Session> Remembered => _remembered;

    /// <summary>The session of the latest interaction.</summary>
    public Session? Current { get; internal set; }

    public static long GapOf(Workspace workspace, string channel) =>
        workspace.SessionGapByChannel.Count > 0 && workspace.SessionGapByChannel.TryGetValue(channel, out var gap) ? gap : workspace.SessionGap;

    /// <param name="named">The sender's session id; null: the inactivity gap decides.</param>
    /// <param name="position">Names a session that nobody else names.</param>
    /// <param name="forgotten">The session that made room.</param>
    internal Session For(string? named, long at, long gap, long position, out Session? forgotten)
    {
        forgotten = null;
        var session = named is null ? Nearest(at, gap) : Named(named);
        if (session is null)
        {
            forgotten = MakeRoom(named is not null);
            session = new Session(named ?? $"s{position}", named is not null, new MapCase());
            _remembered.Add(session);
        }

        Current = session;
        return session;
    }

    /// <summary>The current session is about a cart: begun in the app, bought in the store. It is linked to the earlier one that was about it.</summary>
    /// <remarks>The first link stays. Earlier is who came first in the log, not by the clocks of two channels.</remarks>
    internal void Touch(string cart)
    {
        if (Current is not { } current || current.Carts.Contains(cart))
        {
            return;
        }

        if (current.Carts.Count < Session.CartsMax)
        {
            current.Carts.Add(cart);
        }

        if (current.LinkedTo is not null)
        {
            return;
        }

        foreach (var session in _remembered)
        {
            if (!ReferenceEquals(session, current) && session.Carts.Contains(cart) && session.LinkedTo != current.Id)
            {
                current.LinkedTo = session.LinkedTo ?? session.Id;
                current.IsDirty = true;
                return;
            }
        }
    }

    internal void Restore(Session session) => _remembered.Add(session);

    private Session? Named(string id)
    {
        foreach (var session in _remembered)
        {
            if (session.IsExplicit && session.Id == id)
            {
                return session;
            }
        }

        return null;
    }

    /// <summary>The most lately active one that this instant is within the gap of, named or not: a customer is in one place at a time.</summary>
    private Session? Nearest(long at, long gap)
    {
        Session? nearest = null;
        foreach (var session in _remembered)
        {
            if (at >= session.StartedAt - gap && at <= session.LastAt + gap && (nearest is null || session.LastAt >= nearest.LastAt))
            {
                nearest = session;
            }
        }

        return nearest;
    }

    private Session? MakeRoom(bool isExplicit)
    {
        var unnamed = 0;
        Session? idlest = null;
        Session? idlestUnnamed = null;
        foreach (var session in _remembered)
        {
            idlest = idlest is null || session.LastAt < idlest.LastAt ? session : idlest;
            if (!session.IsExplicit)
            {
                unnamed++;
                idlestUnnamed = idlestUnnamed is null || session.LastAt < idlestUnnamed.LastAt ? session : idlestUnnamed;
            }
        }

        var leaving = !isExplicit && unnamed >= UnnamedMax ? idlestUnnamed : _remembered.Count >= RememberedMax ? idlest : null;
        if (leaving is not null)
        {
            _remembered.Remove(leaving);
        }

        return leaving;
    }
}

using Journey.Domain.EventLog;

namespace Journey.Host.Dispatch;

/// <summary>Pages read and not yet done with. Deliveries end in any order; the checkpoint moves only past pages with nothing left open before them.</summary>
internal sealed class DeliveryWindow(Checkpoint start)
{
    private readonly Lock _lock = new();
    private readonly Queue<Page> _pages = [];
    private Checkpoint _lowWater = start;
    private int _open;

    /// <summary>Everything up to here has its outcome.</summary>
    public Checkpoint LowWater
    {
        get
        {
            lock (_lock)
            {
                return _lowWater;
            }
        }
    }

    /// <summary>Deliveries without an outcome yet.</summary>
    public int Open
    {
        get
        {
            lock (_lock)
            {
                return _open;
            }
        }
    }

    /// <param name="next">The checkpoint after the page.</param>
    /// <param name="deliveries">How many of its events ask for a delivery.</param>
    public Page Add(Checkpoint next, int deliveries)
    {
        lock (_lock)
        {
            var page = new Page(next, deliveries);
            _pages.Enqueue(page);
            _open += deliveries;
            Settle();
            return page;
        }
    }

    public void Done(Page page)
    {
        lock (_lock)
        {
            page.Open--;
            _open--;
            Settle();
        }
    }

    private void Settle()
    {
        while (_pages.TryPeek(out var first) && first.Open == 0)
        {
            _lowWater = _pages.Dequeue().Next;
        }
    }

    internal sealed class Page(Checkpoint next, int open)
    {
        public Checkpoint Next => next;

        public int Open { get; set; } = open;
    }
}

namespace Journey.Host.Running;

/// <summary>Something that happens now and then, to be waited for by one at a time. What happened while nobody waited is noticed by the next.</summary>
internal sealed class AsyncSignal
{
    private readonly SemaphoreSlim _happened = new(0, 1);

    public void Set()
    {
        try
        {
            if (_happened.CurrentCount == 0)
            {
                _happened.Release();
            }
        }
        catch (SemaphoreFullException)
        {
            // Said by another at the same moment: once is enough.
        }
    }

    public Task WaitAsync(CancellationToken cancellation) => _happened.WaitAsync(cancellation);
}

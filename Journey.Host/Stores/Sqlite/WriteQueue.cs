namespace Journey.Host.Stores.Sqlite;

/// <summary>The one thread that writes. It takes everything that waits into one transaction, so that many callers share one wait for the disk.</summary>
internal sealed class WriteQueue
{
    private readonly object _gate = new();
    private readonly Queue<WriteJob> _urgent = new();
    private readonly Queue<WriteJob> _waiting = new();
    private readonly List<WriteJob> _group = [];
    private readonly SqliteWriter _writer;
    private readonly SqliteStoreOptions _options;
    private readonly HeadSignal _head;
    private readonly Thread _thread;
    private int _events;
    private bool _closing;
    private StoreException? _broken;

    /// <param name="head">Told the position of the last event once it is durable.</param>
    public WriteQueue(SqliteWriter writer, SqliteStoreOptions options, HeadSignal head)
    {
        _writer = writer;
        _options = options;
        _head = head;
        _thread = new Thread(Run) { IsBackground = true, Name = "journey-store-writer" };
        _thread.Start();
    }

    /// <summary>Calls and events that wait.</summary>
    public (int Jobs, int Events) Queued
    {
        get
        {
            lock (_gate)
            {
                return (_waiting.Count + _urgent.Count, _events);
            }
        }
    }

    /// <summary>Adds a call from outside, which the bounds of the queue may refuse.</summary>
    /// <exception cref="StoreBusyException">The queue is full.</exception>
    public Task<T> Enqueue<T>(WriteJob<T> job)
    {
        lock (_gate)
        {
            RefuseIfClosed();
            if (_waiting.Count >= _options.QueueJobsMax || (_events > 0 && _events + job.Events > _options.QueueEventsMax))
            {
                throw new StoreBusyException(
                    $"{_waiting.Count:N0} calls with {_events:N0} events wait to be written; bounds are {_options.QueueJobsMax:N0} and {_options.QueueEventsMax:N0}. Try again in a moment.");
            }

            _waiting.Enqueue(job);
            _events += job.Events;
            Monitor.Pulse(_gate);
        }

        return job.Done;
    }

    /// <summary>Adds a call of our own ahead of those from outside. Its callers wait for one before they send the next, which bounds them.</summary>
    public Task<T> EnqueueUrgent<T>(WriteJob<T> job)
    {
        lock (_gate)
        {
            RefuseIfClosed();
            _urgent.Enqueue(job);
            _events += job.Events;
            Monitor.Pulse(_gate);
        }

        return job.Done;
    }

    /// <summary>Takes nothing more, and returns when everything taken is written.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closing = true;
            Monitor.Pulse(_gate);
        }

        _thread.Join();
    }

    private void RefuseIfClosed()
    {
        if (_broken is not null)
        {
            throw new StoreException(_broken.Message, _broken);
        }

        ObjectDisposedException.ThrowIf(_closing, typeof(SqliteStore));
    }

    private void Run()
    {
        while (TakeGroup())
        {
            if (_broken is null)
            {
                CommitTogether();
            }
            else
            {
                FailAll(_group, _broken);
            }
        }
    }

    private bool TakeGroup()
    {
        _group.Clear();
        lock (_gate)
        {
            while (_urgent.Count == 0 && _waiting.Count == 0)
            {
                if (_closing)
                {
                    return false;
                }

                Monitor.Wait(_gate);
            }

            var events = 0;
            while (events < _options.CommitEventsMax && (_urgent.TryDequeue(out var job) || _waiting.TryDequeue(out job)))
            {
                events += job.Events;
                _events -= job.Events;
                if (job.IsCancelled)
                {
                    job.Cancel();
                }
                else
                {
                    _group.Add(job);
                }
            }
        }

        return true;
    }

    private void CommitTogether()
    {
        if (_group.Count == 0)
        {
            return;
        }

        var failure = TryCommit(_group);
        if (failure is null)
        {
            return;
        }

        if (_group.Count == 1 || SqliteErrors.IsOfTheFile(failure))
        {
            FailAll(_group, failure);
            return;
        }

        // A job that cannot be done is a rare thing: rather than guard against it in every commit, each gets a commit of its own when it happens.
        foreach (var job in _group)
        {
            if (TryCommit([job]) is { } reason)
            {
                job.Fail(reason);
            }
        }
    }

    /// <summary>Runs the jobs in one transaction and tells their callers once it is durable; the reason if it failed, with nothing stored and nobody told.</summary>
    private Exception? TryCommit(List<WriteJob> jobs)
    {
        try
        {
            _writer.Begin();
            foreach (var job in jobs)
            {
                job.Run(_writer);
            }

            _writer.CommitTransaction();
        }
        catch (Exception exception)
        {
            Undo(exception);
            return exception;
        }

        _head.Publish(_writer.Head);
        foreach (var job in jobs)
        {
            job.Complete();
        }

        return null;
    }

    private void Undo(Exception reason)
    {
        try
        {
            _writer.Rollback();
        }
        catch (StoreException exception)
        {
            Break(exception);
        }

        // What the system could not write it may have dropped from memory: a later wait for the disk that succeeds would prove nothing.
        if (reason is StoreDiskException or StoreFormatException)
        {
            Break((StoreException)reason);
        }
    }

    private void Break(StoreException reason)
    {
        lock (_gate)
        {
            _broken ??= reason;
        }

        _head.End(reason);
    }

    private static void FailAll(List<WriteJob> jobs, Exception reason)
    {
        foreach (var job in jobs)
        {
            job.Fail(reason);
        }
    }
}

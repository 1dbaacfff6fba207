using Npgsql;

namespace Journey.Host.Stores.Postgres;

/// <summary>The one thread of this host that appends what comes from outside. It takes everything that waits into one transaction, so that many callers share one wait for the disk.</summary>
internal sealed class AppendQueue
{
    /// <summary>Commits whose keys are looked up first, after one that met a repeated id: whoever repeats one often repeats more.</summary>
    private const int CheckedCommits = 64;

    /// <summary>How long a commit is tried again while the server cannot be reached, before its callers are told.</summary>
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)];

    private readonly object _gate = new();
    private readonly Queue<AppendJob> _waiting = new();
    private readonly List<AppendJob> _group = [];
    private readonly PostgresAddress _address;
    private readonly NpgsqlDataSource _source;
    private readonly LogWriter _writer;
    private readonly PostgresStoreOptions _options;
    private readonly HeadSignal _head;
    private readonly Thread _thread;
    private int _events;
    private int _checkedCommits;
    private bool _closing;

    /// <param name="head">Told the position of the last event once it is durable.</param>
    public AppendQueue(PostgresAddress address, NpgsqlDataSource source, LogWriter writer, PostgresStoreOptions options, HeadSignal head)
    {
        (_address, _source, _writer, _options, _head) = (address, source, writer, options, head);
        _thread = new Thread(Run) { IsBackground = true, Name = "journey-store-writer" };
        _thread.Start();
    }

    /// <summary>Adds a call from outside, which the bounds of the queue may refuse.</summary>
    /// <exception cref="StoreBusyException">The queue is full.</exception>
    public Task<T> Enqueue<T>(AppendJob<T> job)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closing, typeof(PostgresStore));
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

    private void Run()
    {
        while (TakeGroup())
        {
            if (_group.Count > 0)
            {
                CommitTogether();
            }
        }
    }

    private bool TakeGroup()
    {
        _group.Clear();
        lock (_gate)
        {
            while (_waiting.Count == 0)
            {
                if (_closing)
                {
                    return false;
                }

                Monitor.Wait(_gate);
            }

            var events = 0;
            while (events < _options.CommitEventsMax && _waiting.TryDequeue(out var job))
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
        var failure = CommitWithPatience(_group);
        if (failure is null)
        {
            return;
        }

        if (_group.Count == 1 || failure is StoreUnreachableException or StoreFullException)
        {
            foreach (var job in _group)
            {
                job.Fail(failure);
            }

            return;
        }

        // A job that cannot be done is a rare thing: rather than guard against it in every commit, each gets a commit of its own when it happens.
        foreach (var job in _group)
        {
            if (CommitWithPatience([job]) is { } reason)
            {
                job.Fail(reason);
            }
        }
    }

    /// <summary>Tried again, an event that was stored after all is recognized by its id: nothing is stored twice.</summary>
    private Exception? CommitWithPatience(List<AppendJob> jobs)
    {
        var failure = TryCommit(jobs);
        for (var i = 0; i < Pauses.Length && failure is not null && PostgresErrors.IsPassing(failure) && !_closing; i++)
        {
            Thread.Sleep(Pauses[i]);
            _checkedCommits = CheckedCommits;
            failure = TryCommit(jobs);
        }

        return failure;
    }

    /// <summary>Does the jobs in one transaction and tells their callers once it is durable; the reason if it failed, with nobody told.</summary>
    private Exception? TryCommit(List<AppendJob> jobs)
    {
        long head;
        try
        {
            using var connection = _source.OpenConnection();
            var isChecked = _checkedCommits > 0;
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    head = _writer.Run(connection, isInTransaction: false, jobs, isChecked);
                    break;
                }
                catch (LogKeysTakenException) when (attempt <= 2)
                {
                    isChecked = true;
                    _checkedCommits = CheckedCommits;
                }
            }

            _checkedCommits -= isChecked ? 1 : 0;
        }
        catch (Exception exception)
        {
            return PostgresErrors.IsOne(exception) ? PostgresErrors.Of(exception, _address) : exception;
        }

        _head.Publish(head);
        foreach (var job in jobs)
        {
            job.Complete();
        }

        return null;
    }
}

using Journey.Domain.EventLog;
using Journey.Domain.Language.Publishing;
using Journey.Host.Running;

namespace Journey.Host.Scans;

/// <summary>What a computation over the log stands on.</summary>
/// <param name="Head">Global position up to which, inclusive.</param>
/// <param name="Skipped">Positions that operators have skipped.</param>
public sealed record ScanBasis(LogScan Scan, DefinitionHistory Definitions, IReadOnlySet<long> Skipped, long Head);

/// <summary>What was asked for cannot be computed as it was asked. The message is for whoever asked.</summary>
/// <param name="parameter">What to change.</param>
public sealed class ScanRequestException(string parameter, string message) : Exception(message)
{
    public string Parameter { get; } = parameter;
}

/// <summary>Computations over the log: one at a time, and each answer kept as long as the log has not grown.</summary>
public sealed class ScanDesk(IEventLog log, ScanLimits limits) : IDisposable
{
    /// <summary>Answers kept; the one asked for longest ago is let go first.</summary>
    public const int AnswersMax = 32;

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly LinkedList<(object Request, long Head, object Answer)> _answers = new();

    /// <param name="request">Compared by value.</param>
    /// <exception cref="ScanTooLargeException">The slice is too large.</exception>
    public async Task<T> AnswerAsync<T>(object request, Func<ScanBasis, Task<T>> compute, CancellationToken cancellation) where T : notnull
    {
        var head = log.PositionOf(await log.HeadAsync(cancellation));
        if (Find(request, head) is T known)
        {
            return known;
        }

        await _one.WaitAsync(cancellation);
        try
        {
            if (Find(request, head) is T meanwhile)
            {
                return meanwhile;
            }

            var basis = new ScanBasis(
                new LogScan(log, limits),
                await DefinitionHistory.Empty.LoadAsync(log, cancellation),
                await StalledPartitions.SkippedAsync(log, cancellation),
                head);
            var answer = await compute(basis);
            Keep(request, head, answer);
            return answer;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private object? Find(object request, long head)
    {
        lock (_answers)
        {
            for (var entry = _answers.First; entry is not null; entry = entry.Next)
            {
                if (entry.Value.Head == head && entry.Value.Request.Equals(request))
                {
                    _answers.Remove(entry);
                    _answers.AddFirst(entry);
                    return entry.Value.Answer;
                }
            }
        }

        return null;
    }

    private void Keep(object request, long head, object answer)
    {
        lock (_answers)
        {
            // What an earlier head answered is of no use any more.
            for (var entry = _answers.First; entry is not null;)
            {
                var next = entry.Next;
                if (entry.Value.Head < head || entry.Value.Request.Equals(request))
                {
                    _answers.Remove(entry);
                }

                entry = next;
            }

            _answers.AddFirst((request, head, answer));
            if (_answers.Count > AnswersMax)
            {
                _answers.RemoveLast();
            }
        }
    }
}

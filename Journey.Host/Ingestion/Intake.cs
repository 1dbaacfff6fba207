using Journey.Domain.Identity;
using Journey.Host.Metrics;
using Journey.Host.Stores;
using Microsoft.Extensions.Logging;

namespace Journey.Host.Ingestion;

/// <summary>The one way into the log from outside: bounded, measured, and answered only after a durable commit.</summary>
public sealed class Intake(IIngestStore store, IngestLimits limits, JourneyMetrics metrics, TimeProvider time, ILogger<Intake> log)
{
    private int _queued;
    private int _requests;

    /// <summary>Events taken and not yet recorded.</summary>
    public int Queued => Volatile.Read(ref _queued);

    /// <summary>False means that too many requests are being read. The endpoint answers 429.</summary>
    public bool TryBegin()
    {
        if (Interlocked.Increment(ref _requests) <= limits.RequestsMax)
        {
            return true;
        }

        Interlocked.Decrement(ref _requests);
        return false;
    }

    public void End() => Interlocked.Decrement(ref _requests);

    /// <summary>Records everything, in as few commits as the store makes of it and of the calls beside it.</summary>
    /// <remarks>A sender that hangs up meanwhile changes nothing: what was taken is recorded, and its retry is a duplicate.</remarks>
    public async ValueTask<IntakeResult> RecordAsync(IReadOnlyList<Interaction> interactions)
    {
        if (interactions.Count == 0)
        {
            return new IntakeResult.Recorded([]);
        }

        if (!TryQueue(interactions.Count))
        {
            return new IntakeResult.Busy();
        }

        try
        {
            var began = time.GetTimestamp();
            var answers = await store.IngestAsync(interactions, CancellationToken.None);
            metrics.Appended(time.GetElapsedTime(began));
            Count(interactions, answers);
            return new IntakeResult.Recorded(answers);
        }
        catch (StoreBusyException)
        {
            return new IntakeResult.Busy();
        }
        catch (Exception exception)
        {
            log.LogError(exception, "{Count} events could not be recorded; their sender was told to try again.", interactions.Count);
            return new IntakeResult.Failed();
        }
        finally
        {
            Interlocked.Add(ref _queued, -interactions.Count);
        }
    }

    private bool TryQueue(int count)
    {
        var queued = Interlocked.Add(ref _queued, count);

        // A batch larger than the whole queue is let in alone: it would be turned away for ever otherwise.
        if (queued <= limits.QueueEventsMax || queued == count)
        {
            return true;
        }

        Interlocked.Add(ref _queued, -count);
        return false;
    }

    private void Count(IReadOnlyList<Interaction> interactions, IReadOnlyList<IngestAnswer> answers)
    {
        for (var i = 0; i < answers.Count; i++)
        {
            if (answers[i] is IngestAnswer.Duplicate)
            {
                metrics.Duplicate();
            }
            else
            {
                metrics.Recorded(interactions[i].Channel);
            }
        }
    }
}

public abstract record IntakeResult
{
    private IntakeResult() { }

    public sealed record Recorded(IReadOnlyList<IngestAnswer> Answers) : IntakeResult;

    /// <summary>The queue is full: nothing was recorded.</summary>
    public sealed record Busy : IntakeResult;

    /// <summary>The store failed: nothing is known to be recorded, and a retry is harmless.</summary>
    public sealed record Failed : IntakeResult;
}

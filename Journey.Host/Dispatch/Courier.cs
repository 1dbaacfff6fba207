using System.Collections.Immutable;
using Journey.Domain.Engine;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Stores;

namespace Journey.Host.Dispatch;

/// <summary>Carries one delivery from its request to its recorded outcome.</summary>
internal sealed partial class Courier(
    DispatcherPorts ports, DeliveryComposer composer, ProviderSet providers, DispatchMetrics metrics, TimeProvider time, TimeProvider clock, ILogger logger)
{
    /// <summary>How often a customer's facts are asked for before the delivery fails.</summary>
    public const int FactsTriesMax = 5;

    private static readonly TimeSpan RetryMin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RetryMax = TimeSpan.FromSeconds(10);

    public DeliveryFlight Flight(DeliveryRequest request) => new()
    {
        Withheld = async cancellation =>
            request.Kind != DeliveryKind.Message ? null : (await ports.Facts.FactsAsync(request, cancellation)).Withheld,
    };

    /// <summary>True: its outcome is in the log. False: it was called off, and is for the next start to deliver.</summary>
    public async Task<bool> DeliverAsync(DeliveryRequest request, DeliveryFlight flight)
    {
        var started = time.GetTimestamp();
        try
        {
            var (outcome, provider, missing) = await AttemptAsync(request, flight, null);
            if (outcome is DeliveryOutcome.Retry && flight.IsCalledOff)
            {
                return false;
            }

            await RecordAsync(request, flight, outcome, provider, missing, started);
            return true;
        }
        catch (OperationCanceledException) when (flight.Cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>One attempt because a person asked for it. What fails stays a dead letter.</summary>
    public async Task<RetryAnswer> RetryAsync(DeliveryRequest request, DeadLetter letter, DeliveryFlight flight)
    {
        var started = time.GetTimestamp();
        var (outcome, provider, missing) = await AttemptAsync(request, flight, letter);
        if (ReasonOf(outcome) is { } reason && outcome is not DeliveryOutcome.Withheld)
        {
            await ports.DeadLetters.PutAsync(letter with { Attempts = letter.Attempts + flight.Attempts, FailedAt = Now(), Reason = reason });
            return new RetryAnswer.Failed(reason);
        }

        await RecordAsync(request, flight, outcome, provider, missing, started);
        await ports.DeadLetters.RemoveAsync(letter.DecisionId);
        return outcome is DeliveryOutcome.Withheld withheld ? new RetryAnswer.Withheld(withheld.Reason) : new RetryAnswer.Delivered();
    }

    /// <summary>Why it did not go through; null: it did.</summary>
    private static string? ReasonOf(DeliveryOutcome outcome) => outcome switch
    {
        DeliveryOutcome.Retry retry => retry.Reason,
        DeliveryOutcome.Refused refused => refused.Reason,
        DeliveryOutcome.Withheld withheld => withheld.Reason,
        _ => null,
    };

    private async Task<(DeliveryOutcome Outcome, string? Provider, ImmutableArray<string> Missing)> AttemptAsync(
        DeliveryRequest request, DeliveryFlight flight, DeadLetter? letter)
    {
        if (!request.IsReadable)
        {
            return (new DeliveryOutcome.Refused("the decision cannot be read"), null, []);
        }

        var facts = await FactsAsync(request, flight);
        if (facts is null)
        {
            return (new DeliveryOutcome.Refused("the customer's facts cannot be read"), null, []);
        }

        if (request.Kind == DeliveryKind.Message && facts.Withheld is { } reason)
        {
            return (new DeliveryOutcome.Withheld(reason), null, []);
        }

        var composition = composer.Compose(request, facts, Now());
        if (composition.Delivery is not { } delivery)
        {
            return (new DeliveryOutcome.Refused(composition.Fault!), null, []);
        }

        var pipeline = providers.For(delivery);
        var outcome = letter is null
            ? await pipeline.DeliverAsync(delivery, flight)
            : await pipeline.DeliverOnceAsync(delivery with { ByOperator = true }, flight);
        return (outcome, pipeline.Provider.Name, composition.Missing);
    }

    /// <summary>Null after several tries: one customer's trouble becomes a dead letter, and does not hold up everybody else.</summary>
    private async Task<DeliveryFacts?> FactsAsync(DeliveryRequest request, DeliveryFlight flight)
    {
        for (var (tries, wait) = (1, RetryMin); ; tries++, wait *= 2)
        {
            try
            {
                return await ports.Facts.FactsAsync(request, flight.Cancellation);
            }
            catch (StoreException e) when (e.IsPassing)
            {
                // Nobody's facts can be read at the moment, which is no customer's trouble: it is waited out.
                LogStoreTrouble(logger, "read the customer's facts", request.Id, e);
                (tries, wait) = (0, RetryMin);
                await Task.Delay(RetryMin * 10, time, flight.Cancellation);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogStoreTrouble(logger, "read the customer's facts", request.Id, e);
                if (tries == FactsTriesMax)
                {
                    return null;
                }

                await Task.Delay(wait, time, flight.Cancellation);
            }
        }
    }

    private async Task RecordAsync(
        DeliveryRequest request, DeliveryFlight flight, DeliveryOutcome outcome, string? provider, ImmutableArray<string> missing, long started)
    {
        if (!flight.TryBegin())
        {
            throw new OperationCanceledException(flight.Cancellation);
        }

        var reason = ReasonOf(outcome);
        var (name, label) = outcome switch
        {
            DeliveryOutcome.Delivered => (OutcomeEvents.SuccessOf(request.Kind), "sent"),
            DeliveryOutcome.Withheld => (EventNames.MessageSuppressed, "suppressed"),
            _ => (OutcomeEvents.FailureOf(request.Kind), "failed"),
        };
        if (label == "failed" && request.Kind != DeliveryKind.Call)
        {
            // Before the outcome: a crash in between delivers again and finds the letter replaced, and never an outcome without its letter.
            var letter = new DeadLetter(request.Id, request.Position, request.Customer, request.Channel.Name, flight.Attempts, Now(), reason!);
            await InsistAsync(() => Put(letter, flight), "keep a dead letter", request, flight);
            LogFailed(logger, request.Id, request.Channel.Name, flight.Attempts, reason!);
        }

        var response = (outcome as DeliveryOutcome.Delivered)?.Response;
        var recorded = OutcomeEvents.Create(request, name, new OutcomeFacts(provider, flight.Attempts, reason, response, missing), Now());
        var append = new AppendRequest(request.Customer, ExpectedVersion.Any, [recorded]);
        var results = await InsistAsync(() => ports.Log.AppendAsync([append], flight.Cancellation), "record an outcome", request, flight);
        if (results[0] is not (AppendResult.Appended or AppendResult.Duplicate))
        {
            throw new InvalidOperationException($"One event, at any version, can be new or a duplicate. The log answered {results[0]}.");
        }

        metrics.Delivered(request.Channel.Name, label, time.GetElapsedTime(started));
    }

    private async ValueTask<bool> Put(DeadLetter letter, DeliveryFlight flight)
    {
        await ports.DeadLetters.PutAsync(letter, flight.Cancellation);
        return true;
    }

    /// <summary>The store is ours: its trouble is waited out, visibly, and never costs an attempt or a second delivery.</summary>
    private async ValueTask<T> InsistAsync<T>(Func<ValueTask<T>> action, string what, DeliveryRequest request, DeliveryFlight flight)
    {
        for (var wait = RetryMin; ; wait = wait < RetryMax ? wait * 2 : RetryMax)
        {
            try
            {
                return await action();
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogStoreTrouble(logger, what, request.Id, e);
                await Task.Delay(wait, time, flight.Cancellation);
            }
        }
    }

    private long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Delivery {Decision} on {Channel} failed for good after {Attempts} attempts: {Reason}")]
    private static partial void LogFailed(ILogger logger, string decision, string channel, int attempts, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Could not {What} for delivery {Decision}")]
    private static partial void LogStoreTrouble(ILogger logger, string what, string decision, Exception failure);
}

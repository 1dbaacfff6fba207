using System.Text.Json;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Language.Publishing;
using Journey.Host.Dispatch;
using Journey.Host.Stores;
using Journey.Projections.Customers;

namespace Journey.Host.Running;

/// <summary>Reads what <see cref="DeliveryValues"/> needs: the state as of now, and from the log the event the run entered by and the answers to its calls.</summary>
public sealed class DeliveryFactsReader(IEventLog log, IStateStore states, Func<DefinitionHistory> definitions) : IDeliveryFacts
{
    private readonly Vocabulary _vocabulary = new();

    public async ValueTask<DeliveryFacts> FactsAsync(DeliveryRequest request, CancellationToken cancellation = default)
    {
        var stored = await states.LoadAsync([request.Customer], cancellation);
        var state = stored.TryGetValue(request.Customer, out var bytes)
            ? CustomerState.Read(request.Customer, bytes.Span, _vocabulary)
            : new CustomerState(request.Customer, _vocabulary);

        // A merge may have moved the customer on since: the survivor's word on consent is the one that counts.
        if (state.MergedInto is { } survivor)
        {
            return await FactsAsync(request with { Customer = survivor }, cancellation);
        }

        var answers = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (step, position) in DeliveryValues.AnswersOf(request))
        {
            if (DeliveryValues.ResponseOf(await ReadAsync(position, cancellation)) is { } response)
            {
                answers.Add(step, response);
            }
        }

        return DeliveryValues.Of(state, await ReadAsync(DeliveryValues.BasisOf(request), cancellation), definitions().Latest, request, answers);
    }

    private async Task<RecordedEvent> ReadAsync(long position, CancellationToken cancellation)
    {
        var page = await log.ReadAsync(await log.BeforeAsync(position, cancellation), 1, cancellation);
        return page.Events[0];
    }
}

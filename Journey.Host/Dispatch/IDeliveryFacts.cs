using System.Text.Json;
using Journey.Domain.Engine;

namespace Journey.Host.Dispatch;

/// <summary>What a delivery may know of its customer, at the moment of delivery: later than the decision, and with personal data.</summary>
public interface IDeliveryFacts
{
    ValueTask<DeliveryFacts> FactsAsync(DeliveryRequest request, CancellationToken cancellation = default);
}

/// <param name="Values">
/// An object: the names that templates begin their paths with (<c>customer</c>, <c>cart</c>, <c>event</c>, <c>timeline</c> …).
/// The dispatcher adds <c>data</c>, <c>journey</c>, <c>step</c> and <c>channel</c>.
/// </param>
/// <param name="Address">Where the customer is reached on the request's channel; null if not known or none is needed.</param>
/// <param name="Consent">For the request's channel and purpose, as of now. Asked for messages only.</param>
/// <param name="Fault">Why the address must not be written to, as of now.</param>
public sealed record DeliveryFacts(JsonElement Values, string? Address, ConsentState Consent, AddressFault Fault = AddressFault.None)
{
    /// <summary>Why a message must not be sent any more, although it was asked for; null: it may be.</summary>
    public string? Withheld => Fault switch
    {
        AddressFault.Bounced => SuppressionReasons.Bounced,
        AddressFault.Complained => SuppressionReasons.Complained,
        _ => Consent == ConsentState.Revoked ? OutcomeEvents.ConsentRevoked : null,
    };
}

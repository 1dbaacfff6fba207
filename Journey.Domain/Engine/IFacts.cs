using Journey.Domain.Cel;
using Journey.Domain.Events;

namespace Journey.Domain.Engine;

public enum ConsentState : byte { Unknown, Granted, Revoked }

/// <summary>What a decision may know of the customer: the read models' states as folded up to and including the basis event.</summary>
/// <remarks>
/// Resolves the variables <c>event</c>, <c>customer</c>, <c>cart</c>, <c>checkout</c>, <c>session</c>, <c>timeline</c> and the functions over
/// history; the engine adds <c>run</c> and <c>now</c> on top. Reused from event to event: holds no facts of its own.
/// </remarks>
public interface IFacts : ICelActivation
{
    string CustomerId { get; }

    /// <summary>The instant that <c>now</c> and the windows of history functions count from, in Unix milliseconds.</summary>
    long Now { get; set; }

    /// <summary>The cart that the basis event is about: by its cart id, or the one an order converted; null if none.</summary>
    string? EventCartId { get; }

    /// <summary>Which cart <c>cart</c> and <c>checkout</c> mean from here on; null: the one most lately active.</summary>
    void FocusCart(string? cartId);

    ConsentState Consent(ContactChannel channel, string purpose);

    /// <summary>Whether there is an address to send to on this channel (an email for email, a phone for sms, a device for push; others always).</summary>
    bool IsReachable(ContactChannel channel);

    /// <summary>Why the address in use on this channel must not be written to: it bounced for good, or its owner complained.</summary>
    AddressFault FaultOf(ContactChannel channel);

    /// <summary>The customer's own IANA zone, if one is known and valid.</summary>
    string? Zone { get; }
}

using System.Text.Json;

namespace Journey.Host.Dispatch;

/// <summary>A request made ready for a provider: rendered, addressed. Holds personal data; never logged.</summary>
/// <param name="Address">Email, phone, device; null where the provider finds the person itself.</param>
/// <param name="Subject">Rendered subject, or a task's title; null where no template says one.</param>
/// <param name="Body">Rendered text; null where no template of that name is known here: the receiver then renders by name and data.</param>
/// <param name="ContentType">"text/html" or "text/plain", of <paramref name="Body"/>.</param>
/// <param name="Data">The send's data with its templates rendered; a task's team and due time.</param>
/// <param name="Call">Set for calls only.</param>
/// <param name="ByOperator">A person asked for this attempt, so it is made even where the provider would rather not.</param>
public sealed record Delivery(
    DeliveryRequest Request,
    string? Address,
    string? Subject,
    string? Body,
    string? ContentType,
    JsonElement Data,
    CallTarget? Call = null,
    bool ByOperator = false);

/// <param name="Left">How long the journey still waits for the answer; null: it does not say.</param>
public sealed record CallTarget(Uri Url, string Method, TimeSpan? Left);

/// <summary>What one attempt came to. Reasons are short, stable and free of personal data: they are recorded.</summary>
public abstract record DeliveryOutcome
{
    private DeliveryOutcome() { }

    /// <param name="Response">For calls: the answer as JSON.</param>
    public sealed record Delivered(JsonElement? Response = null) : DeliveryOutcome;

    /// <summary>It may go through later.</summary>
    /// <param name="After">How long the receiver asked to be left alone.</param>
    /// <param name="IsThrottled">The receiver is well and asked for less: no reason to open the circuit.</param>
    public sealed record Retry(string Reason, TimeSpan? After = null, bool IsThrottled = false) : DeliveryOutcome;

    /// <summary>Consent was withdrawn before this attempt.</summary>
    public sealed record Withheld(string Reason) : DeliveryOutcome;

    /// <summary>It will never go through as it is.</summary>
    public sealed record Refused(string Reason) : DeliveryOutcome;
}

/// <summary>One way to a receiver. Does not retry: its pipeline does.</summary>
public interface IDeliveryProvider
{
    /// <summary>Unique; appears in outcomes and metrics.</summary>
    string Name { get; }

    /// <summary>Makes one attempt. What the receiver answers is an outcome; only cancellation throws.</summary>
    Task<DeliveryOutcome> DeliverAsync(Delivery delivery, CancellationToken cancellation);
}

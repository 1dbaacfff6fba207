using System.Collections.Immutable;
using System.Text.Json;
using Journey.Domain.Events;

namespace Journey.Domain.Personal;

/// <summary>"Customer Erased": the fact that a customer's personal data was destroyed. It names customers by their opaque ids only.</summary>
/// <remarks><c>{"properties":{"customers":["c…"],"reason":"…"}}</c>: everybody who had turned out to be the same person, the stream's own customer first.</remarks>
public static class Erasure
{
    public const string Source = "journey";

    /// <summary>Characters of a reason.</summary>
    public const int ReasonLengthMax = 500;

    /// <param name="family">The customer, and those whom it absorbed, however deep.</param>
    /// <param name="at">Unix milliseconds.</param>
    public static NewEvent Event(string customer, IEnumerable<string> family, string? reason, long at)
    {
        ImmutableArray<string> customers = [customer, .. family.Where(one => one != customer).Order(StringComparer.Ordinal)];
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("properties");
            writer.WriteStartArray("customers");
            foreach (var one in customers)
            {
                writer.WriteStringValue(one);
            }

            writer.WriteEndArray();
            if (reason is not null)
            {
                writer.WriteString("reason", reason);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return new NewEvent(
            customer,
            Source,
            IdOf(customer),
            EventNames.CustomerErased,
            EventKind.Identity,
            EventFlags.None,
            ContactChannel.Internal,
            at,
            at,
            StoredPayload.FromJson(json.GetBuffer().AsSpan(0, (int)json.Length)));
    }

    /// <summary>A customer is erased once: recording it a second time writes nothing.</summary>
    public static string IdOf(string customer) => StableHash.Id($"{customer}|erased").ToString();

    public static bool IsOne(NewEvent @event) => @event.Kind == EventKind.Identity && @event.Name == EventNames.CustomerErased;

    public static bool IsOne(in RecordedEvent recorded) => recorded.Kind == EventKind.Identity && recorded.Name == EventNames.CustomerErased;

    /// <summary>Whose personal data went.</summary>
    /// <param name="json">The payload's.</param>
    public static ImmutableArray<string> CustomersOf(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.GetProperty("properties").GetProperty("customers").EnumerateArray().Select(one => one.GetString()!)];
    }
}

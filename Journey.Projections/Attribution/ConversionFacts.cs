using System.Text.Json;
using Journey.Domain.Events;
using Journey.Projections.Customers;

namespace Journey.Projections.Attribution;

/// <summary>What an event that somebody calls a conversion is worth: its <c>revenue</c>, or else its <c>value</c>, <c>total</c> or <c>amount</c>.</summary>
public static class ConversionFacts
{
    /// <param name="defaultCurrency">For an amount that comes without one.</param>
    public static Converted Read(in RecordedEvent recorded, string defaultCurrency)
    {
        decimal? revenue = null, value = null, total = null, amount = null;
        var currency = defaultCurrency;
        var json = new Utf8JsonReader(recorded.Json.Span);
        if (JsonScan.EnterObject(ref json, "properties"u8))
        {
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var member = json.ValueSpan;
                json.Read();
                switch (member)
                {
                    case var m when m.SequenceEqual("revenue"u8): revenue = JsonScan.Amount(ref json); break;
                    case var m when m.SequenceEqual("value"u8): value = JsonScan.Amount(ref json); break;
                    case var m when m.SequenceEqual("total"u8): total = JsonScan.Amount(ref json); break;
                    case var m when m.SequenceEqual("amount"u8): amount = JsonScan.Amount(ref json); break;
                    case var m when m.SequenceEqual("currency"u8): currency = JsonScan.Text(ref json)?.ToUpperInvariant() is { Length: > 0 } told ? told : currency; break;
                    default: json.Skip(); break;
                }
            }
        }

        return new Converted(recorded.OccurredAt, recorded.Position, revenue ?? value ?? total ?? amount, currency);
    }
}

using System.Text.Json;
using Journey.Domain.Events;
using Journey.Domain.Language.Formats;
using Journey.Projections.Customers;
using Journey.Projections.ReadModels;

namespace Journey.Projections.Attribution;

/// <summary>What campaigns cost: "Campaign Cost Recorded", for the day on which it occurred. It is about no customer, and touches none.</summary>
internal static class CostFold
{
    public static void Apply(in RecordedEvent recorded, string defaultCurrency, FoldOutput output)
    {
        decimal? cost = null;
        string? channel = null, campaign = null;
        var currency = defaultCurrency;
        var json = new Utf8JsonReader(recorded.Json.Span);
        if (!JsonScan.EnterObject(ref json, "properties"u8))
        {
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var member = json.ValueSpan;
            json.Read();
            switch (member)
            {
                case var m when m.SequenceEqual("cost"u8): cost = JsonScan.Amount(ref json); break;
                case var m when m.SequenceEqual("channel"u8): channel = JsonScan.Text(ref json); break;
                case var m when m.SequenceEqual("campaign"u8): campaign = JsonScan.Text(ref json)?.Trim(); break;
                case var m when m.SequenceEqual("currency"u8): currency = JsonScan.Text(ref json)?.ToUpperInvariant() is { Length: > 0 } told ? told : currency; break;
                default: json.Skip(); break;
            }
        }

        if (cost is { } amount && (channel is { Length: > 0 } || campaign is { Length: > 0 }))
        {
            output.Changes.Add(
                ReadModelTables.CampaignCosts,
                [Days.NameOf(recorded.OccurredAt), channel is { Length: > 0 } ? ContactChannel.From(channel).Name : "", campaign ?? "", currency],
                MinorUnits.Of(amount, currency));
        }
    }
}

using System.Buffers;
using System.Text.Json;
using Journey.Domain.Cel;
using Journey.Domain.Engine;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Language.Publishing;
using Journey.Host.Dispatch;
using Journey.Host.Stores;
using Journey.Projections.Customers;
using Journey.Projections.Facts;

namespace Journey.Host.Running;

/// <summary>What templates may say about a customer: the folded state as of now, personal traits too, and the event the decision was based on.</summary>
public sealed class DeliveryFactsReader(IEventLog log, IStateStore states, Func<DefinitionHistory> definitions) : IDeliveryFacts
{
    private static readonly string[] _variables = ["cart", "checkout", "session", "timeline", "event"];

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

        var facts = new CustomerFacts();
        facts.Bind(state, await BasisAsync(request, cancellation), definitions().Latest);
        return new DeliveryFacts(Values(facts, state), Address(state, request.Channel), facts.Consent(request.Channel, request.Purpose));
    }

    private async Task<RecordedEvent> BasisAsync(DeliveryRequest request, CancellationToken cancellation)
    {
        var basis = request.IsReadable && request.Properties.TryGetProperty("basis", out var position) && position.TryGetInt64(out var number) ? number : request.Position;
        var page = await log.ReadAsync(await log.BeforeAsync(basis, cancellation), 1, cancellation);
        return page.Events[0];
    }

    private static string? Address(CustomerState state, ContactChannel channel) => channel.Name switch
    {
        "email" => Text(state, "email"),
        "sms" => Text(state, "phone"),
        _ => null,
    };

    private static string? Text(CustomerState state, string trait)
    {
        if (state.Profile.Find(trait) is not { } json)
        {
            return null;
        }

        using var value = JsonDocument.Parse(json);
        return value.RootElement.ValueKind == JsonValueKind.String ? value.RootElement.GetString() : value.RootElement.GetRawText();
    }

    private static JsonElement Values(CustomerFacts facts, CustomerState state)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("customer");
            if (facts.TryResolve("customer", out var customer))
            {
                WriteMembers(writer, customer, state.Profile.Traits.Select(trait => trait.Name).ToHashSet(StringComparer.Ordinal));
            }

            foreach (var trait in state.Profile.Traits)
            {
                writer.WritePropertyName(trait.Name);
                writer.WriteRawValue(trait.Json, skipInputValidation: true);
            }

            writer.WriteEndObject();
            foreach (var variable in _variables)
            {
                if (facts.TryResolve(variable, out var value) && value.Kind == CelKind.Map)
                {
                    writer.WritePropertyName(variable);
                    CelJsonWriter.Write(writer, value);
                }
            }

            writer.WriteEndObject();
        }

        using var json = JsonDocument.Parse(buffer.WrittenMemory);
        return json.RootElement.Clone();
    }

    private static void WriteMembers(Utf8JsonWriter writer, in CelValue map, HashSet<string> except)
    {
        foreach (var (key, value) in map.AsMap().Entries)
        {
            if (key.Kind == CelKind.String && !value.IsError && !except.Contains(key.AsString()))
            {
                writer.WritePropertyName(key.AsString());
                CelJsonWriter.Write(writer, value);
            }
        }
    }
}

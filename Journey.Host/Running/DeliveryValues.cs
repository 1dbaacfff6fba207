using System.Buffers;
using System.Text.Json;
using Journey.Domain.Cel;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Host.Dispatch;
using Journey.Projections.Customers;
using Journey.Projections.Facts;

namespace Journey.Host.Running;

/// <summary>What templates may say: the customer's folded state with personal traits too, the run, its cart, the event it entered by, and the answers to its calls.</summary>
/// <remarks>The same for a delivery and for a test in virtual time.</remarks>
internal static class DeliveryValues
{
    private static readonly string[] _variables = ["cart", "checkout", "session", "timeline"];

    /// <param name="basis">The event that the run entered by.</param>
    /// <param name="answers">Step id to what its call answered: the outcome events' <c>response</c>.</param>
    public static DeliveryFacts Of(
        CustomerState state, in RecordedEvent basis, DefinitionSet definitions, DeliveryRequest request, IReadOnlyDictionary<string, JsonElement> answers)
    {
        var facts = new CustomerFacts();
        facts.Bind(state, basis, definitions);
        facts.FocusCart(request.Text("cart") ?? facts.EventCartId);
        return new DeliveryFacts(
            Values(facts, state, basis, request, answers), Address(state, request.Channel), facts.Consent(request.Channel, request.Purpose), facts.FaultOf(request.Channel));
    }

    /// <summary>Steps whose calls were answered, with the positions of the answers.</summary>
    public static IEnumerable<(string Step, long Position)> AnswersOf(DeliveryRequest request) =>
        request.IsReadable && request.Properties.TryGetProperty("answers", out var answers) && answers.ValueKind == JsonValueKind.Object
            ? answers.EnumerateObject().Select(answer => (answer.Name, answer.Value.GetInt64()))
            : [];

    /// <summary>Position of the event that the run entered by.</summary>
    public static long BasisOf(DeliveryRequest request) =>
        request.IsReadable && request.Properties.TryGetProperty("basis", out var position) && position.TryGetInt64(out var number) ? number : request.Position;

    /// <summary>What a "Call Answered" brought; null where it brought nothing.</summary>
    public static JsonElement? ResponseOf(in RecordedEvent answer)
    {
        using var json = JsonDocument.Parse(answer.Json);
        return json.RootElement.TryGetProperty("properties", out var properties) && properties.TryGetProperty("response", out var response) ? response.Clone() : null;
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

    private static JsonElement Values(
        CustomerFacts facts, CustomerState state, in RecordedEvent basis, DeliveryRequest request, IReadOnlyDictionary<string, JsonElement> answers)
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

            using var payload = JsonDocument.Parse(basis.Json);
            payload.RootElement.TryGetProperty("properties", out var properties);
            WriteEvent(writer, facts, properties);
            WriteRun(writer, properties, request, answers);
            writer.WriteEndObject();
        }

        using var json = JsonDocument.Parse(buffer.WrittenMemory);
        return json.RootElement.Clone();
    }

    /// <summary>As in conditions: any name that is no field of the event's own is one of its properties.</summary>
    private static void WriteEvent(Utf8JsonWriter writer, CustomerFacts facts, JsonElement properties)
    {
        writer.WriteStartObject("event");
        if (facts.TryResolve("event", out var value))
        {
            WriteMembers(writer, value, []);
            var own = value.AsMap();
            foreach (var property in properties.ValueKind == JsonValueKind.Object ? properties.EnumerateObject() : [])
            {
                if (!own.Entries.Any(field => field.Key.Kind == CelKind.String && field.Key.AsString() == property.Name))
                {
                    property.WriteTo(writer);
                }
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteRun(Utf8JsonWriter writer, JsonElement entry, DeliveryRequest request, IReadOnlyDictionary<string, JsonElement> answers)
    {
        writer.WriteStartObject("run");
        writer.WriteString("id", request.Run);
        writer.WriteString("journey", request.Journey);
        writer.WriteNumber("version", request.Version);
        writer.WriteString("key", request.Text("key") ?? "");
        writer.WriteStartObject("steps");
        foreach (var (step, response) in answers)
        {
            writer.WriteStartObject(step);
            writer.WritePropertyName("response");
            response.WriteTo(writer);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        if (entry.ValueKind == JsonValueKind.Object)
        {
            writer.WritePropertyName("entry");
            entry.WriteTo(writer);
        }

        writer.WriteEndObject();
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

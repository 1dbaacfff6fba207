using System.Text.Json;
using System.Text.Json.Nodes;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Domain.Templates;
using Journey.Host.Dispatch;
using Journey.Host.Running;
using Journey.Projections.Customers;

namespace Journey.Host.Testing;

/// <summary>What messages, tasks and calls say once their templates are rendered, as the dispatcher would at that moment.</summary>
internal sealed class RenderedRequests
{
    private static readonly DeliveryComposer Composer = new(TemplateLibrary.Empty);

    private readonly Dictionary<long, byte[]> _payloads = [];

    /// <summary>The payload of a decision with its templates rendered; as recorded where it has none.</summary>
    public ReadOnlyMemory<byte> JsonOf(in RecordedEvent decision) => _payloads.TryGetValue(decision.Position, out var rendered) ? rendered : decision.Json;

    /// <param name="state">After the event that the decision follows from.</param>
    public void Render(in RecordedEvent decision, CustomerState state, IReadOnlyList<RecordedEvent> log, DefinitionSet definitions)
    {
        if (DeliveryRequest.KindOf(decision) is not { } kind || decision.Payload.Span.IndexOf("{{"u8) < 0)
        {
            return;
        }

        var request = DeliveryRequest.From(decision, kind);
        var answers = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (step, position) in DeliveryValues.AnswersOf(request))
        {
            if (DeliveryValues.ResponseOf(log[(int)position - 1]) is { } response)
            {
                answers.Add(step, response);
            }
        }

        var basis = log[(int)DeliveryValues.BasisOf(request) - 1];
        var composition = Composer.Compose(request, DeliveryValues.Of(state, basis, definitions, request, answers), decision.OccurredAt);
        var properties = JsonSerializer.SerializeToNode(request.Properties)!.AsObject();
        Replace(properties, kind, composition);
        _payloads.Add(decision.Position, JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["properties"] = properties }));
    }

    private static void Replace(JsonObject properties, DeliveryKind kind, in Composition composition)
    {
        if (composition.Delivery is not { } delivery)
        {
            properties["fault"] = composition.Fault;
            return;
        }

        switch (kind)
        {
            case DeliveryKind.Message:
                properties["data"] = JsonSerializer.SerializeToNode(delivery.Data);
                break;
            case DeliveryKind.Task:
                properties["title"] = delivery.Subject;
                if (delivery.Body is { } description)
                {
                    properties["description"] = description;
                }

                break;
            case DeliveryKind.Call:
                properties["url"] = delivery.Call?.Url.OriginalString;
                if (delivery.Body is { } body)
                {
                    properties["body"] = JsonNode.Parse(body);
                }

                break;
        }
    }
}

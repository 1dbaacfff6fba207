using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Journey.Domain.Language;
using Journey.Domain.Templates;
using Journey.Domain.Time;

namespace Journey.Host.Dispatch;

/// <summary>Makes a request ready for a provider: renders its texts with what is known of the customer now.</summary>
/// <remarks>Texts that stand in a decision (a task's title, strings in data) are compiled once and kept, <see cref="TextsKeptMax"/> of them.</remarks>
internal sealed class DeliveryComposer(TemplateLibrary templates)
{
    public const int TextsKeptMax = 1_024;

    private static readonly JsonElement NoData = JsonSerializer.SerializeToElement(new Dictionary<string, string>());

    private readonly ConcurrentDictionary<(string Text, TemplateEncoding Encoding), TemplateParse> _texts = new();
    private readonly ConcurrentDictionary<string, TemplatedJsonParse> _jsons = new();

    /// <param name="now">By the clock that decisions are stamped with, Unix milliseconds: a call is made only while the journey waits for it.</param>
    public Composition Compose(DeliveryRequest request, DeliveryFacts facts, long now)
    {
        var rendering = new Rendering(this, request);
        try
        {
            var delivery = request.Kind switch
            {
                DeliveryKind.Message => Message(request, facts, rendering),
                DeliveryKind.Task => Task(request, facts, rendering),
                _ => Call(request, facts, rendering, now),
            };
            return new Composition(delivery, null, [.. rendering.Missing]);
        }
        catch (CompositionException e)
        {
            return new Composition(null, e.Message, []);
        }
    }

    private Delivery Message(DeliveryRequest request, DeliveryFacts facts, Rendering rendering)
    {
        var plain = Values(facts.Values, request, NoData);
        var data = rendering.Json(request.Properties.TryGetProperty("data", out var given) ? given : NoData, plain);
        var template = request.Template is { } name ? templates.Find(name, request.Channel) : null;
        var values = template is null ? default : Values(facts.Values, request, data);
        return new Delivery(
            request,
            facts.Address,
            template?.Subject is { } subject ? rendering.Text(subject, values) : null,
            template is null ? null : rendering.Text(template.Body, values),
            template?.ContentType,
            data);
    }

    private static Delivery Task(DeliveryRequest request, DeliveryFacts facts, Rendering rendering)
    {
        var values = Values(facts.Values, request, NoData);
        var description = request.Text("description") is { } text ? rendering.Text(text, TemplateEncoding.None, values) : null;
        return new Delivery(
            request,
            facts.Address,
            rendering.Text(request.Text("title") ?? "", TemplateEncoding.None, values),
            description,
            description is null ? null : "text/plain",
            Due(request));
    }

    private static Delivery Call(DeliveryRequest request, DeliveryFacts facts, Rendering rendering, long now)
    {
        var values = Values(facts.Values, request, NoData);
        var written = request.Text("url") ?? throw new CompositionException("the call has no url");
        var pathStart = written.IndexOf('/', Math.Min(written.Length, written.IndexOf("://", StringComparison.Ordinal) + 3));
        if (Template.IsTemplate(pathStart < 0 ? written : written[..pathStart]))
        {
            // Or a trait, which anybody can set, would choose the host.
            throw new CompositionException("the host of a call cannot be a template");
        }

        if (!Uri.TryCreate(rendering.Text(written, TemplateEncoding.Url, values), UriKind.Absolute, out var url) || !WebhookAddress.IsUsable(url))
        {
            throw new CompositionException("the url of a call must be absolute, http or https, without user, password or fragment");
        }

        TimeSpan? left = Instants.TryParse(request.Text("until"), out var until) ? TimeSpan.FromMilliseconds(until - now) : null;
        if (left <= TimeSpan.Zero)
        {
            throw new CompositionException("too late: the journey no longer waits for the answer");
        }

        var body = request.Properties.TryGetProperty("body", out var json) && json.ValueKind != JsonValueKind.Null
            ? rendering.Json(json, values).GetRawText()
            : null;
        return new Delivery(
            request, null, null, body, "application/json", NoData, new CallTarget(url, (request.Text("method") ?? "POST").ToUpperInvariant(), left));
    }

    private static JsonElement Due(DeliveryRequest request) =>
        request.Properties.TryGetProperty("due", out var due) ? JsonSerializer.SerializeToElement(new Dictionary<string, JsonElement> { ["due"] = due }) : NoData;

    /// <summary>What templates may name: the customer's facts, and what the delivery itself knows.</summary>
    private static JsonElement Values(JsonElement facts, DeliveryRequest request, JsonElement data)
    {
        var buffer = new ArrayBufferWriter<byte>(1_024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            if (facts.ValueKind == JsonValueKind.Object)
            {
                foreach (var fact in facts.EnumerateObject())
                {
                    if (fact.Name is not ("data" or "journey" or "step" or "channel"))
                    {
                        fact.WriteTo(writer);
                    }
                }
            }

            writer.WritePropertyName("data"u8);
            data.WriteTo(writer);
            writer.WriteString("journey"u8, request.Journey);
            writer.WriteString("step"u8, request.Step);
            writer.WriteString("channel"u8, request.Channel.Name);
            writer.WriteEndObject();
        }

        using var json = JsonDocument.Parse(buffer.WrittenMemory);
        return json.RootElement.Clone();
    }

    private static TValue Kept<TKey, TValue>(ConcurrentDictionary<TKey, TValue> kept, TKey key, Func<TKey, TValue> make) where TKey : notnull
    {
        if (kept.Count >= TextsKeptMax)
        {
            // Starting over is rare, and cheaper than remembering who was used when.
            kept.Clear();
        }

        return kept.GetOrAdd(key, make);
    }

    private sealed class Rendering(DeliveryComposer composer, DeliveryRequest request)
    {
        private readonly SourcePlace _place = new($"{request.Journey}/{request.Step}", 1, 1);

        public List<string> Missing { get; } = [];

        public string Text(string text, TemplateEncoding encoding, JsonElement values)
        {
            if (!Template.IsTemplate(text))
            {
                return text;
            }

            var parse = Kept(composer._texts, (text, encoding), _ => Template.Parse(text, _place, encoding));
            return Text(parse.Template ?? throw new CompositionException($"template: {parse.Faults[0].Code}"), values);
        }

        public string Text(Template template, JsonElement values) => Take(template.Render(values));

        public JsonElement Json(JsonElement json, JsonElement values)
        {
            var parse = Kept(composer._jsons, json.GetRawText(), _ => TemplatedJson.Parse(json, _place));
            var rendered = Take((parse.Json ?? throw new CompositionException($"template: {parse.Faults[0].Code}")).Render(values));
            using var document = JsonDocument.Parse(rendered);
            return document.RootElement.Clone();
        }

        private string Take(RenderResult result)
        {
            switch (result)
            {
                case RenderResult.Rendered rendered:
                    Missing.AddRange(rendered.MissingPaths.Except(Missing).Take(Template.MissingPathsMax - Missing.Count));
                    return rendered.Text;
                case RenderResult.Refused refused:
                    throw new CompositionException($"template: {refused.Reason}");
                default:
                    throw new InvalidOperationException("A rendering is rendered or refused.");
            }
        }
    }

    /// <summary>Ends a composition. Never leaves the composer.</summary>
    private sealed class CompositionException(string reason) : Exception(reason);
}

/// <param name="Delivery">Null where it cannot be made ready.</param>
/// <param name="Fault">Then: why, for the record.</param>
/// <param name="Missing">Paths of template values that were not there.</param>
internal readonly record struct Composition(Delivery? Delivery, string? Fault, ImmutableArray<string> Missing);

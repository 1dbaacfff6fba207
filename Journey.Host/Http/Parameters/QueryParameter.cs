using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;

namespace Journey.Host.Http.Parameters;

/// <summary>One query parameter: its check, its reading and its documentation, said once.</summary>
internal abstract class QueryParameter(string name, string description)
{
    public string Name { get; } = name;

    public string Description { get; } = description;

    public abstract OpenApiSchema Schema { get; }

    /// <returns>What would have been right; null: the text is.</returns>
    public abstract string? Fault(string text);

    protected string? TextIn(HttpRequest request) => request.Query.TryGetValue(Name, out var values) && values.ToString() is { Length: > 0 } text ? text : null;
}

/// <summary>A whole number within bounds.</summary>
internal sealed class NumberParameter(string name, string description, long min, long max, long? otherwise) : QueryParameter(name, description)
{
    public override OpenApiSchema Schema => new()
    {
        Type = JsonSchemaType.Integer,
        Format = "int64",
        Minimum = min.ToString(),
        Maximum = max.ToString(),
        Default = otherwise is { } value ? JsonValue.Create(value) : null,
    };

    public override string? Fault(string text) =>
        long.TryParse(text, out var value) && value >= min && value <= max ? null : $"expected a whole number from {min:N0} to {max:N0}.";

    /// <summary>Only after <see cref="ParameterCheck"/> has let the request through.</summary>
    public long? Of(HttpRequest request) => TextIn(request) is { } text ? long.Parse(text) : otherwise;
}

/// <summary>An amount of money, not negative.</summary>
internal sealed class AmountParameter(string name, string description) : QueryParameter(name, description)
{
    public override OpenApiSchema Schema => new() { Type = JsonSchemaType.Number, Minimum = "0" };

    public override string? Fault(string text) => Parse(text) is null ? "expected an amount such as 50 or 49.90." : null;

    public decimal? Of(HttpRequest request) => TextIn(request) is { } text ? Parse(text) : null;

    private static decimal? Parse(string text) =>
        decimal.TryParse(text, System.Globalization.NumberStyles.AllowDecimalPoint, null, out var amount) ? amount : null;
}

/// <summary>One of a few words.</summary>
internal sealed class ChoiceParameter(string name, string description, string? otherwise, params string[] choices) : QueryParameter(name, description)
{
    public override OpenApiSchema Schema => new()
    {
        Type = JsonSchemaType.String,
        Enum = [.. choices.Select(choice => (JsonNode)JsonValue.Create(choice)!)],
        Default = otherwise is null ? null : JsonValue.Create(otherwise),
    };

    public override string? Fault(string text) => choices.Contains(text) ? null : $"expected one of {string.Join(", ", choices)}.";

    public string? Of(HttpRequest request) => TextIn(request) ?? otherwise;
}

/// <summary>Free text of bounded length.</summary>
internal sealed class TextParameter(string name, string description, int lengthMax = 256) : QueryParameter(name, description)
{
    public override OpenApiSchema Schema => new() { Type = JsonSchemaType.String, MaxLength = lengthMax };

    public override string? Fault(string text) => text.Length <= lengthMax ? null : $"expected at most {lengthMax:N0} characters.";

    public string? Of(HttpRequest request) => TextIn(request)?.Trim() is { Length: > 0 } text ? text : null;
}

/// <summary>An instant: ISO 8601, UTC where it has no offset.</summary>
internal sealed class TimeParameter(string name, string description) : QueryParameter(name, description)
{
    public override OpenApiSchema Schema => new() { Type = JsonSchemaType.String, Format = "date-time" };

    public override string? Fault(string text) =>
        Ingestion.EventTimes.Parse(text) is null ? "expected a time such as 2026-03-01T10:00:00Z." : null;

    /// <returns>Unix milliseconds.</returns>
    public long? Of(HttpRequest request) => TextIn(request) is { } text ? Ingestion.EventTimes.Parse(text) : null;
}

/// <summary>Where the next page begins: what an earlier answer gave as <c>next</c>.</summary>
internal sealed class PageParameter() : QueryParameter("after", "Where to go on: the \"next\" of the page before. Opaque.")
{
    public override OpenApiSchema Schema => new() { Type = JsonSchemaType.String };

    public override string? Fault(string text) => PageToken.TryRead(text, out _) ? null : "expected the \"next\" of an earlier page.";

    public PageToken Of(HttpRequest request) => TextIn(request) is { } text && PageToken.TryRead(text, out var token) ? token : PageToken.First;
}

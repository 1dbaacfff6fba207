using Journey.Domain.Language.Formats;
using Journey.Domain.Time;
using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;

namespace Journey.Host.Http.Parameters;

/// <summary>A length of time: 30m, 4h, 7d. At least a minute.</summary>
internal sealed class DurationParameter(string name, string description, long max) : QueryParameter(name, description)
{
    public override OpenApiSchema Schema => new() { Type = JsonSchemaType.String, Pattern = Durations.Pattern };

    public override string? Fault(string text) =>
        Parse(text) is null ? $"expected {Durations.Expected}, from 1m to {Durations.Format(max)}." : null;

    /// <returns>Milliseconds.</returns>
    public long? Of(HttpRequest request) => TextIn(request) is { } text ? Parse(text) : null;

    private long? Parse(string text) => Durations.TryParse(text, out var milliseconds) && milliseconds >= Instants.Minute && milliseconds <= max ? milliseconds : null;
}

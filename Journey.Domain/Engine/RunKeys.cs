using System.Globalization;
using Journey.Domain.Cel;
using Journey.Domain.Events;
using Journey.Domain.Language;

namespace Journey.Domain.Engine;

/// <summary>Which run an event is about.</summary>
internal static class RunKeys
{
    private static readonly CelValue JourneyProperty = CelValue.From("journey");
    private static readonly CelValue RunProperty = CelValue.From("run");

    /// <summary>A key as text; null for what is no key: an error, null, a list or map, nothing, or more than <see cref="EngineLimits.KeyLengthMax"/> characters.</summary>
    public static string? TextOf(in CelValue value)
    {
        var text = value.Kind switch
        {
            CelKind.String => value.AsString(),
            CelKind.Int => value.AsInt().ToString(CultureInfo.InvariantCulture),
            CelKind.Uint => value.AsUint().ToString(CultureInfo.InvariantCulture),
            CelKind.Bool => value.AsBool() ? "true" : "false",

            // 7 and 7.0 are equal in the language, so they are one key.
            CelKind.Double => value.AsDouble().ToString("R", CultureInfo.InvariantCulture),
            CelKind.Timestamp => CelTimes.Format(value),
            _ => null,
        };
        return text is { Length: > 0 and <= EngineLimits.KeyLengthMax } ? text : null;
    }

    /// <summary>
    /// An event that names another run of the same journey is not about this one, and neither is one with another key.
    /// What says nothing about either is about every run of the customer.
    /// </summary>
    public static bool Concerns(Reaction reaction, in TracePoint point, string key, PublishedJourney journey)
    {
        if (NamesAnotherRun(reaction.Facts, journey.Name, point.Run!.Value))
        {
            reaction.Sink.Trace?.Refused(point, Gate.Key, "The event is about another run.");
            return false;
        }

        if (journey.Compiled.Definition is not { IsRule: false, Key: { } expression })
        {
            return true;
        }

        var other = reaction.EventKey(point, expression);
        var concerns = other is null || other == key;
        if (!concerns)
        {
            reaction.Sink.Trace?.Refused(point, Gate.Key, $"The event's key is {other}, the run's is {key}.");
        }

        return concerns;
    }

    /// <summary>The key by which this event would enter; null: it cannot.</summary>
    public static string? ForEntry(Reaction reaction, in TracePoint point, JourneyDefinition definition) =>
        definition.IsRule ? reaction.Basis.Position.ToString(CultureInfo.InvariantCulture)
        : definition.Key is null ? ""
        : reaction.EventKey(point, definition.Key);

    private static bool NamesAnotherRun(IFacts facts, string journey, Guid run) =>
        facts.TryResolve("event", out var value)
        && value.Kind == CelKind.Map
        && value.AsMap() is var properties
        && properties.TryGet(JourneyProperty, out var named) && named.Kind == CelKind.String && named.AsString() == journey
        && properties.TryGet(RunProperty, out var other) && other.Kind == CelKind.String
        && Guid.TryParse(other.AsString(), out var id) && id != run;
}

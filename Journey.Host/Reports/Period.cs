using Journey.Domain.Time;
using Journey.Projections.ReadModels;

namespace Journey.Host.Reports;

/// <summary>From one instant to another, that one not included. Day tables are read by the days (UTC) that are in it, wholly or in part.</summary>
/// <param name="From">Unix milliseconds; null: from the beginning.</param>
/// <param name="To">Null: without an end.</param>
public readonly record struct Period(long? From, long? To)
{
    public bool HasDay(string day) =>
        (From is not { } from || string.CompareOrdinal(day, DayOf(from)) >= 0) && (To is not { } to || string.CompareOrdinal(day, DayOf(to - 1)) <= 0);

    public bool Has(long at) => (From is not { } from || at >= from) && (To is not { } to || at < to);

    /// <summary>The first day, for a day table's key.</summary>
    internal Stores.Filter[] Days() => From is { } from ? [new Stores.Filter("day", Stores.FilterKind.GreaterOrEqual, DayOf(from))] : [];

    private static string DayOf(long at) => Instants.ToIso(at)[..10];
}

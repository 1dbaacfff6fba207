using System.Globalization;
using Journey.Domain.Time;

namespace Journey.Projections.ReadModels;

/// <summary>Days (UTC) as the day tables write them: 2026-03-01.</summary>
internal static class Days
{
    public static int NumberOf(long at) => (int)Math.DivRem(at, Instants.Day, out var rest) - (rest < 0 ? 1 : 0);

    public static string NameOf(long at) => NameOfNumber(NumberOf(at));

    public static string NameOfNumber(int number) =>
        DateOnly.FromDayNumber(Math.Clamp(Epoch + number, 0, DateOnly.MaxValue.DayNumber)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static readonly int Epoch = new DateOnly(1970, 1, 1).DayNumber;
}

using System.Globalization;
using Journey.Domain.Time;

namespace Journey.Projections.ReadModels;

/// <summary>Days (UTC) as the day tables write them: 2026-03-01.</summary>
internal static class Days
{
    public static int NumberOf(long at) => (int)Math.DivRem(at, Instants.Day, out var rest) - (rest < 0 ? 1 : 0);

    public static string NameOf(long at) => NameOfNumber(NumberOf(at));

    public static string NameOfNumber(int number)
    {
        // A history has few days, and each stands in many rows.
        if (Volatile.Read(ref _lately[(uint)number % LatelyMax]) is { } known && known.Number == number)
        {
            return known.Name;
        }

        var day = new Day(number, Name(number));
        Volatile.Write(ref _lately[(uint)number % LatelyMax], day);
        return day.Name;
    }

    private static string Name(int number) =>
        DateOnly.FromDayNumber(Math.Clamp(Epoch + number, 0, DateOnly.MaxValue.DayNumber)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private const int LatelyMax = 1_024;

    private static readonly Day?[] _lately = new Day?[LatelyMax];

    private sealed record Day(int Number, string Name);

    private static readonly int Epoch = new DateOnly(1970, 1, 1).DayNumber;
}

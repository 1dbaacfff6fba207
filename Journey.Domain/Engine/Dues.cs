namespace Journey.Domain.Engine;

/// <summary>Instants ahead, kept inside the calendar.</summary>
internal static class Dues
{
    public static long After(long now, long milliseconds) =>
        milliseconds >= EngineLimits.DueMax || now > EngineLimits.DueMax - milliseconds ? EngineLimits.DueMax : now + milliseconds;

    public static long Clamp(long due) => Math.Min(due, EngineLimits.DueMax);
}

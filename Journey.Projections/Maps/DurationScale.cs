using System.Numerics;

namespace Journey.Projections.Maps;

/// <summary>Durations in steps of at most 1/64 of themselves: few enough to be kept as counts, close enough for medians and percentiles.</summary>
/// <remarks>Exact below 128 milliseconds; from there the seven highest bits count. The middle of a step is at most 1/128 (0.8%) off. On disk: never changes.</remarks>
public static class DurationScale
{
    /// <summary>More than there are.</summary>
    public const int Steps = 4_096;

    private const int Bits = 7;

    /// <summary>Where the duration's step begins.</summary>
    /// <param name="milliseconds">Not negative.</param>
    public static long Floor(long milliseconds)
    {
        var width = WidthBits(milliseconds);
        return milliseconds >> width << width;
    }

    /// <summary>The number of the duration's step, from 0: less than 4,096.</summary>
    public static int StepOf(long milliseconds)
    {
        var width = WidthBits(milliseconds);
        return width == 0 ? (int)milliseconds : (width << (Bits - 1)) + (int)(milliseconds >> width);
    }

    /// <summary>Where the step of this number begins.</summary>
    public static long FloorOf(int step)
    {
        var width = Math.Max(0, (step >> (Bits - 1)) - 1);
        return (long)(step - (width << (Bits - 1))) << width;
    }

    /// <summary>The middle of the step that begins here: what stands for every duration in it.</summary>
    public static double Middle(long floor) => floor + (((1L << WidthBits(floor)) - 1) / 2.0);

    private static int WidthBits(long milliseconds) => Math.Max(0, 64 - BitOperations.LeadingZeroCount((ulong)milliseconds) - Bits);
}

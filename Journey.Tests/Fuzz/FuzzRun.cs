using System.Diagnostics;
using System.Globalization;

namespace Journey.Tests.Fuzz;

/// <summary>Tries inputs one after another: a fixed number of them, or with FUZZ_SECONDS in the environment for that long.</summary>
/// <remarks>One seed makes one input, so a failure is looked at again with FUZZ_SEED: inputs then begin there.</remarks>
internal static class FuzzRun
{
    public const string SecondsVariable = "FUZZ_SECONDS";
    public const string SeedVariable = "FUZZ_SEED";

    /// <param name="count">Inputs where no time is given.</param>
    /// <param name="make">An input from its own dice.</param>
    /// <param name="check">Throws or fails where the input breaks something.</param>
    /// <param name="show">The input as a person can read it, and paste it.</param>
    public static void Try<T>(int count, Func<Random, T> make, Action<T> check, Func<T, string> show)
    {
        var duration = Number(SecondsVariable) is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        var first = Number(SeedVariable) ?? 1;
        var started = Stopwatch.GetTimestamp();
        var tried = 0;
        for (var seed = first; duration is { } limit ? Stopwatch.GetElapsedTime(started) < limit : tried < count; seed++, tried++)
        {
            var input = make(new Random(seed));
            try
            {
                check(input);
            }
            catch (Exception failure)
            {
                Assert.Fail($"{SeedVariable}={seed} breaks it, with the input\n{show(input)}\n{failure}");
            }
        }

        TestContext.Out.WriteLine($"{tried:N0} inputs, seeds {first} to {first + tried - 1}.");
    }

    private static int? Number(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

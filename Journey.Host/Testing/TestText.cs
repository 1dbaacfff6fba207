namespace Journey.Host.Testing;

/// <summary>What people read of a test.</summary>
internal static class TestText
{
    /// <summary>Nothing for a test that passed.</summary>
    public static IEnumerable<string> Lines(TestResult result)
    {
        foreach (var failure in result.Failures)
        {
            yield return $"{failure.At.File}:{failure.At.Line}: expected {failure.Expected}";
            foreach (var got in failure.Got)
            {
                yield return $"    got {got}";
            }
        }

        if (!result.Story.IsEmpty)
        {
            yield return "What happened:";
            foreach (var line in result.Story)
            {
                yield return $"    {line}";
            }
        }
    }
}

using System.Diagnostics;
using Journey.Domain.Cel;

namespace Journey.Tests.Domain.Cel;

/// <summary>Nothing a designer or a sender writes may throw, overflow the stack, or run away.</summary>
[TestFixture]
public sealed class CelLimitTests
{
    private static IEnumerable<TestCaseData> DeepSources()
    {
        foreach (var depth in new[] { 1_000, 5_000 })
        {
            yield return new TestCaseData(new string('(', depth) + "1" + new string(')', depth)).SetArgDisplayNames($"parentheses {depth}");
            yield return new TestCaseData(new string('[', depth) + new string(']', depth)).SetArgDisplayNames($"lists {depth}");
            yield return new TestCaseData(new string('[', depth)).SetArgDisplayNames($"open lists {depth}");
            yield return new TestCaseData(new string('!', depth) + "true").SetArgDisplayNames($"nots {depth}");
            yield return new TestCaseData(new string('-', depth) + "x").SetArgDisplayNames($"minuses {depth}");
            yield return new TestCaseData(string.Concat(Enumerable.Repeat("{1:", depth))).SetArgDisplayNames($"maps {depth}");
            yield return new TestCaseData(string.Concat(Enumerable.Repeat("f(", depth))).SetArgDisplayNames($"calls {depth}");
            yield return new TestCaseData("x" + string.Concat(Enumerable.Repeat(".f", depth))).SetArgDisplayNames($"selects {depth}");
            yield return new TestCaseData("x" + string.Concat(Enumerable.Repeat("[0]", depth))).SetArgDisplayNames($"indices {depth}");
            yield return new TestCaseData("1" + string.Concat(Enumerable.Repeat("+1", depth))).SetArgDisplayNames($"sums {depth}");
        }

        yield return new TestCaseData(string.Concat(Enumerable.Repeat("x?1:", 1_000)) + "1").SetArgDisplayNames("ternaries");
        yield return new TestCaseData(string.Concat(Enumerable.Repeat("[1].all(x,", 1_000)) + "true").SetArgDisplayNames("macros");
    }

    [TestCaseSource(nameof(DeepSources))]
    public void Deep_nesting_is_a_fault(string source)
    {
        CelFault? fault = null;
        OnSmallStack(() => fault = CelCompiler.Compile(source, CelEnvironment.Unchecked).Faults.Single());

        Assert.That(fault!.Kind, Is.EqualTo(CelFaultKind.TooDeep));
    }

    [TestCase("({0})", 248)]
    [TestCase("[{0}]", 124)]
    [TestCase("!{0}", 248)]
    [TestCase("1 + ({0})", 120)]
    [TestCase("(x ? y : {0})", 120)]
    [TestCase("[1].all(x, {0})", 120)]
    [TestCase("f({0})", 240)]
    public void The_deepest_nesting_runs_on_a_small_stack(string around, int depth)
    {
        var source = "true";
        for (var i = 0; i < depth; i++)
        {
            source = around.Replace("{0}", source, StringComparison.Ordinal);
        }

        CelCompilation? compilation = null;
        OnSmallStack(() =>
        {
            compilation = CelCompiler.Compile(source, CelEnvironment.Unchecked);
            compilation.Program?.Evaluate(CelActivation.Empty).ToString();
            CelCompiler.Compile(source, CelEnvironment.Empty);
        });

        Assert.That(compilation!.Faults, Is.Empty);
    }

    [Test]
    public void A_long_list_of_alternatives_is_not_deep()
    {
        var source = string.Join(" || ", Enumerable.Range(0, 1_000).Select(i => $"x == {i}"));

        var program = CelCompiler.Compile(source, CelEnvironment.Unchecked).Program!;

        Assert.That(program.Evaluate(new CelActivation(new Dictionary<string, CelValue> { ["x"] = CelValue.From(999L) })).IsTrue, Is.True);
    }

    [Test]
    public void A_million_characters_are_too_long()
    {
        var faults = CelCompiler.Compile(new string('(', 1_000_000), CelEnvironment.Unchecked).Faults;

        Assert.That(faults.Single().Kind, Is.EqualTo(CelFaultKind.TooLong));
    }

    [TestCase("[0,1,2,3,4,5,6,7,8,9]", ".map(a, l.map(b, l.map(c, l.map(d, l.map(e, l.map(f, l.map(g, 1)))))))", "limit: macros visited more than 1,000,000 elements")]
    public void Nested_macros_stop(string list, string rest, string error)
    {
        var l = CelCompiler.Compile(list, CelEnvironment.Unchecked).Program!.Evaluate(CelActivation.Empty);

        var value = CelCompiler.Compile("l" + rest, CelEnvironment.Unchecked).Program!.Evaluate(new CelActivation(new Dictionary<string, CelValue> { ["l"] = l }));

        Assert.That(value.ErrorMessage, Is.EqualTo(error));
    }

    [Test]
    public void Doubling_stops()
    {
        var text = "['0123456789']" + string.Concat(Enumerable.Repeat(".map(a, a + a)", 60)) + "[0]";
        var nested = "[1]" + string.Concat(Enumerable.Repeat(".map(a, [a, a])", 60));

        Assert.That(Evaluate(text).ErrorMessage, Does.StartWith("limit: a value grew"));
        Assert.That(Evaluate($"{nested} == {nested}").ErrorMessage, Does.StartWith("limit: a comparison"));
        Assert.That(Evaluate(nested).ToString(), Has.Length.LessThanOrEqualTo(CelLimits.TextMax + 1));
    }

    private static CelValue Evaluate(string source) => CelCompiler.Compile(source, CelEnvironment.Unchecked).Program!.Evaluate(CelActivation.Empty);

    private static void OnSmallStack(Action action)
    {
        var started = Stopwatch.GetTimestamp();
        var thread = new Thread(() => action(), maxStackSize: 768 * 1024);
        thread.Start();
        thread.Join();
        Assert.That(Stopwatch.GetElapsedTime(started), Is.LessThan(TimeSpan.FromSeconds(5)));
    }
}

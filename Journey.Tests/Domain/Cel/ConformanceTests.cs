using Journey.Domain.Cel;

namespace Journey.Tests.Domain.Cel;

/// <summary>The specification's own cases. A missing folder is a failure: none of them may be skipped in silence.</summary>
[TestFixture]
public sealed class ConformanceTests
{
    private static IEnumerable<TestCaseData> Cases()
    {
        IReadOnlyList<ConformanceCase> cases;
        try
        {
            cases = ConformanceCases.Read();
        }
        catch (DirectoryNotFoundException missing)
        {
            cases = [new ConformanceCase(missing.Message, "", new Dictionary<string, CelValue>(), false, CelValue.Null)];
        }

        return cases.Select(each => new TestCaseData(each).SetArgDisplayNames(each.Name));
    }

    [Test]
    public void The_cases_are_there() => Assert.That(ConformanceCases.Read(), Has.Count.GreaterThan(100), ConformanceCases.Folder());

    [TestCaseSource(nameof(Cases))]
    public void The_specification_says(ConformanceCase given)
    {
        var value = Evaluate(given, given.IsUnchecked);

        AssertExpected(given, value);
    }

    [TestCaseSource(nameof(Cases))]
    public void Without_checking_the_answer_is_the_same(ConformanceCase given)
    {
        var value = Evaluate(given, isUnchecked: true);

        AssertExpected(given, value);
    }

    private static void AssertExpected(ConformanceCase given, CelValue value)
    {
        if (given.Value is not { } expected)
        {
            Assert.That(value.IsError, Is.True, $"{given.Expression} should be an error and is {value}");
            return;
        }

        Assert.That(value.Kind, Is.EqualTo(expected.Kind), $"{given.Expression} is {value}");
        if (expected.Kind == CelKind.Double)
        {
            // The text tells the two zeros apart, which are equal.
            Assert.That(value.ToString(), Is.EqualTo(expected.ToString()), given.Expression);
        }

        Assert.That(value == expected || value.Kind == CelKind.Double, Is.True, $"{given.Expression} is {value}");
    }

    private static CelValue Evaluate(ConformanceCase given, bool isUnchecked)
    {
        var environment = isUnchecked
            ? CelEnvironment.Unchecked
            : given.Bindings.Aggregate(CelEnvironment.Empty, (known, binding) => known.WithVariable(binding.Key, TypeOf(binding.Value)));
        var compilation = CelCompiler.Compile(given.Expression, environment);
        return compilation.Program is { } program
            ? program.Evaluate(new CelActivation(given.Bindings))
            : CelValue.Error(string.Join(Environment.NewLine, compilation.Faults));
    }

    private static CelType TypeOf(CelValue value) => value.Kind switch
    {
        CelKind.Bool => CelType.Bool,
        CelKind.Int => CelType.Int,
        CelKind.Uint => CelType.Uint,
        CelKind.Double => CelType.Double,
        CelKind.String => CelType.String,
        CelKind.Bytes => CelType.Bytes,
        CelKind.Timestamp => CelType.Timestamp,
        CelKind.Duration => CelType.Duration,
        CelKind.List => CelType.DynList,
        CelKind.Map => CelType.DynMap,
        _ => CelType.Dyn,
    };
}

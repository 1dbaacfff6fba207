using Journey.Domain.Cel;

namespace Journey.Tests.Fuzz;

/// <summary>Conditions: whatever is written is a fault or a value, and never an exception.</summary>
[Category("Fuzz")]
public sealed class CelFuzzTests
{
    private static readonly string[] Pieces =
    [
        "1", "1u", "2.5", "-", "'a'", "b'\\xff'", "\"", "x", "x.y", "(", ")", "[", "]", "{", "}", ",", ":", "?", "&&", "||", "!", "==", "<", " in ",
        "+", "*", "/", "%", ".", "has(", ".all(i, ", ".map(i, ", "size(", "i", "true", "null", "timestamp(", "duration('1s')", ".getHours()", "`q`",
        "r'''", "\\", "\ud800", "é", "\n", "//", "matches('(')", "int(", "string(", "dyn(", "9223372036854775807", "1e400", "-0.0",
    ];

    private static readonly CelEnvironment Checked = CelEnvironment.Empty.WithVariable("x", CelType.Dyn);
    private static readonly CelActivation Activation = new(new Dictionary<string, CelValue> { ["x"] = CelValue.From(1L) });

    [Test]
    public void Garbage_never_throws() => FuzzRun.Try(
        20_000,
        dice => string.Concat(Enumerable.Range(0, dice.Next(1, 14)).Select(_ => Pieces[dice.Next(Pieces.Length)])),
        source =>
        {
            CelCompiler.Compile(source, CelEnvironment.Unchecked).Program?.Evaluate(Activation).ToString();
            CelCompiler.Compile(source, Checked).Program?.Evaluate(Activation).ToString();
        },
        source => source);

    [Test]
    public void Sound_but_senseless_expressions_never_throw_and_agree_with_their_trace() => FuzzRun.Try(
        20_000,
        dice => Grow(dice, 4),
        source =>
        {
            var program = CelCompiler.Compile(source, CelEnvironment.Unchecked).Program;
            Assert.That(program, Is.Not.Null);
            Assert.That(program!.EvaluateTraced(Activation, Deaf.Instance).ToString(), Is.EqualTo(program.Evaluate(Activation).ToString()));
        },
        source => source);

    private static string Grow(Random random, int depth)
    {
        string Next() => Grow(random, depth - 1);
        return depth == 0 || random.Next(5) == 0
            ? new[] { "1", "0", "-1", "2u", "0.0", "1.5", "'a'", "''", "b'\\xff'", "true", "false", "null", "[]", "{}", "x", "missing", "int", "duration('1h')", "timestamp(0)", "9223372036854775807" }[random.Next(20)]
            : random.Next(15) switch
            {
                0 => $"({Next()} + {Next()})",
                1 => $"({Next()} - {Next()})",
                2 => $"({Next()} * {Next()} / {Next()} % {Next()})",
                3 => $"({Next()} == {Next()})",
                4 => $"({Next()} < {Next()})",
                5 => $"({Next()} && {Next()} || {Next()})",
                6 => $"({Next()} ? {Next()} : {Next()})",
                7 => $"[{Next()}, {Next()}]",
                8 => $"{{{Next()}: {Next()}, {Next()}: {Next()}}}",
                9 => $"({Next()})[{Next()}]",
                10 => $"({Next()} in {Next()})",
                11 => $"({Next()}).{new[] { "all", "exists", "exists_one", "map", "filter" }[random.Next(5)]}(x, {Next()})",
                12 => $"{new[] { "int", "uint", "double", "string", "bytes", "bool", "size", "type", "dyn", "timestamp", "duration", "host" }[random.Next(12)]}({Next()})",
                13 => $"({Next()}).{new[] { "getHours", "getFullYear", "getSeconds", "getDayOfYear", "size" }[random.Next(5)]}()",
                _ => $"({Next()}).{new[] { "contains", "startsWith", "matches", "getDate", "host" }[random.Next(5)]}({Next()})",
            };
    }

    private sealed class Deaf : ICelTrace
    {
        public static Deaf Instance { get; } = new();

        public void Saw(int offset, string source, in CelValue value)
        {
        }
    }
}

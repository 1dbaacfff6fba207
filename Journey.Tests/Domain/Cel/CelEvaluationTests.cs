using System.Text.Json;
using Journey.Domain.Cel;
using NodaTime;

namespace Journey.Tests.Domain.Cel;

[TestFixture]
public sealed class CelEvaluationTests
{
    private const string Data = """
        {
          "cart": { "total": 80, "price": 80.0, "huge": 1e3, "big": 99999999999999999999, "items": [ { "sku": "a", "qty": 2 }, { "sku": "b", "qty": 1 } ] },
          "broken": "\ud800", "nothing": null, "emoji": "😀"
        }
        """;

    [TestCase("cart.total == 80 && cart.total == 80.0 && cart.total == 80u", "true")]
    [TestCase("type(cart.total)", "int")]
    [TestCase("type(cart.price)", "double")]
    [TestCase("type(cart.huge)", "double")]
    [TestCase("type(cart.big)", "double")]
    [TestCase("cart.items.map(i, i.sku + string(i.qty))", "[\"a2\", \"b1\"]")]
    [TestCase("cart.items.filter(i, i.qty > 1)[0].sku", "\"a\"")]
    [TestCase("cart.items.map(i, i.qty > 1, i.sku)", "[\"a\"]")]
    [TestCase("cart == {'total': 80, 'price': 80, 'huge': 1000, 'big': 1e20, 'items': cart.items}", "true")]
    [TestCase("cart.missing", "error: no such key: missing")]
    [TestCase("cart.missing.deeper", "error: no such key: missing")]
    [TestCase("has(cart.total) && !has(cart.missing)", "true")]
    [TestCase("nothing == null", "true")]
    [TestCase("absent", "error: no such attribute: absent")]
    [TestCase("broken == 'a' || true", "true")]
    [TestCase("broken", "error: the data has half a surrogate pair in it")]
    [TestCase("size(emoji)", "1")]
    [TestCase("emoji.matches('^.$')", "true")]
    [TestCase("'\\uffff' < '😀'", "true")]
    [TestCase("cart.items[1].qty", "1")]
    [TestCase("cart.items[2]", "error: index out of bounds: 2")]
    [TestCase("cart.items['a']", "error: invalid_argument: a list index is a whole number")]
    [TestCase("host(1, 2)", "error: unbound function: host")]
    [TestCase("1 / 0 > 1 || true", "true")]
    [TestCase("[1, 2].all(x, x > 0 && [x].exists(x, x == 1)) || [3].all(x, x == 3)", "true")]
    [TestCase("cart.items.all(i, i.nope == 1) || true", "true")]
    [TestCase("cart.items.exists(i, i.nope == 1)", "error: no such key: nope")]
    [TestCase("'b' in ['a','b','c','d','e','f','g','h','i'] && !(1 in ['a','b','c','d','e','f','g','h','i'])", "true")]
    [TestCase("{'a': 1}.map(k, k)", "[\"a\"]")]
    [TestCase("string(1e21) + ' ' + string(100000000000000000000.0) + ' ' + string(0.00001) + ' ' + string(123456789012345680.0)", "\"1e+21 100000000000000000000 0.00001 123456789012345680\"")]
    [TestCase("string(duration('-1.5s')) + string(duration('1h30m'))", "\"-1.5s5400s\"")]
    [TestCase("duration('1.5h').getMinutes()", "90")]
    [TestCase("duration('1d')", "error: not a duration: expected something like 1h30m, with the units h, m, s, ms, us, ns")]
    [TestCase("duration('.s')", "error: not a duration: expected something like 1h30m, with the units h, m, s, ms, us, ns")]
    [TestCase("timestamp('2024-02-29T00:00:00+02:00')", "timestamp(\"2024-02-28T22:00:00Z\")")]
    [TestCase("timestamp('2023-02-29T00:00:00Z')", "error: not a timestamp: expected something like 2026-03-01T10:00:00Z")]
    [TestCase("timestamp('2026-03-29T01:30:00.125Z').getHours('Europe/Rome')", "3")]
    [TestCase("timestamp('9999-12-31T23:59:59Z').getFullYear('+11:00')", "10000")]
    [TestCase("timestamp('0001-01-01T00:00:00Z').getFullYear('-11:00')", "0")]
    [TestCase("timestamp('2026-01-01T00:00:00Z').getHours('Mars/Olympus')", "error: unknown time zone: Mars/Olympus; expected a name such as Europe/Rome or an offset such as +02:00")]
    [TestCase("timestamp('1969-12-31T23:59:59.5Z') - timestamp('1970-01-01T00:00:00Z') == duration('-500ms')", "true")]
    [TestCase("int('0x1F')", "error: cannot read \"0x1F\" as int")]
    [TestCase("double('1e999')", "error: range error in a conversion")]
    [TestCase("double('NaN') == double('NaN')", "false")]
    [TestCase("double('-Infinity')", "double(\"-Infinity\")")]
    [TestCase("uint(-0.5)", "error: range error in a conversion")]
    [TestCase("[1].exists(emoji, emoji == 1 && .emoji == '😀')", "true")]
    [TestCase("[1].map(x, [2].map(x, x)[0] + x)", "[3]")]
    [TestCase("{1: 'a', 2u: 'b'}[2.0] + {true: 'c'}[true]", "\"bc\"")]
    [TestCase("{1: 1, 1u: 2}", "error: repeated key: 1u")]
    [TestCase("{1.0: 1}", "error: unsupported key type: a map key is an int, uint, bool or string")]
    [TestCase("{'a b': 1}.`a b`", "1")]
    [TestCase("b'é\\xe9' == b'\\303\\251\\351'", "true")]
    [TestCase("[].all(x, missing) && ![].exists(x, missing) && ![].exists_one(x, true)", "true")]
    [TestCase("[1, 2, 2].exists_one(x, x == 2) || [1, 2].exists_one(x, 1 / (x - 1) > 0)", "error: divide by zero")]
    [TestCase("18446744073709551615u + 1u", "error: integer overflow")]
    [TestCase("-9223372036854775808 / -1", "error: integer overflow")]
    [TestCase("1 + 1.0", "error: no such overload: +(int, double)")]
    [TestCase("0.0 / 0.0 < 1.0 || 0.0 / 0.0 >= 1.0", "false")]
    [TestCase("[0.0 / 0.0] == [0.0 / 0.0]", "false")]
    [TestCase("null < null", "error: no such overload: <(null_type, null_type)")]
    [TestCase("// first\n1 // last", "1")]
    public void Value(string source, string expected) => Assert.That(Evaluate(source).ToString(), Is.EqualTo(expected));

    [TestCase("a.c", "^a.c$", true)]
    [TestCase("a\n", "a$", false)]
    [TestCase("a\nb", "(?m)^a$", true)]
    [TestCase("a\nb", "a.b", false)]
    [TestCase("a\nb", "(?s)a.b", true)]
    [TestCase("٣", "\\d", false)]
    [TestCase("AbC", "(?i)abc", true)]
    [TestCase("x9", "[[:alpha:]][[:digit:]]", true)]
    [TestCase("a.b", "\\Qa.b\\E$", true)]
    [TestCase("aXb", "\\Qa.b\\E$", false)]
    [TestCase("2026-03", "(?P<year>\\d{4})-(\\d{2})", true)]
    [TestCase("[", "[[]", true)]
    [TestCase("]", "[]]", true)]
    [TestCase("é", "\\pL", true)]
    [TestCase("a b", "a b", true)]
    public void Pattern(string text, string pattern, bool expected)
    {
        var activation = new CelActivation(new Dictionary<string, CelValue> { ["t"] = CelValue.From(text), ["p"] = CelValue.From(pattern) });

        Assert.That(CelCompiler.Compile("t.matches(p)", CelEnvironment.Unchecked).Program!.Evaluate(activation), Is.EqualTo(CelValue.From(expected)));
    }

    [TestCase("(a{1000}){1000}")]
    [TestCase("(?=a)")]
    [TestCase("(a)\\1")]
    [TestCase("(")]
    [TestCase("[a")]
    [TestCase("a)")]
    [TestCase("\\")]
    [TestCase("a{2000}")]
    public void A_pattern_that_is_none_or_is_dangerous_is_an_error(string pattern)
    {
        var activation = new CelActivation(new Dictionary<string, CelValue> { ["p"] = CelValue.From(pattern) });

        Assert.That(CelCompiler.Compile("'aaaa'.matches(p)", CelEnvironment.Unchecked).Program!.Evaluate(activation).IsError, Is.True);
    }

    [Test]
    public void Values_of_the_host_come_back_as_they_were_given()
    {
        var instant = Instant.FromUtc(2026, 3, 1, 10, 0).PlusNanoseconds(123_456_789);

        Assert.That(CelValue.Timestamp(instant).AsInstant(), Is.EqualTo(instant));
        Assert.That(CelValue.Timestamp(-1).AsUnixMilliseconds(), Is.EqualTo(-1));
        Assert.That(CelValue.Timestamp(-1).ToString(), Is.EqualTo("timestamp(\"1969-12-31T23:59:59.999Z\")"));
        Assert.That(CelValue.Duration(TimeSpan.FromMilliseconds(-1500)).ToString(), Is.EqualTo("duration(\"-1.5s\")"));
        Assert.That(CelValue.From(49.90m), Is.EqualTo(CelValue.From(49.9)));
        Assert.That(CelValue.From("a\"\n").ToString(), Is.EqualTo("\"a\\\"\\n\""));
        Assert.That(default(CelValue).IsNull, Is.True);
        Assert.That(() => CelValue.From(1L).AsString(), Throws.InvalidOperationException);
    }

    [TestCase("1", "1u")]
    [TestCase("1", "1.0")]
    [TestCase("0.0", "-0.0")]
    [TestCase("[1, {'a': 2u}]", "[1.0, {'a': 2}]")]
    public void Equal_values_have_equal_hashes(string left, string right)
    {
        var (a, b) = (Evaluate(left), Evaluate(right));

        Assert.That(a, Is.EqualTo(b));
        Assert.That(a.GetHashCode(), Is.EqualTo(b.GetHashCode()));
    }

    [Test]
    public void A_trace_says_what_each_part_was()
    {
        var trace = new Lines();
        var program = CelCompiler.Compile("(cart.total > 50 || absent) && cart.items.exists(i, i.qty == 2) && size(cart.nope) > 0", CelEnvironment.Unchecked).Program!;

        program.EvaluateTraced(Activation(), trace);

        Assert.That(trace.Seen, Is.EqualTo(new[]
        {
            "1 cart.total: 80",
            "1 cart.total > 50: true",
            "31 cart.items: [{\"sku\": \"a\", \"qty\": 2}, {\"sku\": \"b\", \"qty\": 1}]",
            "52 i.qty: 2",
            "52 i.qty == 2: true",
            "31 cart.items.exists(i, i.qty == 2): true",
            "72 cart.nope: error: no such key: nope",
            "67 size(cart.nope): error: no such key: nope",
            "67 size(cart.nope) > 0: error: no such key: nope",
        }));
    }

    [Test]
    public void A_host_function_gets_its_arguments_and_never_an_error()
    {
        var environment = CelEnvironment.Empty
            .WithVariable("event", CelType.Dyn)
            .WithFunction(new("twice", CelType.Int, new CelParameter("number", CelType.Int)));
        var host = new Host();

        Assert.That(CelCompiler.Compile("twice(21)", environment).Program!.Evaluate(host), Is.EqualTo(CelValue.From(42L)));
        Assert.That(CelCompiler.Compile("twice(event.n) + twice(1)", environment).Program!.Evaluate(host), Is.EqualTo(CelValue.From(16L)));
        Assert.That(CelCompiler.Compile("twice(event.text)", environment).Program!.Evaluate(host).ErrorMessage, Is.EqualTo("no such overload: twice(string)"));
        Assert.That(CelCompiler.Compile("twice(event.nope)", environment).Program!.Evaluate(host).ErrorMessage, Is.EqualTo("no such key: nope"));
    }

    [Test]
    public void A_simple_condition_allocates_nothing()
    {
        var environment = CelEnvironment.Empty
            .WithVariable("event", CelType.Dyn)
            .WithFunction(new("twice", CelType.Int, new CelParameter("number", CelType.Int)));
        var program = CelCompiler.Compile("event.n >= 5.0 && event.text in ['x', 'seven'] && twice(event.n) == 14 && event.text.startsWith('s')", environment).Program!;
        var host = new Host();
        for (var i = 0; i < 1000; i++)
        {
            program.Evaluate(host);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            program.Evaluate(host);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1000));
        Assert.That(program.Evaluate(host).IsTrue, Is.True);
    }

    private static CelActivation Activation() =>
        new(JsonDocument.Parse(Data).RootElement.EnumerateObject().ToDictionary(each => each.Name, each => CelValue.FromJson(each.Value)));

    private static CelValue Evaluate(string source) => CelCompiler.Compile(source, CelEnvironment.Unchecked).Program!.Evaluate(Activation());

    private sealed class Lines : ICelTrace
    {
        public List<string> Seen { get; } = [];

        public void Saw(int offset, string source, in CelValue value) => Seen.Add($"{offset} {source}: {value}");
    }

    private sealed class Host : ICelActivation
    {
        private readonly CelValue _event = CelValue.Map(new CelDictionaryMap(new Dictionary<string, CelValue> { ["n"] = CelValue.From(7L), ["text"] = CelValue.From("seven") }));

        public bool TryResolve(string name, out CelValue value)
        {
            value = _event;
            return name == "event";
        }

        public CelValue Call(string function, ReadOnlySpan<CelValue> args) => CelValue.From(args[0].AsInt() * 2);
    }
}

using Journey.Domain.Cel;

namespace Journey.Tests.Domain.Cel;

[TestFixture]
public sealed class CelCheckingTests
{
    private static readonly CelType Order = CelType.Closed(new("id", CelType.String), new("total", CelType.Double), new("address", CelType.String, Personal: true));

    private static readonly CelEnvironment Shop = new(
        new Dictionary<string, CelType>
        {
            ["cart"] = CelType.Closed(new("id", CelType.String), new("total", CelType.Double), new("items", CelType.Int)),
            ["customer"] = CelType.Open(new("country", CelType.String), new("email", CelType.String, Personal: true), new("orders", CelType.ListOf(Order))),
            ["event"] = CelType.Dyn,
            ["now"] = CelType.Timestamp,
        },
        [
            new("count", CelType.Int, new CelParameter("name", CelType.String, Constant: true), new CelParameter("window", CelType.String, Constant: true)),
            new("count", CelType.Int, new CelParameter("name", CelType.String, Constant: true)),
            new("near", CelType.Bool, new CelParameter("kilometres", CelType.Double)),
        ]);

    [TestCase("""cart.total > 50 && customer.country == "IT" """)]
    [TestCase("""cart.total == 50""")]
    [TestCase("""customer.anything.at.all == "open" """)]
    [TestCase("""event.properties.price * 2 > 10""")]
    [TestCase("""count("Order Completed", "365d") + count("Order Completed") > 1""")]
    [TestCase("""near(5) || near(5.5)""")]
    [TestCase("""customer.orders.exists(o, o.total > 10.0) && size(customer.orders) > 2 && customer.orders[0].total > 1.0""")]
    [TestCase("""customer["country"] in ["IT", "FR"]""")]
    [TestCase("""customer.country == null""")]
    [TestCase("""now - timestamp("2026-01-01T00:00:00Z") > duration("72h")""")]
    [TestCase("""type(cart.total) == double""")]
    [TestCase("""(event.a ? 1 : "a") == 1""")]
    [TestCase("""now.getHours("Europe/Rome") >= 9""")]
    [TestCase("""event.tags.map(t, size(t) > 2, t + "x").all(t, t.startsWith("a"))""")]
    public void Sound(string source) => Assert.That(CelCompiler.Compile(source, Shop).Faults, Is.Empty);

    [TestCase("""crat.total > 50""", "0: UnknownVariable: There is no variable 'crat'. Did you mean 'cart'?")]
    [TestCase("""cart.totl > 50""", "5: UnknownField: There is no field 'totl' here. Did you mean 'total'?")]
    [TestCase("""cart["totl"] > 50""", "5: UnknownField: There is no field 'totl' here. Did you mean 'total'?")]
    [TestCase("""has(cart.totl)""", "9: UnknownField: There is no field 'totl' here. Did you mean 'total'?")]
    [TestCase("""cont("x") > 1""", "0: UnknownFunction: There is no function 'cont'. Did you mean 'count'?")]
    [TestCase("""cart.id.startWith("a")""", "8: UnknownFunction: There is no function 'startWith'. Did you mean 'startsWith'?")]
    [TestCase("""count()""", "0: WrongArguments: 'count' takes 1 or 2 arguments, not 0.")]
    [TestCase("""count(cart.id)""", "6: WrongArguments: The argument 'name' of 'count' must be written out as a literal.")]
    [TestCase("""count(1)""", "6: TypeMismatch: The argument 'name' of 'count' takes string, not int.")]
    [TestCase("""cart.id.contains()""", "0: WrongArguments: 'contains' takes a value before the dot, and one argument, not 0.")]
    [TestCase("""event.list.all(1)""", "0: WrongArguments: 'all' takes a name for the element and an expression, not 1.")]
    [TestCase(""" "a" + 1""", "1: TypeMismatch: '+' does not take string and int.")]
    [TestCase("""cart.total * 2""", "0: TypeMismatch: '*' does not take double and int. Write 2.0 instead of 2, or convert one side with double(...).")]
    [TestCase("""cart.id == 1""", "0: TypeMismatch: '==' does not take string and int. They are never equal.")]
    [TestCase("""cart.id > 1""", "0: TypeMismatch: '>' does not take string and int.")]
    [TestCase("""cart.total && true""", "0: TypeMismatch: '&&' takes bool, not double.")]
    [TestCase("""cart.id ? 1 : 2""", "0: TypeMismatch: The condition of '? :' takes bool, not string.")]
    [TestCase("""cart.total.cents""", "11: TypeMismatch: A value of type double has no field 'cents'.")]
    [TestCase("""1 in ["a"]""", "0: TypeMismatch: 'in' does not take int and list(string).")]
    [TestCase("""cart.id.all(c, true)""", "0: TypeMismatch: A macro takes a list or a map, not string.")]
    [TestCase("""timestamp("yesterday") < now""", "10: WrongArguments: not a timestamp: expected something like 2026-03-01T10:00:00Z")]
    [TestCase("""now - now > duration("3d")""", "21: WrongArguments: not a duration: expected something like 1h30m, with the units h, m, s, ms, us, ns")]
    [TestCase("""now.getHours("Europe/Roma") > 9""", "13: WrongArguments: unknown time zone: Europe/Roma; expected a name such as Europe/Rome or an offset such as +02:00")]
    [TestCase("""cart.id.matches("(?=a)")""", "16: WrongArguments: not a regular expression: backreferences and look-around are not supported")]
    [TestCase("""customer.email == "" """, "9: PersonalData: 'email' is personal data, which a condition may not read: after an erasure it would decide otherwise.")]
    [TestCase("""has(customer.email)""", "13: PersonalData: 'email' is personal data, which a condition may not read: after an erasure it would decide otherwise.")]
    [TestCase("""customer["email"] == "" """, "9: PersonalData: 'email' is personal data, which a condition may not read: after an erasure it would decide otherwise.")]
    [TestCase("""customer[event.key] == "" """, "0: PersonalData: This has personal data in it and may not be read as a whole: name the field.")]
    [TestCase("""dyn(customer).email == "" """, "4: PersonalData: This has personal data in it and may not be read as a whole: name the field.")]
    [TestCase("""customer == {}""", "0: PersonalData: This has personal data in it and may not be read as a whole: name the field.")]
    [TestCase("""customer.exists(k, k == "email")""", "0: PersonalData: This has personal data in it and may not be read as a whole: name the field.")]
    [TestCase("""customer.orders.exists(o, o.address == "")""", "28: PersonalData: 'address' is personal data, which a condition may not read: after an erasure it would decide otherwise.")]
    [TestCase("""size(customer) > 1""", "5: PersonalData: This has personal data in it and may not be read as a whole: name the field.")]
    public void Faulty(string source, string fault) =>
        Assert.That(CelCompiler.Compile(source, Shop).Faults.Select(each => each.ToString()), Is.EqualTo(new[] { fault }));

    [Test]
    public void Every_fault_is_reported_at_once()
    {
        var faults = CelCompiler.Compile("""crat.x == 1 && cart.totl > 2 && nosuch() && "a" + 1 == "a1" """, Shop).Faults;

        Assert.That(faults.Select(fault => fault.Kind), Is.EqualTo(new[]
        {
            CelFaultKind.UnknownVariable, CelFaultKind.UnknownField, CelFaultKind.UnknownFunction, CelFaultKind.TypeMismatch,
        }));
    }

    [TestCase("1 +", "3: Syntax: Expected a value, found the end of the expression.")]
    [TestCase("(1", "2: Syntax: Expected ')' to close the parenthesis, found the end of the expression.")]
    [TestCase("a = 1", "2: Syntax: '=' means nothing here. Comparing is written '=='.")]
    [TestCase("a & b", "2: Syntax: '&' means nothing here. 'And' is written '&&'.")]
    [TestCase("'abc", "0: Syntax: This string is not closed: expected '.")]
    [TestCase("[1 2]", "3: Syntax: Expected ',' or ']' to end the list, found '2'.")]
    [TestCase("{1}", "2: Syntax: Expected ':' between a key and its value, found '}'.")]
    [TestCase("f(1,)", "4: Syntax: Expected another argument after ',', found ')'.")]
    [TestCase("a b", "2: Syntax: Expected an operator or the end of the expression, found 'b'.")]
    [TestCase("if", "0: Syntax: 'if' is a reserved word and no name of a variable or function.")]
    [TestCase("a.in", "2: Syntax: Expected a field or function name after '.', found 'in'.")]
    [TestCase("has(a)", "4: Syntax: has() asks for a field, as in has(customer.country).")]
    [TestCase("a.all(b.c, true)", "6: Syntax: The first argument of all() is a new name for the element, as in all(item, ...).")]
    [TestCase("9223372036854775808", "0: Syntax: This integer is out of range; larger ones are written with a 'u' after them, or as doubles.")]
    [TestCase("'\\ud800'", "1: Syntax: This escape stands for no Unicode character.")]
    [TestCase("'\\q'", "1: Syntax: This escape is not known. In a raw literal, r\"...\", a backslash is itself.")]
    [TestCase("1x", "0: Syntax: A number cannot be followed by 'x'.")]
    [TestCase("", "0: Syntax: Expected a value, found the end of the expression.")]
    public void Syntax(string source, string fault) =>
        Assert.That(CelCompiler.Compile(source, CelEnvironment.Unchecked).Faults.Single().ToString(), Is.EqualTo(fault));

    [Test]
    public void A_program_names_the_variables_and_functions_it_uses()
    {
        var program = CelCompiler.Compile("""cart.total > 1.0 && count("Order Completed", "30d") > 0 && event.properties["sku id"].size() > 0""", Shop).Program!;

        var variables = program.References.OfType<CelReference.Variable>().Select(each => $"{each.Offset} {each.Root} {string.Join('/', each.Path)}");
        var call = program.References.OfType<CelReference.Call>().Single();
        Assert.That(variables, Is.EqualTo(new[] { "0 cart total", "59 event properties/sku id" }));
        Assert.That((call.Function, call.Offset), Is.EqualTo(("count", 20)));
        Assert.That(call.Arguments.Select(argument => $"{argument.Offset} {argument.Constant}"), Is.EqualTo(new[] { "26 \"Order Completed\"", "45 \"30d\"" }));
        Assert.That(program.ResultType, Is.SameAs(CelType.Bool));
    }
}

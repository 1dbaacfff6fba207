using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Projections.Customers;
using Journey.Projections.Facts;

namespace Journey.Tests.Projections;

public sealed class FactsTests
{
    private static readonly Story Told = new Story("""
        segment: big
        where: customer.lifetimeValue > 100.0
        """)
        .Then("2026-03-01T10:00Z", EventNames.Identified, ids: new { userId = "u" }, traits: new { email = "a@example.org", address = new { country = "IT" }, timezone = "Europe/Rome", points = 7 })
        .Then("2026-03-01T10:01Z", EventNames.ConsentGranted, new { channel = "email", purpose = "marketing" })
        .Then("2026-03-01T10:02Z", "Order Completed", new { order_id = "o1", total = 150 }, "store")
        .Then("2026-03-02T10:00Z", "Product Viewed", new { product_id = "p1", name = "Shoes", price = 80 })
        .Then("2026-03-02T10:05Z", "Product Added", new { cart_id = "c1", product_id = "p1", name = "Shoes", price = 80, quantity = 2 })
        .Then("2026-03-02T10:06Z", "Checkout Started", new { cart_id = "c1", checkout_id = "k", step = 2 });

    [TestCase("""customer.country == "IT" && customer.zone == "Europe/Rome" && customer.points == 7""")]
    [TestCase("customer.hasEmail && customer.isKnown && !customer.hasPhone")]
    [TestCase("""customer.consent.email == "granted" && customer.consent.sms == "unknown" """)]
    [TestCase("customer.lifetimeValue == 150 && customer.orders == 1 && customer.averageOrder == 150.0")]
    [TestCase("""customer.channels == ["web", "store"] && customer.preferredChannel == "web" """)]
    [TestCase("""customer.segments == ["big"] && inSegment("big")""")]
    [TestCase("""customer.firstSeenAt == timestamp("2026-03-01T10:00:00Z") && customer.createdAt == customer.firstSeenAt""")]
    [TestCase("""cart.id == "c1" && cart.total == 160 && cart.currency == "EUR" && cart.quantity == 2 && cart.state == "checking out" """)]
    [TestCase("""cart.items.exists(i, i.productId == "p1" && i.price == 80.0 && i.quantity == 2)""")]
    [TestCase("""checkout.id == "k" && checkout.step == 2 && checkout.state == "open" && checkout.cartId == "c1" """)]
    [TestCase("session.events == 3 && session.channels == ['web']")]
    [TestCase("""timeline.lastEvent == "Checkout Started" && timeline.lastProduct.name == "Shoes" && timeline.events == 6""")]
    [TestCase("""event.name == "Checkout Started" && event.channel == "web" && event.checkout_id == "k" && event.properties.step == 2""")]
    [TestCase("""count("Order Completed") == 1 && count("Order Completed", "1d") == 0 && performed("Product Viewed", "1h")""")]
    [TestCase("""daysSince("Order Completed") == 1 && last("Order Completed") < now && first("Product Viewed") < now""")]
    [TestCase("""followed("Product Viewed", "Product Added", "5m") && !followed("Product Viewed", "Product Added", "4m")""")]
    public void Conditions_see(string expression) => Assert.That(Holds(expression), Is.True);

    [TestCase("customer.city == ''")]
    [TestCase("cart.coupon != 'x'")]
    [TestCase("daysSince('Never Happened') >= 0")]
    [TestCase("inSegment('nobody')")]
    [TestCase("count('Order Completed', 'soon') >= 0")]
    [TestCase("event.nothing == null")]
    public void What_is_missing_is_an_error_and_so_false(string expression) => Assert.That(Holds(expression), Is.False);

    [Test]
    public void A_cart_that_is_not_there_any_more_is_no_cart()
    {
        var facts = Facts();
        facts.FocusCart("gone");

        Assert.That(facts.TryResolve("cart", out _), Is.False);
        facts.FocusCart(null);
        Assert.That(facts.TryResolve("cart", out _), Is.True);
    }

    [Test]
    public void The_event_is_about_the_cart_it_changed()
    {
        Assert.That(Facts().EventCartId, Is.EqualTo("c1"));
    }

    [Test]
    public void Email_needs_an_address_and_other_channels_do_not()
    {
        var facts = Facts();

        Assert.That(facts.IsReachable(ContactChannel.Email), Is.True);
        Assert.That(facts.IsReachable(ContactChannel.Sms), Is.False);
        Assert.That(facts.IsReachable(ContactChannel.Chat), Is.True);
    }

    private static CustomerFacts Facts()
    {
        var facts = new CustomerFacts();
        facts.Bind(Told.State, Told.Log.Last(static e => e.Kind == EventKind.Interaction), Told.DefinitionsAt(long.MaxValue));
        return facts;
    }

    private static bool Holds(string expression) =>
        Cel(expression).Evaluate(Facts()).IsTrue;

    private static Journey.Domain.Cel.CelProgram Cel(string expression) =>
        Journey.Domain.Cel.CelCompiler.Compile(expression, FactSchema.ForJourneys(Workspace.Default)).Program
        ?? throw new ArgumentException(expression);
}

using Journey.Domain.Events;
using Journey.Domain.Language.Formats;
using Journey.Projections.ReadModels;

namespace Journey.Tests.Projections;

public sealed class CartValueTests
{
    private static readonly object Shoes = new { cart_id = "c1", product_id = "p1", price = 80.5m, quantity = 1 };

    private static string Value(Story story, string column, string day = "2026-03-01", string currency = "EUR", string channel = "web") =>
        story.Rows.Value(ReadModelTables.CartValueDays, column, day, channel, currency);

    [Test]
    public void A_cart_found_abandoned_is_at_risk_on_that_day()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Product Added", Shoes)
            .Then("2026-03-01T10:05Z", "Product Added", new { cart_id = "c1", product_id = "p2", price = 3, currency = "USD" }).Until("2026-03-01T12:00Z");

        Assert.That((Value(story, "at_risk"), Value(story, "abandoned"), Value(story, "at_risk", currency: "USD")), Is.EqualTo(("8050", "8050", "300")));
        Assert.That(story.Rows.Value(ReadModelTables.CartDays, "abandoned_first", "2026-03-01", "web"), Is.EqualTo("1"));
    }

    [Test]
    public void Who_comes_back_takes_it_out_of_risk_and_may_leave_it_again()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Product Added", Shoes).Until("2026-03-01T12:00Z")
            .Then("2026-03-02T10:00Z", "Product Added", new { cart_id = "c1", product_id = "p2", price = 10 }, "app");
        Assert.That((Value(story, "at_risk"), Value(story, "abandoned")), Is.EqualTo(("0", "8050")));

        story.Until("2026-03-02T12:00Z");
        Assert.That(Value(story, "at_risk", "2026-03-02", channel: "app"), Is.EqualTo("9050"));
        Assert.That(story.Rows.Value(ReadModelTables.CartDays, "abandoned_first", "2026-03-01", "web"), Is.EqualTo("1"));
        Assert.That(story.Rows.Value(ReadModelTables.CartDays, "abandoned_first", "2026-03-02", "app"), Is.EqualTo("0"));
    }

    [TestCase("Cart Viewed")]
    [TestCase("Cart Emptied")]
    [TestCase("Checkout Started")]
    [TestCase("Order Completed")]
    public void Whatever_happens_to_it_ends_the_risk(string name)
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Product Added", Shoes).Until("2026-03-01T12:00Z").Then("2026-03-01T13:00Z", name, new { cart_id = "c1" });
        Assert.That(Value(story, "at_risk"), Is.EqualTo("0"));
    }

    [Test]
    public void A_checkout_left_behind_is_at_risk_until_it_expires()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Product Added", Shoes).Then("2026-03-01T10:10Z", "Checkout Started", new { cart_id = "c1" })
            .Until("2026-03-02T00:00Z");
        Assert.That((Value(story, "at_risk"), Value(story, "abandoned")), Is.EqualTo(("8050", "8050")));

        story.Until("2026-03-20T00:00Z");
        Assert.That((Value(story, "at_risk"), Value(story, "expired", "2026-03-11")), Is.EqualTo(("0", "8050")));
    }

    [Test]
    public void A_recovered_cart_is_worth_its_order()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Product Added", Shoes).Until("2026-03-01T12:00Z")
            .Then("2026-03-01T12:00Z", EventNames.MessageRequested, new { journey = "j", version = 1, run = "r", step = "s", channel = "email", template = "t" }, kind: EventKind.Decision)
            .Then("2026-03-02T10:00Z", "Order Completed", new { cart_id = "c1", total = "72.45", order_id = "o1" }, "store");

        Assert.That(Value(story, "at_risk"), Is.EqualTo("0"));
        Assert.That((Value(story, "converted", "2026-03-02", channel: "store"), Value(story, "recovered", "2026-03-02", channel: "store")), Is.EqualTo(("7245", "7245")));

        story.Then("2026-03-02T11:00Z", "Order Completed", new { cart_id = "c1", total = "72.45", order_id = "o1" }, "store");
        Assert.That(Value(story, "converted", "2026-03-02", channel: "store"), Is.EqualTo("7245"), "the same order, told twice");
    }

    [TestCase("10.505", "EUR", 1050)]
    [TestCase("10.515", "EUR", 1052)]
    [TestCase("1234", "JPY", 1234)]
    [TestCase("1.2345", "KWD", 1234)]
    [TestCase("-0.01", "USD", -1)]
    [TestCase("900000000000000", "EUR", MinorUnits.AmountMax)]
    public void Money_is_counted_in_whole_minor_units(string amount, string currency, long units) =>
        Assert.That(MinorUnits.Of(decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture), currency), Is.EqualTo(units));

    [TestCase(1050, "EUR", "10.50")]
    [TestCase(1234, "JPY", "1234")]
    [TestCase(-1, "KWD", "-0.001")]
    public void And_shown_with_as_many_digits_as_the_currency_has(long units, string currency, string amount) =>
        Assert.That(MinorUnits.ToAmount(units, currency).ToString(System.Globalization.CultureInfo.InvariantCulture), Is.EqualTo(amount));
}

using Journey.Domain.Events;
using Journey.Projections.Carts;
using Journey.Projections.ReadModels;

namespace Journey.Tests.Projections;

/// <summary>Shops that call every cart of a customer the same.</summary>
public sealed class CartReuseTests
{
    private static readonly object Shoes = new { cart_id = "c1", product_id = "p1", name = "Shoes", price = 80, quantity = 1 };

    private static Story Bought() => new Story().Then("2026-03-01T10:00Z", "Product Added", Shoes)
        .Then("2026-03-01T10:30Z", "Order Completed", new { cart_id = "c1", order_id = "o1", total = 80 });

    private static IEnumerable<(string, CartState)> Carts(Story story) => story.State.Carts.Carts.Select(static cart => (cart.Id, cart.State));

    [Test]
    public void What_is_put_in_after_the_order_begins_a_cart_of_its_own()
    {
        var story = Bought().Then("2026-03-02T09:00Z", "Product Added", new { cart_id = "c1", product_id = "p2", price = 20 }).Until("2026-03-02T12:00Z");

        Assert.That(Carts(story), Is.EqualTo(new[] { ("c1", CartState.Converted), ("c1~2", CartState.Abandoned) }));
        Assert.That(story.Rows.Value(ReadModelTables.Carts, "state", Story.Customer, "c1"), Is.EqualTo("converted"));
        Assert.That(story.Rows.Value(ReadModelTables.Carts, "state", Story.Customer, "c1~2"), Is.EqualTo("abandoned"));
        var told = System.Text.Encoding.UTF8.GetString(story.Log.Single(static e => e.Name == EventNames.CartAbandoned).Json.Span);
        Assert.That(told, Does.Contain("\"cart_id\":\"c1~2\",\"sent_cart_id\":\"c1\""));
    }

    [Test]
    public void Its_order_converts_the_new_cart_and_the_next_is_the_third()
    {
        var story = Bought().Then("2026-03-02T09:00Z", "Product Added", Shoes)
            .Then("2026-03-02T09:10Z", "Product Removed", new { cart_id = "c1", product_id = "p1" })
            .Then("2026-03-02T09:20Z", "Product Added", Shoes)
            .Then("2026-03-02T10:00Z", "Order Completed", new { cart_id = "c1", order_id = "o2", total = 80 })
            .Then("2026-03-03T09:00Z", "Checkout Started", new { cart_id = "c1" });

        Assert.That(Carts(story), Is.EqualTo(new[] { ("c1", CartState.Converted), ("c1~2", CartState.Converted), ("c1~3", CartState.CheckingOut) }));
    }

    [Test]
    public void An_expired_carts_id_can_be_used_again()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Product Added", Shoes).Until("2026-03-12T00:00Z")
            .Then("2026-03-12T10:00Z", "Cart Updated", new { cart_id = "c1", products = new[] { new { product_id = "p2", price = 5 } } });

        Assert.That(Carts(story), Is.EqualTo(new[] { ("c1", CartState.Expired), ("c1~2", CartState.Active) }));
    }

    [TestCase("2026-03-01T10:29Z", "Product Added", """{"cart_id":"c1","product_id":"p2"}""", TestName = "what happened before the order, told late")]
    [TestCase("2026-03-01T10:30Z", "Product Added", """{"cart_id":"c1","product_id":"p2"}""", TestName = "what happened at the order's own time")]
    [TestCase("2026-03-01T10:31Z", "Cart Updated", """{"cart_id":"c1","products":[{"product_id":"p1","price":80,"quantity":1}]}""", TestName = "the ordered cart, told once more")]
    [TestCase("2026-03-01T10:31Z", "Cart Updated", """{"cart_id":"c1","products":[]}""", TestName = "the cart emptied by the order")]
    [TestCase("2026-03-01T10:31Z", "Cart Viewed", """{"cart_id":"c1","products":[{"product_id":"p1"}]}""", TestName = "a look at it")]
    [TestCase("2026-03-01T10:31Z", "Product Removed", """{"cart_id":"c1","product_id":"p1"}""", TestName = "a removal")]
    [TestCase("2026-03-01T10:31Z", "Checkout Step Completed", """{"cart_id":"c1","step":4}""", TestName = "a last step of its checkout")]
    public void The_closed_cart_is_left_as_it_is_by(string at, string name, string properties)
    {
        var story = Bought().Then(at, name, System.Text.Json.Nodes.JsonNode.Parse(properties)).Until("2026-04-01T00:00Z");

        Assert.That(Carts(story), Is.EqualTo(new[] { ("c1", CartState.Converted) }));
        Assert.That(story.Followed, Is.Empty);
    }

    [Test]
    public void Two_carts_at_once_are_followed_each_by_itself()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Product Added", Shoes)
            .Then("2026-03-01T10:30Z", "Product Added", new { cart_id = "c2", product_id = "p2", price = 5 }, "app").Until("2026-03-01T11:15Z");
        Assert.That(Carts(story), Is.EqualTo(new[] { ("c1", CartState.Abandoned), ("c2", CartState.Active) }));

        story.Then("2026-03-01T11:20Z", "Order Completed", new { cart_id = "c1", order_id = "o1", total = 80 }).Until("2026-03-01T13:00Z");
        Assert.That(Carts(story), Is.EqualTo(new[] { ("c1", CartState.Converted), ("c2", CartState.Abandoned) }));
    }

    [Test]
    public void A_journey_keyed_by_cart_runs_once_for_each_of_them()
    {
        var story = new Story("""
            journey: reminder
            key: cart.id
            enter: { on: Cart Abandoned }
            steps: [ { task: { team: store, title: Call } } ]
            """).Then("2026-03-01T10:00Z", "Product Added", Shoes).Until("2026-03-01T12:00Z")
            .Then("2026-03-01T12:30Z", "Order Completed", new { cart_id = "c1", total = 80 })
            .Then("2026-03-02T10:00Z", "Product Added", Shoes).Until("2026-03-02T12:00Z");

        Assert.That(story.State.Runs.Runs.Select(static run => run.Key), Is.EqualTo(new[] { "c1", "c1~2" }));
    }

    [Test]
    public void A_sender_who_uses_our_name_for_it_means_that_cart()
    {
        var story = Bought().Then("2026-03-02T09:00Z", "Product Added", Shoes).Then("2026-03-02T09:10Z", "Cart Emptied", new { cart_id = "c1~2" });

        Assert.That(Carts(story), Is.EqualTo(new[] { ("c1", CartState.Converted), ("c1~2", CartState.Emptied) }));
    }
}

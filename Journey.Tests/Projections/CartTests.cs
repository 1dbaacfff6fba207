using Journey.Domain.Events;
using Journey.Projections.Carts;
using Journey.Projections.Customers;
using Journey.Projections.ReadModels;

namespace Journey.Tests.Projections;

public sealed class CartTests
{
    private static readonly object Shoes = new { cart_id = "c1", product_id = "p1", name = "Shoes", price = 80, quantity = 1 };

    [Test]
    public void A_product_added_begins_an_active_cart()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Product Added", Shoes);

        Assert.That(Cart(story).State, Is.EqualTo(CartState.Active));
        Assert.That(Cart(story).Totals(), Is.EqualTo(new[] { new Money("EUR", 80m) }));
        Assert.That(story.State.DueAt, Is.EqualTo(Story.Instant("2026-03-01T11:00Z")));
        Assert.That(story.Rows.Value(ReadModelTables.CartDays, "started", "2026-03-01", "web"), Is.EqualTo("1"));
    }

    [Test]
    public void An_hour_without_activity_abandons_it_at_its_due_time()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Product Added", Shoes).Until("2026-03-01T15:00Z");

        Assert.That(Cart(story).State, Is.EqualTo(CartState.Abandoned));
        Assert.That(Cart(story).AbandonedAt, Is.EqualTo(Story.Instant("2026-03-01T11:00Z")));
        var derived = story.Log.Single(static e => e.Name == EventNames.CartAbandoned);
        Assert.That(derived.Kind, Is.EqualTo(EventKind.Derived));
        Assert.That(derived.OccurredAt, Is.EqualTo(Story.Instant("2026-03-01T11:00Z")));
        Assert.That(System.Text.Encoding.UTF8.GetString(derived.Json.Span), Is.EqualTo(
            """{"properties":{"cart_id":"c1","total":80,"currency":"EUR","quantity":1,"channel":"web","products":[{"product_id":"p1","name":"Shoes","price":80,"quantity":1,"currency":"EUR"}]}}"""));
    }

    [Test]
    public void Activity_just_before_the_hour_is_over_starts_the_hour_anew()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Product Added", Shoes).Then("2026-03-01T10:59:59Z", "Cart Viewed", new { cart_id = "c1" });

        Assert.That(story.State.DueAt, Is.EqualTo(Story.Instant("2026-03-01T11:59:59Z")));
        Assert.That(story.Until("2026-03-01T11:59:58Z").Followed, Is.Empty);
    }

    [Test]
    public void Coming_back_makes_an_abandoned_cart_active_and_it_can_be_abandoned_again()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Product Added", Shoes).Until("2026-03-01T12:00Z")
            .Then("2026-03-01T12:30Z", "Product Added", new { cart_id = "c1", product_id = "p2", price = "19.90" });
        Assert.That(Cart(story).State, Is.EqualTo(CartState.Active));

        story.Until("2026-03-01T14:00Z");
        Assert.That(story.Followed, Is.EqualTo(new[] { EventNames.CartAbandoned, EventNames.CartAbandoned }));
        Assert.That(Cart(story).Totals()[0].Amount, Is.EqualTo(99.90m));
    }

    [Test]
    public void Reading_the_derived_event_back_does_not_touch_the_cart()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Product Added", Shoes).Until("2026-03-01T12:00Z");

        Assert.That(story.State.History.Total(EventNames.CartAbandoned), Is.EqualTo(1));
        Assert.That(Cart(story).ActiveAt, Is.EqualTo(Story.Instant("2026-03-01T10:00Z")));
        Assert.That(story.Rows.Value(ReadModelTables.CartDays, "abandoned", "2026-03-01", "web"), Is.EqualTo("1"));
    }

    [TestCase("Product Removed", """{"cart_id":"c1","product_id":"p1"}""")]
    [TestCase("Product Removed", """{"cart_id":"c1","product_id":"p1","quantity":1}""")]
    [TestCase("Cart Updated", """{"cart_id":"c1","products":[]}""")]
    [TestCase("Cart Updated", """{"cart_id":"c1","total":0,"products":[]}""")]
    [TestCase("Cart Emptied", """{"cart_id":"c1"}""")]
    [TestCase("Cart Cleared", """{"cart_id":"c1"}""")]
    public void A_cart_with_nothing_left_is_emptied_and_waits_for_nothing(string name, string properties)
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Product Added", Shoes)
            .Then("2026-03-01T10:10Z", name, System.Text.Json.Nodes.JsonNode.Parse(properties));

        Assert.That(Cart(story).State, Is.EqualTo(CartState.Emptied));
        Assert.That(story.State.DueAt, Is.Null);
        Assert.That(story.Rows.Value(ReadModelTables.Carts, "state", Story.Customer, "c1"), Is.EqualTo("emptied"));
    }

    [Test]
    public void An_emptied_cart_can_be_filled_again()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Product Added", Shoes).Then("2026-03-01T10:10Z", "Cart Emptied", new { cart_id = "c1" })
            .Then("2026-03-01T10:20Z", "Product Added", Shoes);

        Assert.That(Cart(story).State, Is.EqualTo(CartState.Active));
        Assert.That(Cart(story).Quantity, Is.EqualTo(1m));
    }

    [Test]
    public void An_update_older_than_the_last_one_is_dropped()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Product Added", Shoes)
            .Then("2026-03-01T09:59Z", "Cart Updated", new { cart_id = "c1", products = Array.Empty<object>() });

        Assert.That(Cart(story).State, Is.EqualTo(CartState.Active));
        Assert.That(Cart(story).UpdatedAt, Is.EqualTo(Story.Instant("2026-03-01T10:00Z")));
    }

    [Test]
    public void Checkout_ends_cart_abandonment_for_good_and_has_one_of_its_own()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Product Added", Shoes)
            .Then("2026-03-01T10:10Z", "Checkout Started", new { cart_id = "c1", checkout_id = "k1" })
            .Then("2026-03-01T10:20Z", "Checkout Step Completed", new { cart_id = "c1", step = 2 })
            .Until("2026-03-01T20:00Z");

        Assert.That(story.Followed, Is.EqualTo(new[] { EventNames.CheckoutAbandoned }));
        Assert.That(Cart(story).State, Is.EqualTo(CartState.CheckingOut));
        Assert.That(Cart(story).Checkout, Is.EqualTo(CheckoutState.Abandoned));
        Assert.That(Cart(story).AbandonedAt, Is.EqualTo(Story.Instant("2026-03-01T11:20Z")));

        story.Then("2026-03-01T21:00Z", "Product Added", Shoes).Until("2026-03-02T20:00Z");
        Assert.That(story.Followed, Is.EqualTo(new[] { EventNames.CheckoutAbandoned, EventNames.CheckoutAbandoned }));
    }

    [TestCase("""{"cart_id":"c1","order_id":"o1","total":80}""", CartState.Converted)]
    [TestCase("""{"order_id":"o1","total":80}""", CartState.Converted)]
    [TestCase("""{"cart_id":"another","order_id":"o1","total":80}""", CartState.Active)]
    public void An_order_converts_the_cart_it_names_or_else_the_latest(string order, CartState expected)
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Product Added", Shoes)
            .Then("2026-03-01T10:30Z", "Order Completed", System.Text.Json.Nodes.JsonNode.Parse(order));

        Assert.That(Cart(story).State, Is.EqualTo(expected));
        Assert.That(story.State.Lifetime.Orders, Is.EqualTo(1));
    }

    [Test]
    public void Converted_is_terminal()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Product Added", Shoes)
            .Then("2026-03-01T10:30Z", "Order Completed", new { cart_id = "c1", total = 80 })
            .Then("2026-03-01T10:31Z", "Cart Updated", new { cart_id = "c1", products = new[] { new { product_id = "p1", price = 80 } } })
            .Until("2026-04-01T00:00Z");

        Assert.That(Cart(story).State, Is.EqualTo(CartState.Converted));
        Assert.That(story.Followed, Is.Empty);
    }

    [Test]
    public void Without_cart_ids_a_new_cart_begins_after_an_order()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Product Added", new { product_id = "p1", price = 10 })
            .Then("2026-03-01T10:30Z", "Order Completed", new { total = 10 })
            .Then("2026-03-01T10:40Z", "Product Added", new { product_id = "p2", price = 20 });

        Assert.That(story.State.Carts.Carts.Select(static c => (c.Id, c.State)), Is.EqualTo(new[] { ("cart-1", CartState.Converted), ("cart-3", CartState.Active) }));
    }

    [TestCase("2026-03-04T10:59Z", CartState.Recovered, true, true)]
    [TestCase("2026-03-05T10:59Z", CartState.Converted, false, false)]
    public void A_cart_bought_within_the_window_after_a_message_is_recovered(string orderedAt, CartState expected, bool influenced, bool clicked)
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Product Added", Shoes).Until("2026-03-01T12:00Z")
            .Then("2026-03-01T12:00Z", EventNames.MessageRequested, new { journey = "j", version = 1, run = "r", step = "s", channel = "email", template = "t" }, kind: EventKind.Decision)
            .Then("2026-03-02T10:00Z", EventNames.MessageClicked, new { message_id = "m1" }, "email")
            .Then(orderedAt, "Order Completed", new { cart_id = "c1", total = 80, order_id = "o1" });

        Assert.That(Cart(story).State, Is.EqualTo(expected));
        Assert.That((Cart(story).IsInfluenced, Cart(story).IsClicked), Is.EqualTo((influenced, clicked)));
        Assert.That(story.Followed.Contains(EventNames.CartRecovered), Is.EqualTo(expected == CartState.Recovered));
    }

    [Test]
    public void A_message_before_the_abandonment_recovers_nothing()
    {
        var story = new Story().Then("2026-03-01T09:00Z", EventNames.MessageRequested, new { journey = "j" }, kind: EventKind.Decision)
            .Then("2026-03-01T10:00Z", "Product Added", Shoes).Until("2026-03-01T12:00Z")
            .Then("2026-03-01T13:00Z", "Order Completed", new { cart_id = "c1" });

        Assert.That(Cart(story).State, Is.EqualTo(CartState.Converted));
        Assert.That(story.State.Lifetime.Revenue, Is.EqualTo(new[] { new Money("EUR", 80m) }), "an order without a total is worth its cart");
    }

    [Test]
    public void Ten_idle_days_expire_a_cart()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Product Added", Shoes).Until("2026-03-11T10:00Z");

        Assert.That(story.Followed, Is.EqualTo(new[] { EventNames.CartAbandoned, EventNames.CartExpired }));
        Assert.That(Cart(story).State, Is.EqualTo(CartState.Expired));
        Assert.That(story.State.DueAt, Is.Null);
    }

    [Test]
    public void Two_currencies_keep_both_sums()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Product Added", Shoes)
            .Then("2026-03-01T10:05Z", "Product Added", new { cart_id = "c1", product_id = "p2", price = 5.5, quantity = 2, currency = "usd" });

        Assert.That(Cart(story).Totals(), Is.EqualTo(new[] { new Money("EUR", 80m), new Money("USD", 11.0m) }));
        Assert.That(story.Rows.Value(ReadModelTables.Carts, "totals", Story.Customer, "c1"), Is.EqualTo("EUR 80, USD 11.0"));
    }

    [Test]
    public void A_total_given_with_the_whole_cart_is_the_total_until_it_changes()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Cart Updated", new { cart_id = "c1", total = 75, currency = "EUR", products = new[] { new { product_id = "p1", price = 80 } } });
        Assert.That(Cart(story).Totals(), Is.EqualTo(new[] { new Money("EUR", 75m) }));

        story.Then("2026-03-01T10:05Z", "Product Added", new { cart_id = "c1", product_id = "p2", price = 20 });
        Assert.That(Cart(story).Totals(), Is.EqualTo(new[] { new Money("EUR", 100m) }));
    }

    [Test]
    public void A_product_viewed_without_a_cart_becomes_an_abandoned_browse()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Product Viewed", new { product_id = "p1", name = "Shoes", price = 80 }).Until("2026-03-01T20:00Z");

        Assert.That(story.Followed, Is.EqualTo(new[] { EventNames.BrowseAbandoned }));
        Assert.That(story.State.DueAt, Is.Null);
    }

    [Test]
    public void With_a_cart_only_the_cart_is_abandoned()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Product Viewed", new { product_id = "p1" })
            .Then("2026-03-01T10:10Z", "Product Added", Shoes)
            .Then("2026-03-01T10:20Z", "Product Viewed", new { product_id = "p2" })
            .Until("2026-03-01T20:00Z");

        Assert.That(story.Followed, Is.EqualTo(new[] { EventNames.CartAbandoned }));
    }

    [Test]
    public void Imported_history_gets_its_abandonments_and_they_are_imported_too()
    {
        var story = new Story().Imported("2025-03-01T10:00Z", "Product Added", Shoes)
            .Imported("2025-03-02T10:00Z", "Page Viewed")
            .Imported("2025-03-20T10:00Z", "Page Viewed");

        Assert.That(story.Followed, Is.EqualTo(new[] { EventNames.CartAbandoned, EventNames.CartExpired }));
        Assert.That(story.Log.Where(static e => e.Kind == EventKind.Derived).All(static e => e.IsImported), Is.True);
    }

    [Test]
    public void A_live_event_does_not_fire_what_is_due_only_time_does()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Product Added", Shoes).Then("2026-03-01T12:00Z", "Page Viewed");

        Assert.That(story.Followed, Is.Empty);
    }

    [Test]
    public void The_workspace_sets_the_thresholds_and_names_of_its_own()
    {
        var story = new Story("""
            workspace: shop
            carts: { abandonedAfter: 20m }
            eventAliases: { add_to_basket: Product Added }
            """).Then("2026-03-01T10:00Z", "add_to_basket", Shoes).Until("2026-03-01T10:20Z");

        Assert.That(story.Followed, Is.EqualTo(new[] { EventNames.CartAbandoned }));
    }

    [Test]
    public void The_twenty_first_cart_pushes_out_the_one_closed_longest_and_its_row_stays()
    {
        var story = new Story();
        story.Then("2026-03-01T00:00Z", "Product Added", new { cart_id = "closed", product_id = "p", price = 1 })
            .Then("2026-03-01T00:00:30Z", "Order Completed", new { cart_id = "closed", total = 1 });
        for (var i = 0; i < CartShelf.CartsMax - 1; i++)
        {
            story.Then($"2026-03-01T00:{i + 1:00}Z", "Product Added", new { cart_id = $"c{i}", product_id = "p", price = 1 });
        }

        Assert.That(story.State.Carts.Carts, Has.Count.EqualTo(CartShelf.CartsMax));
        Assert.That(story.State.Carts.Find("closed"), Is.Not.Null);

        story.Then("2026-03-01T00:40Z", "Product Added", new { cart_id = "last", product_id = "p", price = 1 });
        Assert.That(story.State.Carts.Carts, Has.Count.EqualTo(CartShelf.CartsMax));
        Assert.That(story.State.Carts.Find("closed"), Is.Null);
        Assert.That(story.Rows.Value(ReadModelTables.Carts, "state", Story.Customer, "closed"), Is.EqualTo("converted"));
    }

    private static Cart Cart(Story story) => story.State.Carts.Find("c1")!;
}

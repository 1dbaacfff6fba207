using Journey.Domain.Engine;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Projections.Customers;
using Journey.Projections.ReadModels;

namespace Journey.Tests.Projections;

/// <summary>What the single customer view knows beside the bare values: from whom, since when, how often, on which devices.</summary>
public sealed class SingleViewTests
{
    [Test]
    public void A_trait_has_its_source_and_time()
    {
        var story = new Story().Then("2026-03-01T10:00Z", EventNames.Identified, traits: new { city = "Roma" });

        var trait = story.State.Profile.Traits.Single();
        Assert.That((trait.Name, trait.Source, trait.At), Is.EqualTo(("city", "test", Story.Instant("2026-03-01T10:00Z"))));
    }

    [TestCase("[crm, test]", "a", "crm")]
    [TestCase("[test, crm]", "b", "test")]
    [TestCase("[erp]", "b", "test")]
    public void A_better_sources_word_stands_whatever_its_time_and_among_equals_the_newest_does(string sources, string value, string source)
    {
        var story = new Story($"workspace: shop\ntraitSources: {sources}");
        var profile = new Profile();
        var ranked = story.DefinitionsAt(long.MaxValue).Workspace.TraitSources;
        (string Source, long At, string Json)[] said = [("crm", 1, "\"a\""), ("test", 2, "\"b\""), ("crm", 0, "\"c\"")];
        foreach (var (from, at, json) in said)
        {
            profile.Set("city", at, System.Text.Encoding.UTF8.GetBytes(json), from, ranked);
        }

        Assert.That((profile.Text("city"), profile.Traits.Single().Source), Is.EqualTo((value, source)));
    }

    [Test]
    public void Consent_keeps_its_history_in_the_order_of_time_late_words_too()
    {
        var story = new Story().Then("2026-03-01T00:00Z", EventNames.ConsentGranted, new { channel = "email" })
            .Then("2026-03-03T00:00Z", EventNames.ConsentRevoked, new { channel = "email" })
            .Then("2026-03-02T00:00Z", EventNames.ConsentGranted, new { channel = "email" });

        Assert.That(story.State.Profile.ConsentTo("email", "marketing"), Is.EqualTo(ConsentState.Revoked));
        Assert.That(story.State.Profile.ConsentHistory.Select(static word => (word.State, word.At)), Is.EqualTo(new[]
        {
            (ConsentState.Granted, Story.Instant("2026-03-01T00:00Z")), (ConsentState.Granted, Story.Instant("2026-03-02T00:00Z")),
            (ConsentState.Revoked, Story.Instant("2026-03-03T00:00Z")),
        }));
    }

    [Test]
    public void The_forty_ninth_word_on_consent_pushes_out_the_oldest()
    {
        var profile = new Profile();
        for (var i = 0; i <= Profile.ConsentHistoryMax; i++)
        {
            profile.Set("email", "marketing", ConsentState.Granted, i, "test");
        }

        Assert.That((profile.ConsentHistory.Count, profile.ConsentHistory[0].At), Is.EqualTo((Profile.ConsentHistoryMax, 1L)));
    }

    [Test]
    public void Orders_give_first_last_and_the_mean_days_between()
    {
        var story = new Story().Then("2026-03-11T00:00Z", "Order Completed", new { order_id = "b", total = 1 })
            .Then("2026-03-01T00:00Z", "Order Completed", new { order_id = "a", total = 1 });
        Assert.That(story.State.Lifetime.DaysBetweenOrders, Is.EqualTo(10));

        story.Then("2026-03-21T00:00Z", "Order Completed", new { order_id = "c", total = 1 });
        Assert.That(story.State.Lifetime.DaysBetweenOrders, Is.EqualTo(10));
        Assert.That(story.Rows.Value(ReadModelTables.Customers, "first_order_at", Story.Customer), Is.EqualTo($"{Story.Instant("2026-03-01T00:00Z")}"));
        Assert.That(new Story().Then("2026-03-11T00:00Z", "Order Completed", new { order_id = "b", total = 1 }).State.Lifetime.DaysBetweenOrders, Is.Null);
    }

    [Test]
    public void Survey_answers_give_the_last_score_the_count_and_the_days_totals()
    {
        var story = new Story().Then("2026-03-02T00:00Z", "NPS Answered", new { score = 9 })
            .Then("2026-03-01T00:00Z", "Survey Answered", new { survey = "NPS", score = "3" })
            .Then("2026-03-02T01:00Z", "CSAT Answered", new { score = 4.5 }, "email");

        Assert.That(story.State.Profile.Nps, Is.EqualTo(new Score(2, 12, 9, Story.Instant("2026-03-02T00:00Z"))));
        Assert.That(story.State.Profile.Csat.Average, Is.EqualTo(4.5m));
        Assert.That(story.Rows.All(ReadModelTables.ScoreDays).Select(static row => string.Join(' ', row)), Is.EquivalentTo(new[]
        {
            "2026-03-02 nps web 1 900 1 0", "2026-03-01 nps web 1 300 0 1", "2026-03-02 csat email 1 450 1 0",
        }));
    }

    [TestCase("NPS Answered", 0, 1)]
    [TestCase("NPS Answered", -1, 0)]
    [TestCase("NPS Answered", 10, 1)]
    [TestCase("NPS Answered", 11, 0)]
    [TestCase("CSAT Answered", 0, 0)]
    [TestCase("CSAT Answered", 1, 1)]
    [TestCase("CSAT Answered", 5, 1)]
    [TestCase("CSAT Answered", 6, 0)]
    public void A_score_off_its_scale_is_no_answer(string name, int score, int answers)
    {
        var profile = new Story().Then("2026-03-02T00:00Z", name, new { score }).State.Profile;

        Assert.That(profile.Nps.Answers + profile.Csat.Answers, Is.EqualTo(answers));
    }

    [TestCase("{}")]
    [TestCase("""{ "survey": "ces", "score": 3 }""")]
    [TestCase("""{ "survey": "nps", "score": "high" }""")]
    public void A_survey_that_is_none_of_ours_counts_nowhere(string properties)
    {
        var story = new Story().Then("2026-03-02T00:00Z", "Survey Answered", System.Text.Json.JsonDocument.Parse(properties).RootElement);

        Assert.That(story.State.Profile.Nps.Answers + story.State.Profile.Csat.Answers, Is.Zero);
    }

    [Test]
    public void Identifiers_have_first_and_last_use_late_events_too_and_who_used_them_first()
    {
        var story = new Story().Then("2026-03-02T10:00Z", "Page Viewed", ids: new { anonymousId = "a" })
            .Then("2026-03-04T10:00Z", "Page Viewed", ids: new { anonymousId = "a" })
            .Then("2026-03-01T10:00Z", "Page Viewed", ids: new { anonymousId = "a" })
            .Then("2026-03-03T10:00Z", EventNames.Identified, ids: new { userId = "u", alias = new { deviceId = "d" } });

        Assert.That(story.Rows.All(ReadModelTables.Identifiers).Select(static row => string.Join(' ', row)), Is.EquivalentTo(new[]
        {
            $"{Story.Customer} anonymousId a {Story.Instant("2026-03-01T10:00Z")} 2026-03-04 test",
            $"{Story.Customer} userId u {Story.Instant("2026-03-03T10:00Z")} 2026-03-03 test",
            $"{Story.Customer} deviceId d {Story.Instant("2026-03-03T10:00Z")} 2026-03-03 test",
        }));
        Assert.That(story.Rows.Value(ReadModelTables.Customers, "devices", Story.Customer), Is.EqualTo("2"));
    }

    [Test]
    public void The_sixty_fifth_identifier_is_not_kept()
    {
        var story = new Story();
        for (var i = 0; i <= IdentifierUses.KeptMax; i++)
        {
            story.Then("2026-03-01T10:00Z", "Page Viewed", ids: new { anonymousId = $"a{i}" });
        }

        Assert.That(story.State.Identifiers.Uses, Has.Count.EqualTo(IdentifierUses.KeptMax));
        Assert.That(story.State.Identifiers.Uses.Select(static use => use.Identifier), Does.Not.Contain(new Identifier(IdentifierKind.AnonymousId, $"a{IdentifierUses.KeptMax}")));
    }

    [Test]
    public void A_cart_begun_in_the_app_and_bought_in_the_store_links_the_sessions()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Product Added", new { cart_id = "c", product_id = "p", price = 1 }, "app")
            .Then("2026-03-01T12:00Z", "Store Visited", new { store = "Milano" }, "store")
            .Then("2026-03-01T15:00Z", "Order Completed", new { order_id = "o", total = 1 }, "store")
            .Then("2026-03-01T15:10Z", "Page Viewed");

        Assert.That(story.Rows.All(ReadModelTables.Sessions).Select(static row => $"{row[1]} {row[9]}"), Is.EquivalentTo(new[] { "s1 null", "s2 null", "s3 s1" }));
    }

    [Test]
    public void A_chain_of_sessions_leads_to_where_the_purchase_began()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Product Added", new { cart_id = "c", product_id = "p", price = 1 }, "app", session: "a")
            .Then("2026-03-01T12:00Z", "Cart Viewed", new { cart_id = "c" }, session: "b")
            .Then("2026-03-01T13:00Z", "Product Added", new { cart_id = "d", product_id = "p", price = 1 }, session: "b")
            .Then("2026-03-01T15:00Z", "Cart Viewed", new { cart_id = "d" }, "store", session: "e")
            .Then("2026-03-01T16:00Z", "Cart Viewed", new { cart_id = "c" }, "app", session: "a");

        Assert.That(story.State.Sessions.Remembered.Select(static session => (session.Id, session.LinkedTo)),
            Is.EqualTo(new[] { ("a", (string?)null), ("b", "a"), ("e", "a") }));
    }

    [Test]
    public void The_ninth_cart_of_a_session_links_nothing()
    {
        var story = new Story();
        for (var i = 0; i <= Session.CartsMax; i++)
        {
            story.Then("2026-03-01T10:00Z", "Product Added", new { cart_id = $"c{i}", product_id = "p", price = 1 }, session: "a");
        }

        story.Then("2026-03-01T10:01Z", "Cart Viewed", new { cart_id = $"c{Session.CartsMax}" }, session: "late")
            .Then("2026-03-01T10:01Z", "Cart Viewed", new { cart_id = $"c{Session.CartsMax - 1}" }, session: "other");

        Assert.That(story.State.Sessions.Remembered.Select(static session => session.LinkedTo), Is.EqualTo(new[] { null, null, "a" }));
    }
}

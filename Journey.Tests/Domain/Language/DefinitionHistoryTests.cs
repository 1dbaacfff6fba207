using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Domain.Language.Publishing;

namespace Journey.Tests.Domain.Language;

public sealed class DefinitionHistoryTests
{
    private const long Noon = 1_772_366_400_000;

    private static readonly string First = Documents.Journey("- { id: one, wait: 4h, resetOn: Cart Updated }");
    private static readonly string Second = Documents.Journey("- { id: one, wait: 5h }");

    [Test]
    public void A_document_is_in_force_for_the_events_after_its_publication()
    {
        var history = Fold(Publish(First));
        Assert.Multiple(() =>
        {
            Assert.That(history.At(1).Journeys.Keys, Is.Empty);
            Assert.That(history.At(2).Journeys.Keys, Is.EqualTo(new[] { "some" }));
            Assert.That(history.At(2), Is.SameAs(history.At(1_000)));
            Assert.That(history.Latest, Is.SameAs(history.At(2)));
        });
    }

    [Test]
    public void Each_text_that_differs_is_a_version_and_the_older_ones_stay_findable()
    {
        var set = Fold(Publish(First), Publish(First), Publish(Second), Publish(First)).Latest;
        Assert.Multiple(() =>
        {
            Assert.That((set.Journeys["some"].Version, set.Journeys["some"].PublishedAtPosition), Is.EqualTo((3, 4L)));
            Assert.That(set.Versions.Keys.Order(), Is.EqualTo(new[] { ("some", 1), ("some", 2), ("some", 3) }));
            Assert.That(set.Versions[("some", 1)].Hash, Is.EqualTo(Documents.Parse(First).Documents[0].Hash));
            Assert.That(((Step.Wait)set.Versions[("some", 2)].Compiled.Flow[0].Step).DurationMs, Is.EqualTo(5 * 3_600_000));
        });
    }

    [Test]
    public void A_paused_journey_is_still_asked_and_a_retired_one_is_not()
    {
        var paused = Fold(Publish(First), DefinitionDocuments.Pause("some", Noon));
        var resumed = Fold(Publish(First), DefinitionDocuments.Pause("some", Noon), DefinitionDocuments.Resume("some", Noon));
        var retired = Fold(Publish(First), DefinitionDocuments.Retire("journey", "some", Noon));
        Assert.Multiple(() =>
        {
            Assert.That(paused.Latest.EntriesByEvent["Product Viewed"].Single().Status, Is.EqualTo(JourneyStatus.Paused));
            Assert.That(resumed.Latest.Journeys["some"].Status, Is.EqualTo(JourneyStatus.Active));
            Assert.That(retired.Latest.Journeys.Keys, Is.Empty);
            Assert.That(retired.Latest.EntriesByEvent.Keys, Is.Empty);
            Assert.That(retired.Latest.Versions[("some", 1)].Status, Is.EqualTo(JourneyStatus.Retired));
        });
    }

    [Test]
    public void Publishing_what_was_retired_takes_it_up_again_without_a_new_version()
    {
        var set = Fold(Publish(First), DefinitionDocuments.Retire("journey", "some", Noon), Publish(First)).Latest;
        Assert.That((set.Journeys["some"].Version, set.Journeys["some"].Status), Is.EqualTo((1, JourneyStatus.Active)));
    }

    [Test]
    public void Publishing_while_paused_leaves_it_paused() =>
        Assert.That(Fold(Publish(First), DefinitionDocuments.Pause("some", Noon), Publish(Second)).Latest.Journeys["some"].Status, Is.EqualTo(JourneyStatus.Paused));

    [Test]
    public void The_index_holds_what_is_listened_to_in_any_version()
    {
        var set = Fold(Publish(First), Publish(Second)).Latest;
        Assert.That(set.ListenedEvents, Is.EquivalentTo(new[] { "Product Viewed", "Cart Updated" }));
    }

    [Test]
    public void A_text_that_cannot_be_read_any_more_leaves_the_last_good_one_in_force()
    {
        var broken = Publish(Second)
            with { Payload = StoredPayload.FromJson("""{"properties":{"kind":"journey","name":"some","text":"journey: some\nsteps: [","file":"old.yaml"}}"""u8) };
        var history = Fold(Publish(First), broken, Publish(Second));
        Assert.Multiple(() =>
        {
            Assert.That(history.At(3).Journeys["some"].Version, Is.EqualTo(1));
            Assert.That(history.Latest.Journeys["some"].Version, Is.EqualTo(3));
            Assert.That(history.Poison.Select(poison => (poison.Position, poison.Name)), Is.EqualTo(new[] { (2L, "some") }));
            Assert.That(history.Poison[0].Reason, Does.StartWith("old.yaml:3:1: J101"));
        });
    }

    [TestCase("{}")]
    [TestCase("""{"properties":[]}""")]
    [TestCase("""{"properties":{"name":7}}""")]
    [TestCase("nonsense")]
    public void An_event_that_defines_nothing_readable_is_poison_and_no_crash(string json)
    {
        var history = Fold(Publish(First), Publish(First) with { Payload = StoredPayload.FromJson(System.Text.Encoding.UTF8.GetBytes(json)) });
        Assert.That((history.Poison.Length, history.Latest.Journeys.Count), Is.EqualTo((1, 1)));
    }

    [Test]
    public void Segments_funnels_and_the_workspace_are_published_too()
    {
        var set = Fold(
            Publish("segment: vip\nwhere: customer.orders > 5"),
            Publish("funnel: f\nstages: [Product Viewed, Order Completed]"),
            Publish("workspace: w\ncurrency: CHF\npersonalTraits: [iban]")).Latest;
        Assert.That((set.Segments.Keys.Single(), set.Funnels.Keys.Single(), set.Workspace.DefaultCurrency, set.Workspace.PersonalTraits.Contains("iban")),
            Is.EqualTo(("vip", "f", "CHF", true)));
    }

    [Test]
    public void Retiring_takes_them_back()
    {
        var set = Fold(Publish("segment: vip\nwhere: customer.orders > 5"), DefinitionDocuments.Retire("segment", "vip", Noon)).Latest;
        Assert.That(set.Segments.Keys, Is.Empty);
    }

    [Test]
    public void Folding_an_event_twice_changes_nothing()
    {
        var history = Fold(Publish(First));
        Assert.That(history.Apply(Recorded(Publish(Second), 1)), Is.SameAs(history));
    }

    [Test]
    public void The_event_holds_the_whole_text_and_its_hash()
    {
        var document = Documents.Parse("# why\n" + First).Documents[0];
        var published = DefinitionDocuments.Publish(document, Noon);
        var said = System.Text.Json.JsonDocument.Parse(StoredPayload.Json(published.Payload)).RootElement.GetProperty("properties");
        Assert.Multiple(() =>
        {
            Assert.That(said.GetProperty("text").GetString(), Is.EqualTo("# why\n" + First));
            Assert.That(said.GetProperty("hash").GetString(), Is.EqualTo(document.Hash));
            Assert.That((published.Stream, published.Name, published.Kind), Is.EqualTo(("$definitions", "Document Published", EventKind.Definition)));
            Assert.That(DefinitionDocuments.Publish(document, Noon).Id, Is.EqualTo(published.Id));
            Assert.That(DefinitionDocuments.Publish(document, Noon + 1).Id, Is.Not.EqualTo(published.Id));
        });
    }

    [Test]
    public void A_document_with_errors_is_not_published() =>
        Assert.That(() => DefinitionDocuments.Publish(Documents.Parse("segment: s").Documents[0], Noon), Throws.ArgumentException);

    [Test]
    public void Documents_may_refer_to_what_is_published_already()
    {
        var published = Fold(Publish("segment: vip\nwhere: customer.orders > 5"), Publish(First)).Latest;
        var set = DocumentParser.Parse("new.yaml",
            "journey: other\naudience: inSegment('vip')\nenter: { on: Signed Up }\nsteps: [{ start: some }]",
            new() { Published = published });
        Assert.That(Documents.Lines(set), Is.Empty);
    }

    private static NewEvent Publish(string text) => DefinitionDocuments.Publish(Documents.Parse(text).Documents.Single(), Noon);

    private static DefinitionHistory Fold(params NewEvent[] events) =>
        events.Select((appended, index) => Recorded(appended, index + 1)).Aggregate(DefinitionHistory.Empty, (history, recorded) => history.Apply(recorded));

    private static RecordedEvent Recorded(NewEvent appended, long position) =>
        new(position, appended.Stream, position, 0, appended.Source, appended.Id, appended.Name, appended.Kind,
            appended.Flags, appended.Channel, appended.OccurredAt, appended.ReceivedAt, appended.Payload);
}

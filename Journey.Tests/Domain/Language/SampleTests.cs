using Journey.Domain.Language;

namespace Journey.Tests.Domain.Language;

public sealed class SampleTests
{
    private static readonly DocumentSet Set = DocumentParser.Parse(Documents.Samples());

    [Test]
    public void The_samples_have_neither_faults_nor_warnings() => Assert.That(Documents.Lines(Set), Is.Empty);

    [Test]
    public void There_are_ten_of_them() => Assert.That(Set.Journeys.Select(journey => journey.Definition.Name), Is.EquivalentTo(new[]
    {
        "abandoned-cart", "browse-abandonment", "checkout-abandonment", "welcome-series", "post-purchase-review",
        "win-back", "back-in-stock", "vip-in-store", "complaint-follow-up", "newsletter-promotion-at-till",
    }));

    [Test]
    public void Each_has_tests_of_its_own()
    {
        var tested = Set.Of<TestDefinition>().SelectMany(test => test.Journeys).GroupBy(name => name).ToDictionary(group => group.Key, group => group.Count());
        Assert.That(Set.Journeys.Select(journey => tested.GetValueOrDefault(journey.Definition.Name)), Is.All.GreaterThanOrEqualTo(3));
    }

    [Test]
    public void Parsing_again_gives_the_same_texts_and_hashes() =>
        Assert.That(DocumentParser.Parse(Documents.Samples()).Documents.Select(document => (document.Name, document.Hash)),
            Is.EqualTo(Set.Documents.Select(document => (document.Name, document.Hash))));
}

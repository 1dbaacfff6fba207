using Journey.Domain.Time;
using Journey.Projections.Customers;

namespace Journey.Tests.Projections;

public sealed class EventHistoryTests
{
    private readonly Vocabulary _vocabulary = new();

    [Test]
    public void The_last_sixty_four_times_are_kept_and_the_total_goes_on()
    {
        var history = new EventHistory();
        for (var i = 1; i <= EventHistory.TimesMax + 1; i++)
        {
            history.Add(_vocabulary.Name("a"), i);
        }

        Assert.That(history.Total("a"), Is.EqualTo(65));
        Assert.That(history.CountWithin("a", now: 100, window: 100), Is.EqualTo(64));
        Assert.That((history.First("a"), history.Last("a")), Is.EqualTo((1L, 65L)));
    }

    [Test]
    public void Times_older_than_four_hundred_days_before_the_newest_are_let_go()
    {
        var history = new EventHistory();
        history.Add(_vocabulary.Name("a"), 0);
        history.Add(_vocabulary.Name("a"), 1);
        history.Add(_vocabulary.Name("a"), (400 * Instants.Day) + 1);

        Assert.That(history.CountWithin("a", long.MaxValue / 2, long.MaxValue), Is.EqualTo(2));
    }

    [Test]
    public void The_two_hundred_and_first_name_pushes_out_the_one_that_happened_longest_ago()
    {
        var history = new EventHistory();
        for (var i = 0; i < EventHistory.NamesMax; i++)
        {
            history.Add(_vocabulary.Name($"n{i}"), i + 1);
        }

        history.Add(_vocabulary.Name("n0"), 1_000);
        Assert.That(history.Total("n1"), Is.EqualTo(1));

        history.Add(_vocabulary.Name("new"), 1_001);
        Assert.That(history.Count, Is.EqualTo(EventHistory.NamesMax));
        Assert.That((history.Total("n0"), history.Total("n1"), history.Total("new")), Is.EqualTo((2L, 0L, 1L)));
    }

    [Test]
    public void A_window_excludes_its_start_and_includes_now()
    {
        var history = new EventHistory();
        history.Add(_vocabulary.Name("a"), 100);
        history.Add(_vocabulary.Name("a"), 200);

        Assert.That(history.CountWithin("a", now: 200, window: 100), Is.EqualTo(1));
        Assert.That(history.CountWithin("a", now: 199, window: 100), Is.EqualTo(1));
        Assert.That(history.CountWithin("a", now: 199, window: 99), Is.Zero);
    }

    [TestCase(10, true)]
    [TestCase(9, false)]
    public void Followed_within_includes_its_end(long within, bool expected)
    {
        var history = new EventHistory();
        history.Add(_vocabulary.Name("b"), 50);
        history.Add(_vocabulary.Name("a"), 100);
        history.Add(_vocabulary.Name("b"), 110);

        Assert.That(history.Followed("a", "b", within), Is.EqualTo(expected));
    }

    [Test]
    public void Late_arrivals_are_put_in_order()
    {
        var history = new EventHistory();
        history.Add(_vocabulary.Name("a"), 200);
        history.Add(_vocabulary.Name("a"), 100);

        Assert.That((history.First("a"), history.Last("a")), Is.EqualTo((100L, 200L)));
        Assert.That(history.CountWithin("a", now: 150, window: 100), Is.EqualTo(1));
    }
}

using Journey.Host.Running;

namespace Journey.Tests.Host.Running;

public sealed class ProgressWatchTests
{
    private readonly ManualTimeProvider _wall = new(Shopfront.Opening);

    [Test]
    public void The_wait_begins_at_the_first_look_that_finds_work_and_ends_with_any_progress()
    {
        var watch = new ProgressWatch(_wall, TimeSpan.FromSeconds(30));
        Assert.That(watch.Since("one", 5, 5), Is.Null);
        _wall.Advance(TimeSpan.FromHours(1));
        Assert.That(watch.Since("one", 5, 6), Is.EqualTo(TimeSpan.Zero));
        _wall.Advance(TimeSpan.FromSeconds(20));
        Assert.That(watch.Since("one", 5, 9), Is.EqualTo(TimeSpan.FromSeconds(20)));
        Assert.That(watch.Since("other", 5, 9), Is.EqualTo(TimeSpan.Zero), "each by itself");
        Assert.That(watch.Since("one", 6, 9), Is.EqualTo(TimeSpan.Zero));
        _wall.Advance(TimeSpan.FromSeconds(10));
        Assert.That(watch.Since("one", 9, 9), Is.Null);
        Assert.That(watch.Since("one", 9, 10), Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void What_was_not_looked_at_for_long_is_not_known_to_have_stood_still()
    {
        var watch = new ProgressWatch(_wall, TimeSpan.FromSeconds(30));
        watch.Since("one", 5, 6);
        _wall.Advance(TimeSpan.FromSeconds(120));
        Assert.That(watch.Since("one", 5, 6), Is.EqualTo(TimeSpan.FromSeconds(120)));
        _wall.Advance(TimeSpan.FromSeconds(121));
        Assert.That(watch.Since("one", 5, 6), Is.EqualTo(TimeSpan.Zero));
    }
}

using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Running;
using Journey.Host.Stores;
using Journey.Host.Stores.InMemory;

namespace Journey.Tests.Host.Running;

public sealed class PartitionShareTests
{
    private readonly InMemoryEventLog _log = new();

    private static Checkpoint At(long position) => position == 0 ? Checkpoint.Start : new Checkpoint(position.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private static RecordedEvent Event(int partition, long position) => new(
        position, "c", 1, partition, "test", "e", "Page Viewed", EventKind.Interaction, EventFlags.None, ContactChannel.Web, 0, 0, StoredPayload.Empty);

    [Test]
    public void It_begins_where_its_partition_that_is_furthest_behind_stands()
    {
        var share = new PartitionShare(_log, [new(3, 1, At(70)), new(9, 4, At(50)), new(63, 2, At(90))]);
        Assert.Multiple(() =>
        {
            Assert.That(share.Reached, Is.EqualTo(At(50)));
            Assert.That(share.Held, Is.EqualTo((1UL << 3) | (1UL << 9) | (1UL << 63)));
            Assert.That(share.IsEmpty, Is.False);
        });
    }

    [TestCase(3, 70, false, TestName = "What a partition has folded it does not await")]
    [TestCase(3, 71, true, TestName = "What comes behind it is awaited")]
    [TestCase(9, 70, true, TestName = "Each partition has a place of its own")]
    [TestCase(4, 99, false, TestName = "Of a partition that is another's nothing is awaited")]
    public void It_awaits_what_is_its_own_and_not_folded(int partition, long position, bool awaited) =>
        Assert.That(new PartitionShare(_log, [new(3, 1, At(70)), new(9, 4, At(50))]).Awaits(Event(partition, position)), Is.EqualTo(awaited));

    [Test]
    public void A_commit_moves_those_that_are_behind_and_leaves_those_that_are_further()
    {
        var share = new PartitionShare(_log, [new(3, 1, At(70)), new(9, 4, At(50))]);
        share.Reach(At(60), 60);
        Assert.That(share.Claims, Is.EqualTo(new PartitionClaim[] { new(3, 1, At(70)), new(9, 4, At(60)) }));
        Assert.That(share.Reached, Is.EqualTo(At(60)));
    }

    [Test]
    public void With_no_partition_there_is_nothing_to_fold()
    {
        var share = new PartitionShare(_log, []);
        Assert.That((share.IsEmpty, share.Held, share.Claims.Count), Is.EqualTo((true, 0UL, 0)));
    }
}

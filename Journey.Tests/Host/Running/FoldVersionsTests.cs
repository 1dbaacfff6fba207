using Journey.Domain.EventLog;
using Journey.Host.Running;
using Journey.Host.Stores;
using Journey.Projections.ReadModels;

namespace Journey.Tests.Host.Running;

public sealed class FoldVersionsTests
{
    private const string Coat = """{"cart_id":"c1","product_id":"p1","price":80,"quantity":1,"currency":"EUR"}""";

    [Test]
    public async Task What_another_version_folded_is_folded_again_before_it_is_used()
    {
        await using var shop = new Shopfront();
        await shop.PublishSamplesAsync();
        var first = shop.Processor();
        await first.PrepareAsync(CancellationToken.None);
        var customer = await shop.SayAsync("u1", "Product Added", Coat);
        await shop.SettleAsync(first);
        shop.Clock.Advance(TimeSpan.FromHours(2));
        await shop.SettleAsync(first);
        var events = (await shop.LogAsync()).Count;

        // As an older version would have left it: another mark, and rows that this version would not write.
        var mark = await shop.Store.CheckpointAsync("fold-version");
        await shop.Store.CommitAsync(new ProcessedBatch("fold-version", mark, new Checkpoint("v0"), [], [], new ReadModelChanges()));
        var wrong = new ReadModelChanges();
        wrong.Delete(ReadModelTables.Customers, customer);
        var committed = await shop.Store.CheckpointAsync(Processor.Consumer);
        await shop.Store.CommitAsync(new ProcessedBatch(Processor.Consumer, committed, committed, [], [], wrong));
        Assert.That((await new Verification(shop.Store).RunAsync(null, CancellationToken.None)).Holds, Is.False);

        var second = shop.Processor();
        await second.PrepareAsync(CancellationToken.None);

        Assert.Multiple(async () =>
        {
            Assert.That((await new Verification(shop.Store).RunAsync(null, CancellationToken.None)).Holds, Is.True);
            Assert.That((await shop.LogAsync()).Count, Is.EqualTo(events), "nothing is decided or appended by it");
            Assert.That(await shop.Store.CheckpointAsync("fold-version"), Is.EqualTo(mark));
        });
    }
}

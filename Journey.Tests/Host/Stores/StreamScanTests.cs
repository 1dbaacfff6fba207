using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Stores.Sqlite;
using Journey.Tests.Host.Running;

namespace Journey.Tests.Host.Stores;

public sealed class StreamScanTests
{
    [Test]
    public async Task Personal_values_are_read_as_every_other_reader_reads_them()
    {
        await using var shop = new Shopfront();
        var customer = await shop.SayAsync("u1", EventNames.Identified, traits: """{"email":"ann@shop.example"}""");
        var log = (await shop.Store.ReadStreamAsync(customer, 0, 10)).Events.Select(Json);
        using var scan = shop.Store.ScanStreams(head: 100, static _ => true, skipsImported: false);
        var scanned = new List<RecordedEvent>();
        scan.Read(scan.NumberOf(customer), customer, scanned, new PageBuffer(), static (_, _, _, _) => { });
        Assert.Multiple(() =>
        {
            Assert.That(scanned.Select(Json), Is.EqualTo(log));
            Assert.That(Json(scanned[0]), Does.Contain("ann@shop.example"));
        });
    }

    private static string Json(RecordedEvent recorded) => System.Text.Encoding.UTF8.GetString(recorded.Json.Span);
}

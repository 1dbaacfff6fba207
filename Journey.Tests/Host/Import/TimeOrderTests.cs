using System.Collections.Immutable;
using Journey.Domain.Identity;
using Journey.Host.Import;

namespace Journey.Tests.Host.Import;

public sealed class TimeOrderTests
{
    /// <summary>From everything in memory to more runs than are merged at a time.</summary>
    [TestCase(10_000)]
    [TestCase(1_000)]
    [TestCase(100)]
    [TestCase(3)]
    public void Rows_come_out_by_time_and_those_of_one_time_in_the_order_of_the_file(int runRows)
    {
        var dice = new Random(7);
        var rows = Enumerable.Range(1, 1_000).Select(line => Row(line, dice.Next(50))).ToArray();
        using var order = new TimeOrder(runRows);
        foreach (var row in rows)
        {
            order.Add(row);
        }

        Assert.That(
            order.InOrder().Select(row => (row.OccurredAt, row.Order)),
            Is.EqualTo(rows.OrderBy(row => row.OccurredAt).ThenBy(row => row.Order).Select(row => (row.OccurredAt, row.Order))));
        Assert.That(order.Count, Is.EqualTo(1_000));
    }

    [Test]
    public void A_row_comes_back_from_the_disk_as_it_went()
    {
        var row = new ImportRow(7, 12, "Order ✓", "web", "id-1", UInt128.MaxValue - 5, [new(IdentifierKind.Email, "a@b.it"), new(IdentifierKind.UserId, "ü")], [1, 2, 3]);
        using var order = new TimeOrder(runRowsMax: 1);
        order.Add(row);
        order.Add(row with { Order = 8, Id = null });
        var back = order.InOrder().ToArray();
        Assert.That(back.Select(Text), Is.EqualTo(new[] { Text(row), Text(row with { Order = 8, Id = null }) }));
    }

    [Test]
    public void Memory_is_bounded_by_bytes_too_and_nothing_is_left_on_the_disk()
    {
        var before = Folders();
        using (var order = new TimeOrder(runRowsMax: int.MaxValue, runBytesMax: 1_000))
        {
            for (var line = 1; line <= 20; line++)
            {
                order.Add(Row(line, 20 - line));
            }

            Assert.That(Folders().Except(before), Has.Some.Matches<string>(folder => Directory.GetFiles(folder).Length == 4));
            Assert.That(order.InOrder().First().Order, Is.EqualTo(20));
        }

        Assert.That(Folders().Except(before).Where(folder => Directory.GetFiles(folder).Length == 4), Is.Empty);
    }

    private static string[] Folders() => Directory.GetDirectories(Path.GetTempPath(), "journey-import-*");

    private static string Text(ImportRow row) =>
        $"{row.Order} {row.OccurredAt} {row.Name} {row.Channel} {row.Id} {row.Content} {string.Join(',', row.Identifiers)} {Convert.ToHexString(row.Payload)}";

    private static ImportRow Row(long line, long time) => new(line, time, "Seen", "web", null, 0, ImmutableArray<Identifier>.Empty, []);
}

using Journey.Domain.Identity;
using Journey.Host.Running.Rebuilding;

namespace Journey.Tests.Host.Running.Rebuilding;

public sealed class StreamSlicesTests
{
    [Test]
    public void Every_name_is_in_one_slice_whatever_it_is()
    {
        foreach (var name in (string[])["", "$definitions", "C", "a", "c", "c0", "c0f\uffff", "c0g", "c1", "cu", "czzz", "d", "ü", "\uffff"])
        {
            Assert.That(Holding(name), Has.Count.EqualTo(1), name);
        }
    }

    [Test]
    public void Customers_are_spread_over_all_of_them()
    {
        var counts = new int[StreamSlices.Count];
        for (var i = 0; i < 6_400; i++)
        {
            counts[Holding(CustomerId.FoundedBy(new Identifier(IdentifierKind.UserId, $"u{i}"))).Single()]++;
        }

        Assert.That(counts, Is.All.InRange(50, 150));
    }

    private static List<int> Holding(string name) =>
    [
        .. Enumerable.Range(0, StreamSlices.Count).Where(slice =>
            string.CompareOrdinal(name, StreamSlices.From(slice)) >= 0
            && (StreamSlices.Before(slice) is not { } before || string.CompareOrdinal(name, before) < 0)),
    ];
}

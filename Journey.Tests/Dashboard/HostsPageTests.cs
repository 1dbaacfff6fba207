using Journey.Tests.Crash;
using Journey.Tests.Postgres;

namespace Journey.Tests.Dashboard;

/// <summary>Two real hosts on one PostgreSQL, seen from one of them: what each holds, and what becomes of it when the other dies.</summary>
public sealed class HostsPageTests
{
    private readonly PostgresDatabase _database = new();
    private string _folder = "";

    [SetUp]
    public void Create() => _folder = Directory.CreateTempSubdirectory("journey-hosts-page-").FullName;

    [TearDown]
    public void Delete()
    {
        _database.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task Hosts_and_leases_are_seen_and_a_host_that_dies_is_seen_to_be_replaced_without_reading_the_page_anew()
    {
        var documents = Path.Combine(_folder, "journeys.yaml");
        await File.WriteAllTextAsync(documents, "rule: thank-you\non: Order Completed\ndo:\n  - { id: thank, send: { channel: web, template: thanks } }\n");
        await using var one = await ServerProcess.StartAsync(_database.Address, documents);
        await using var other = await ServerProcess.StartAsync(_database.Address, documents);
        await using var visit = await Visit.BeginAsync(Visit.Laptop, address: one.Url.GetLeftPart(UriPartial.Authority));
        await using var phone = await Visit.BeginAsync(Visit.Phone, dark: true, address: one.Url.GetLeftPart(UriPartial.Authority));
        await visit.OpenAsync("/hosts");
        await visit.Page.WaitForFunctionAsync("() => [...document.querySelectorAll('main .panel:first-of-type tbody tr')].filter(row => row.lastChild.textContent === '32').length === 2");
        await phone.OpenAsync("/hosts");
        await phone.Page.Locator(".badge-accent").First.WaitForAsync();

        Assert.That(await visit.Page.Locator(".partitions tbody tr").CountAsync(), Is.EqualTo(64));
        await visit.Page.Locator(".partitions .table-scroll").FocusAsync();
        await visit.Page.Keyboard.PressAsync("End");
        await visit.Page.WaitForFunctionAsync("() => document.querySelector('.partitions .table-scroll').scrollTop > 0");
        await WholeAsync(visit, "hosts-two");
        await WholeAsync(phone, "hosts-two");

        await other.KillAsync();
        await visit.Page.Locator(".badge-bad").GetByText("silent").WaitForAsync();
        await visit.Page.WaitForFunctionAsync("() => new Set([...document.querySelectorAll('.partitions tbody td:nth-child(2)')].map(cell => cell.textContent)).size === 1");
        await visit.PictureAsync("hosts-one-died");
        Assert.That(visit.Wrongs.Concat(phone.Wrongs), Is.Empty);
    }

    private static async Task WholeAsync(Visit visit, string name)
    {
        await visit.PictureAsync(name);
        var (overflow, cutOff) = (await visit.OverflowAsync(), await visit.CutOffAsync());
        Assert.Multiple(() =>
        {
            Assert.That(overflow, Is.LessThanOrEqualTo(0));
            Assert.That(cutOff, Is.Empty);
        });
        Assert.That(await visit.BarriersAsync(), Is.Empty);
    }
}

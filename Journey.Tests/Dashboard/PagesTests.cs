namespace Journey.Tests.Dashboard;

/// <summary>Every page, on a laptop and on a phone, in light and in dark: it shows what it should, to everybody, and asks nobody else.</summary>
[Parallelizable(ParallelScope.Children)]
public sealed class PagesTests
{
    private static IEnumerable<TestCaseData> Cases() =>
        from page in DashboardPaths.All
        from width in new[] { Visit.Laptop, Visit.Phone }
        select new TestCaseData(page.Name, page.Path, width).SetArgDisplayNames(page.Name, width.ToString());

    [TestCaseSource(nameof(Cases))]
    public async Task A_page_is_whole_open_to_all_and_quiet(string name, string path, int width)
    {
        await using var visit = await Visit.BeginAsync(width, dark: width == Visit.Phone);
        await DashboardPaths.OpenAsync(visit, name, path);
        await visit.PictureAsync(name);
        var barriers = await visit.BarriersAsync();
        var overflow = await visit.OverflowAsync();
        var cutOff = await visit.CutOffAsync();
        await visit.TurnAsync(dark: width == Visit.Laptop);
        var barriersTurned = await visit.BarriersAsync(colours: true);
        Assert.Multiple(() =>
        {
            Assert.That(barriers, Is.Empty);
            Assert.That(barriersTurned, Is.Empty, "after the light was turned");
            Assert.That(overflow, Is.LessThanOrEqualTo(0));
            Assert.That(cutOff, Is.Empty);
            Assert.That(visit.Wrongs.Where(wrong => name != "not-found" || !wrong.Contains("404", StringComparison.Ordinal)), Is.Empty);
        });
    }
}

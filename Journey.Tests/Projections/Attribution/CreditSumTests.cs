using Journey.Domain.Time;
using Journey.Projections.Attribution;

namespace Journey.Tests.Projections.Attribution;

public sealed class CreditSumTests
{
    [Test]
    public void In_every_model_credit_sums_to_the_conversions_and_to_the_revenue([Range(1, 12)] int seed, [Values("EUR", "JPY", "KWD")] string currency)
    {
        var dice = new Random(seed);
        var run = new AttributionRun(new AttributionOptions
        {
            Currency = currency,
            By = seed % 2 == 0 ? AttributionDimension.Channel : AttributionDimension.Campaign,
            Order = (seed % 3) + 1,
            Lookback = dice.Next(1, 30) * Instants.Day,
            From = 20 * Instants.Day,
            To = 80 * Instants.Day,
        });
        for (var customer = 0; customer < 60; customer++)
        {
            var touches = Enumerable.Range(0, dice.Next(12))
                .Select(i => new Touch(dice.Next(100) * Instants.Day, i, (TouchKind)dice.Next(4), $"channel{dice.Next(6)}", dice.Next(2) == 0 ? null : $"campaign{dice.Next(4)}"));
            var conversions = Enumerable.Range(0, dice.Next(3))
                .Select(i => new Converted(dice.Next(100) * Instants.Day, 100 + i, dice.Next(5) == 0 ? null : dice.Next(-1_000, 1_000_000) / 1_000m, dice.Next(6) == 0 ? "USD" : currency));
            run.Add([.. touches], [.. conversions]);
        }

        var report = run.Close(new Dictionary<string, long> { ["channel1"] = 5_000 });
        Assert.That(report.Conversions, Is.GreaterThan(0));
        Assert.That(report.Models.Select(static model => model.Model), Is.EqualTo(AttributionModels.All));
        foreach (var model in report.Models)
        {
            Assert.That(model.Rows.Sum(static row => row.Conversions), Is.EqualTo((decimal)report.Conversions), model.Model.ToString());
            Assert.That(model.Rows.Sum(static row => row.Revenue), Is.EqualTo(report.Revenue), model.Model.ToString());
        }
    }
}

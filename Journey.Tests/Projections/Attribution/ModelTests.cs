using Journey.Domain.Time;
using Journey.Projections.Attribution;

namespace Journey.Tests.Projections.Attribution;

/// <summary>What each model makes of one path: search, direct, email, direct, converted.</summary>
public sealed class ModelTests
{
    private const long Now = 100 * Instants.Day;

    private static readonly List<Touch> Path =
    [
        new(Now - (14 * Instants.Day), 1, TouchKind.Campaign, "search", "spring"),
        new(Now - (7 * Instants.Day), 2, TouchKind.Direct, "direct", null),
        new(Now - (7 * Instants.Day), 3, TouchKind.Click, "email", "welcome"),
        new(Now, 4, TouchKind.Direct, "direct", null),
    ];

    private static string Credit(AttributionOptions options, params Converted[] conversions)
    {
        var run = new AttributionRun(options);
        run.Add([.. Path], conversions.Length > 0 ? conversions : [new Converted(Now, 5, 100m, "EUR")]);
        return string.Join(", ", run.Close(new Dictionary<string, long>()).Models.Single().Rows
            .Select(static row => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{row.Name} {row.Conversions:0.######} {row.Revenue}")));
    }

    [TestCase(AttributionModel.First, "search 1 100.00")]
    [TestCase(AttributionModel.Last, "direct 1 100.00")]
    [TestCase(AttributionModel.LastNonDirect, "email 1 100.00")]
    [TestCase(AttributionModel.Linear, "direct 0.5 50.00, email 0.25 25.00, search 0.25 25.00")]
    [TestCase(AttributionModel.TimeDecay, "direct 0.666667 66.67, email 0.222222 22.22, search 0.111111 11.11", Description = "1/4, 1/2, 1/2 and 1, of 9/4")]
    [TestCase(AttributionModel.PositionBased, "direct 0.5 50.00, search 0.4 40.00, email 0.1 10.00")]
    [TestCase(AttributionModel.Markov, "direct 0.4 40.00, search 0.4 40.00, email 0.2 20.00", Description = "without the first two nobody converts; without the email those half who go on from direct to it are lost")]
    [TestCase(AttributionModel.Shapley, "search 0.333334 33.34, direct 0.333333 33.33, email 0.333333 33.33")]
    public void Each_model_spreads_the_credit_in_its_own_way(AttributionModel model, string expected) =>
        Assert.That(Credit(new AttributionOptions { Models = [model] }), Is.EqualTo(expected));

    [Test]
    public void By_campaign_a_click_is_its_journeys_and_what_has_none_is_none() => Assert.That(
        Credit(new AttributionOptions { Models = [AttributionModel.Linear], By = AttributionDimension.Campaign }),
        Is.EqualTo("(none) 0.5 50.00, spring 0.25 25.00, welcome 0.25 25.00"));

    [TestCase(7, "direct 1 100.00", Description = "a touch just as old as the window is out")]
    [TestCase(8, "direct 0.666667 66.67, email 0.333333 33.33")]
    public void Touches_count_within_the_lookback(int days, string expected) => Assert.That(
        Credit(new AttributionOptions { Models = [AttributionModel.Linear], Lookback = days * Instants.Day }), Is.EqualTo(expected));

    [Test]
    public void The_half_life_and_the_shares_of_first_and_last_can_be_said()
    {
        Assert.That(Credit(new AttributionOptions { Models = [AttributionModel.PositionBased], FirstShare = 0.5, LastShare = 0.3 }),
            Is.EqualTo("search 0.5 50.00, direct 0.4 40.00, email 0.1 10.00"));
        Assert.That(Credit(new AttributionOptions { Models = [AttributionModel.TimeDecay], HalfLife = 14 * Instants.Day }), Does.StartWith("direct 0.585787 58.58"),
            "(1 + 0.707107) of 0.5 + 2 × 0.707107 + 1");
    }

    [Test]
    public void A_conversion_without_touches_is_credited_to_none() => Assert.That(
        Credit(new AttributionOptions { Models = [AttributionModel.First] }, new Converted(Now - (20 * Instants.Day), 0, 5m, "EUR"), new Converted(Now, 5, 1m, "EUR")),
        Is.EqualTo("(none) 1 5.00, search 1 1.00"));

    [Test]
    public void Only_conversions_of_the_period_count_the_end_not_included() => Assert.That(
        Credit(new AttributionOptions { Models = [AttributionModel.Last], From = Now, To = Now + 1 },
            new Converted(Now - 1, 5, 10m, "EUR"), new Converted(Now, 6, 20m, "EUR"), new Converted(Now + 1, 7, 40m, "EUR")),
        Is.EqualTo("direct 1 20.00"));

    [Test]
    public void Other_currencies_count_and_are_told_apart()
    {
        var run = new AttributionRun(new AttributionOptions { Models = [AttributionModel.Last] });
        run.Add([.. Path], [new Converted(Now, 5, 10m, "EUR"), new Converted(Now, 6, 7m, "USD"), new Converted(Now, 7, null, "EUR")]);
        var report = run.Close(new Dictionary<string, long>());
        Assert.That((report.Conversions, report.Revenue), Is.EqualTo((3, 10m)));
        Assert.That(report.Elsewhere, Is.EqualTo(new[] { new RevenueElsewhere("USD", 1, 7m) }));
        Assert.That(report.Models[0].Rows[0].Conversions, Is.EqualTo(3m));
    }

    [Test]
    public void Costs_give_what_came_back_of_them()
    {
        var run = new AttributionRun(new AttributionOptions { Models = [AttributionModel.First] });
        run.Add([.. Path], [new Converted(Now, 5, 100m, "EUR")]);
        var rows = run.Close(new Dictionary<string, long> { ["search"] = 8_000, ["social"] = 1_000 }).Models.Single().Rows;
        Assert.That(rows, Is.EqualTo(new[] { new CreditRow("search", 1m, 100.00m, 80.00m, 0.25), new CreditRow("social", 0m, 0.00m, 10.00m, -1) }));
    }

    [Test]
    public void A_touch_that_arrives_late_is_put_where_it_happened()
    {
        var run = new AttributionRun(new AttributionOptions { Models = [AttributionModel.First] });
        run.Add([.. Path, new Touch(Now - (20 * Instants.Day), 900, TouchKind.Visit, "store", null)], [new Converted(Now, 5, 1m, "EUR")]);
        Assert.That(run.Close(new Dictionary<string, long>()).Models.Single().Rows.Single().Name, Is.EqualTo("store"));
    }

    [Test]
    public void A_landing_by_a_messages_link_is_the_click_on_it()
    {
        var run = new AttributionRun(new AttributionOptions { Models = [AttributionModel.Linear], By = AttributionDimension.Campaign });
        run.Add(
            [
                new Touch(Now, 1, TouchKind.Click, "email", "welcome"),
                new Touch(Now + AttributionRun.LandingMax, 2, TouchKind.Campaign, "email", "news"),
                new Touch(Now + AttributionRun.LandingMax + 1, 3, TouchKind.Campaign, "email", "sale"),
            ],
            [new Converted(Now + Instants.Hour, 5, null, "EUR")]);
        Assert.That(run.Close(new Dictionary<string, long>()).Models.Single().Rows.Select(static row => row.Name), Is.EquivalentTo(new[] { "welcome", "sale" }));
    }

    [Test]
    public void The_last_hundred_touches_and_five_hundred_names_are_told_apart()
    {
        var run = new AttributionRun(new AttributionOptions { Models = [AttributionModel.First] });
        run.Add([.. Enumerable.Range(0, AttributionRun.TouchesMax + 1).Select(static i => new Touch(Now + i, i, TouchKind.Visit, $"t{i}", null))], [new Converted(Now + 1_000, 999, null, "EUR")]);
        Assert.That(run.Close(new Dictionary<string, long>()).Models.Single().Rows.Single().Name, Is.EqualTo("t1"));

        run = new AttributionRun(new AttributionOptions { Models = [AttributionModel.First] });
        for (var i = 0; i < AttributionRun.NamesMax + 2; i++)
        {
            run.Add([new Touch(Now, 1, TouchKind.Visit, $"n{i}", null)], [new Converted(Now, 2, null, "EUR")]);
        }

        var rows = run.Close(new Dictionary<string, long>()).Models.Single().Rows;
        Assert.That((rows.Length, rows[0].Name, rows[0].Conversions), Is.EqualTo((AttributionRun.NamesMax + 1, AttributionRun.Other, 2m)));
    }
}

using System.Net;
using System.Text.Json;
using Journey.Domain.Events;
using Journey.Tests.Host.Http;
using Journey.Tests.Projections;

namespace Journey.Tests.Host.Reports;

/// <summary>What carts, journeys, deliveries and channels come to, over HTTP, from a story told to a real store.</summary>
public sealed class ResultEndpointTests
{
    private const string Reminder = """
        journey: reminder
        key: cart.id
        enter: { on: Cart Abandoned }
        exit: { on: Order Completed, as: converted }
        goal: { on: Order Completed, within: 3d }
        steps:
          - { id: remind, send: { channel: chat, template: cart-reminder } }
          - { id: rest, wait: 2d }
        """;

    private static readonly Story Told = Tell();
    private ServerUnderTest _server = null!;

    private static string Message => Told.Log.First(static e => e.Name == EventNames.MessageRequested).Id;

    [OneTimeSetUp]
    public async Task Start()
    {
        _server = await ServerUnderTest.StartAsync(with: services => services with { Definitions = () => Told.DefinitionsAt(long.MaxValue) });
        await ToldStore.TellAsync(_server.Store, Told);
    }

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    /// <summary>Two people leave a cart each: one comes back by a search advertisement, is reminded, and buys; the other's is left behind.</summary>
    private static Story Tell()
    {
        var story = new Story(Reminder)
            .Then("2026-03-01T10:00Z", "Product Added", new { cart_id = "c1", product_id = "p1", price = 80.5m, utm_medium = "cpc", utm_campaign = "spring" })
            .Then("2026-03-01T10:00Z", "Product Added", new { cart_id = "c2", product_id = "p1", price = 20 }, "app", customer: "c0000000000000002")
            .Then("2026-03-01T10:30Z", EventNames.CampaignCostRecorded, new { cost = 40, channel = "cpc", campaign = "spring" }, customer: "c00000000000000c0")
            .Until("2026-03-01T12:00Z");
        var message = story.Log.First(static e => e.Name == EventNames.MessageRequested && e.Stream == Story.Customer).Id;
        return story.Then("2026-03-01T12:01Z", EventNames.MessageSent, new { decision = message }, kind: EventKind.Outcome)
            .Then("2026-03-01T13:00Z", EventNames.MessageClicked, new { message_id = message }, "chat")
            .Then("2026-03-02T11:00Z", "Order Completed", new { cart_id = "c1", order_id = "o1", total = "80.50" })
            .Then("2026-03-02T11:05Z", "Trial Started", new { value = 5 });
    }

    [Test]
    public async Task Carts_are_summed_up_by_day_and_channel()
    {
        var stats = await _server.GetAsync("/v1/carts/stats");
        Assert.That(stats.GetProperty("atRisk").ToString(), Is.EqualTo("""[{"currency":"EUR","amount":"20.00"}]"""));
        Assert.That(stats.GetProperty("recovered").ToString(), Is.EqualTo("""[{"currency":"EUR","amount":"80.50"}]"""));
        Assert.That(stats.GetProperty("recoveryRate").GetDouble(), Is.EqualTo(0.5));
        Assert.That(stats.GetProperty("medianSecondsToRecovery").GetDouble(), Is.EqualTo(86_400));
        Assert.That(stats.GetProperty("days").EnumerateArray().Select(static day =>
                $"{day.GetProperty("day")} {day.GetProperty("channel")} {day.GetProperty("started")} {day.GetProperty("abandoned")} {day.GetProperty("recovered")}"),
            Is.EqualTo(new[] { "2026-03-01 app 1 1 0", "2026-03-01 web 1 1 0", "2026-03-02 web 0 0 1" }));
    }

    [TestCase("?channel=app", 1, 0)]
    [TestCase("?from=2026-03-02", 0, 1)]
    [TestCase("?to=2026-03-02", 2, 0)]
    [TestCase("?from=2026-03-01T23:00Z&to=2026-03-02T00:00:01Z", 2, 1)]
    public async Task Or_those_of_a_channel_and_a_period(string query, int abandoned, int recovered)
    {
        var stats = await _server.GetAsync($"/v1/carts/stats{query}");
        Assert.That((stats.GetProperty("abandoned").GetInt32(), stats.GetProperty("recoveredCarts").GetInt32()), Is.EqualTo((abandoned, recovered)));
    }

    [Test]
    public async Task A_journeys_results_say_who_is_where_and_what_it_brought()
    {
        var results = await _server.GetAsync("/v1/journeys/reminder/results");
        Assert.That((results.GetProperty("entered").GetInt32(), results.GetProperty("active").GetInt32()), Is.EqualTo((2, 1)));
        Assert.That(results.GetProperty("ended").ToString(), Is.EqualTo("""[{"reason":"converted","count":1}]"""));
        Assert.That(results.GetProperty("steps").ToString(), Is.EqualTo(
            """[{"step":"remind","waiting":0,"arrivals":2,"oldestSince":null},{"step":"rest","waiting":1,"arrivals":2,"oldestSince":"2026-03-01T11:00:00Z"}]"""));
        Assert.That(results.GetProperty("versions").ToString(), Is.EqualTo("""[{"version":1,"entered":2,"active":1,"ended":1,"goals":1}]"""));
        Assert.That(results.GetProperty("goals").ToString(), Is.EqualTo(
            """{"treated":{"runs":2,"goals":1,"rate":0.5},"holdout":{"runs":0,"goals":0,"rate":null},"lift":null}"""));
        Assert.That((await _server.GetAsync("/v1/journeys/reminder/results?version=1")).GetProperty("entered").GetInt32(), Is.EqualTo(2));
    }

    [TestCase("/v1/journeys/none/results")]
    [TestCase("/v1/journeys/reminder/results?version=2")]
    [TestCase("/v1/deliveries/none")]
    public async Task What_is_not_there_is_not_found(string path)
    {
        using var response = await _server.Client.GetAsync(path);
        await response.IsProblemAsync(HttpStatusCode.NotFound);
    }

    [TestCase("/v1/journeys/reminder/results?version=0", "version")]
    [TestCase("/v1/runs?state=gone", "state")]
    [TestCase("/v1/deliveries/stats?by=team", "by")]
    [TestCase("/v1/carts/stats?from=soon", "from")]
    [TestCase("/v1/attribution?model=best", "model")]
    [TestCase("/v1/attribution?lookback=401d", "lookback")]
    [TestCase("/v1/attribution?lookback=59s", "lookback")]
    [TestCase("/v1/attribution?order=4", "order")]
    [TestCase("/v1/attribution?first=60&last=41", "last")]
    public async Task A_wrong_parameter_is_named(string path, string parameter)
    {
        using var response = await _server.Client.GetAsync(path);
        var problem = await response.IsProblemAsync(HttpStatusCode.BadRequest);
        Assert.That(problem.GetProperty("errors").GetProperty(parameter).GetArrayLength(), Is.EqualTo(1));
    }

    [TestCase("?journey=reminder&state=active", "c0000000000000002")]
    [TestCase("?journey=reminder&state=ended", Story.Customer)]
    [TestCase("?step=rest&version=1&state=active", "c0000000000000002")]
    public async Task Runs_are_listed_by_step_version_and_state(string query, string customer)
    {
        var items = (await _server.GetAsync($"/v1/runs{query}")).GetProperty("items");
        Assert.That(items.EnumerateArray().Select(static run => run.GetProperty("customer").GetString()), Is.EqualTo(new[] { customer }));
    }

    [Test]
    public async Task Deliveries_are_counted_by_step()
    {
        var items = (await _server.GetAsync("/v1/deliveries/stats?by=step")).GetProperty("items");
        Assert.That(items.ToString(), Is.EqualTo(
            """[{"name":"reminder/remind","requested":2,"sent":1,"delivered":0,"opened":0,"clicked":1,"bounced":0,"failed":0,"complained":0,"suppressed":[]}]"""));
        Assert.That((await _server.GetAsync("/v1/deliveries/stats?by=day&to=2026-03-01")).GetProperty("items").GetArrayLength(), Is.EqualTo(0));
    }

    [Test]
    public async Task One_message_is_answered_with_its_life()
    {
        var found = Told.Log.First(static e => e.Name == EventNames.MessageRequested && e.Stream == Story.Customer).Id;
        var detail = await _server.GetAsync($"/v1/deliveries/{found}");
        Assert.That(detail.GetProperty("message").GetProperty("state").GetString(), Is.EqualTo("clicked"));
        Assert.That(detail.GetProperty("events").EnumerateArray().Select(static e => e.GetProperty("name").GetString()),
            Is.SupersetOf(new[] { EventNames.MessageRequested, EventNames.MessageSent, EventNames.MessageClicked }));
        Assert.That(Message, Is.Not.Empty);
    }

    [Test]
    public async Task Every_model_says_whom_the_order_is_owed_to()
    {
        var answer = await _server.GetAsync("/v1/attribution");
        Assert.That((answer.GetProperty("conversions").GetInt32(), answer.GetProperty("revenue").GetString(), answer.GetProperty("currency").GetString()), Is.EqualTo((1, "80.50", "EUR")));
        Assert.That(answer.GetProperty("models").EnumerateArray().Select(static model => $"{model.GetProperty("model")}: {string.Join(' ', Names(model))}"), Is.EqualTo(new[]
        {
            "first: cpc", "last: direct cpc", "last-non-direct: chat cpc", "linear: cpc chat direct", "time-decay: direct chat cpc",
            "position-based: cpc direct chat", "markov: direct cpc chat", "shapley: cpc chat direct",
        }));
    }

    [Test]
    public async Task By_campaign_with_what_it_cost()
    {
        var answer = await _server.GetAsync("/v1/attribution?model=first&by=campaign");
        Assert.That(answer.GetProperty("models")[0].GetProperty("rows").ToString(), Is.EqualTo("""[{"name":"spring","conversions":1,"revenue":"80.50","cost":"40.00","roi":1.0125}]"""));
    }

    [Test]
    public async Task Any_event_can_be_the_conversion()
    {
        var answer = await _server.GetAsync("/v1/attribution?conversion=Trial%20Started&model=last-non-direct");
        Assert.That((answer.GetProperty("conversions").GetInt32(), answer.GetProperty("revenue").GetString()), Is.EqualTo((1, "5.00")));
        Assert.That(Names(answer.GetProperty("models")[0]).First(), Is.EqualTo("chat"));
        Assert.That((await _server.GetAsync("/v1/attribution?conversion=Nothing")).GetProperty("conversions").GetInt32(), Is.EqualTo(0));
    }

    private static IEnumerable<string?> Names(JsonElement model) => model.GetProperty("rows").EnumerateArray().Select(static row => row.GetProperty("name").GetString());
}

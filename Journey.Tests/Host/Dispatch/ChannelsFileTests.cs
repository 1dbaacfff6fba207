using Journey.Host.Dispatch;

namespace Journey.Tests.Host.Dispatch;

public sealed class ChannelsFileTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    [Test]
    public void A_whole_file_is_read()
    {
        var options = Parse($$"""
            channels:
              email: { webhook: { url: https://mail.example.com/hook?team=1, secret: {{Secret}}, attempts: 3, timeout: 5s, firstDelay: 2s, delayMax: 1m,
                giveUpAfter: 1h, rate: 12.5, concurrency: 8, breakRatio: 0.25, breakMinimum: 4, breakSampling: 1m, breakDuration: 2m } }
              sms: console
              push: { console: { content: true } }
              task: { webhook: { url: "${TASKS}", secret: ["${NEW}", {{Secret}}] } }
            default: { console: { content: false } }
            calls: { secret: "${NEW}", attempts: 2 }
            dispatch: { openDeliveries: 10, pageEvents: 20, checkpointEvery: 2s, drainTimeout: 30s }
            """).Options!;

        var email = (ChannelOptions.Webhook)options.For("email");
        Assert.That(email.Url, Is.EqualTo(new Uri("https://mail.example.com/hook?team=1")));
        Assert.That(email.Resilience, Is.EqualTo(new ResilienceOptions
        {
            AttemptsMax = 3,
            AttemptTimeout = TimeSpan.FromSeconds(5),
            FirstDelay = TimeSpan.FromSeconds(2),
            DelayMax = TimeSpan.FromMinutes(1),
            GiveUpAfter = TimeSpan.FromHours(1),
            RatePerSecond = 12.5,
            ConcurrencyMax = 8,
            BreakRatio = 0.25,
            BreakMinimum = 4,
            BreakSampling = TimeSpan.FromMinutes(1),
            BreakDuration = TimeSpan.FromMinutes(2),
        }));
        Assert.That(((ChannelOptions.Console)options.For("sms")).ShowContent, Is.False);
        Assert.That(((ChannelOptions.Console)options.For("push")).ShowContent, Is.True);
        Assert.That(((ChannelOptions.Webhook)options.For("task")).Secrets, Has.Length.EqualTo(2));
        Assert.That(options.For("kiosk"), Is.SameAs(options.Default));
        Assert.That(options.Calls.Resilience.AttemptsMax, Is.EqualTo(2));
        Assert.That(options.Calls.Secrets, Has.Length.EqualTo(1));
        Assert.That(
            (options.OpenDeliveriesMax, options.PageEventsMax, options.CheckpointEvery, options.DrainTimeout),
            Is.EqualTo((10, 20, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(30))));
    }

    [Test]
    public void An_empty_file_sends_everything_to_the_console() =>
        Assert.That(Parse("").Options!.For("email"), Is.InstanceOf<ChannelOptions.Console>());

    [TestCase("chanels: {}", "c.yaml:1:1: S106: The key `chanels` means nothing here. Expected one of channels, default, calls, dispatch. Did you mean `channels`?")]
    [TestCase("channels: []", "c.yaml:1:11: S107: `channels` has the wrong shape. Expected a mapping.")]
    [TestCase("channels: { Email: console }", "c.yaml:1:13: S108: `Email` cannot be used: a channel's name is lower-case letters, digits and hyphens, 40 at most.")]
    [TestCase("channels: { email: webhook }", "c.yaml:1:20: S107: `email` has the wrong shape. Expected `console`, or one of console and webhook with its settings.")]
    [TestCase("channels: { email: { webhok: {} } }", "c.yaml:1:22: S106: The key `webhok` means nothing here. Expected one of console, webhook. Did you mean `webhook`?")]
    [TestCase("channels: { email: { webhook: { secret: " + Secret + " } } }", "c.yaml:1:31: S109: `url` is missing. Expected the receiver's address, https://….")]
    [TestCase("channels: { email: { webhook: { url: https://x } } }", "c.yaml:1:31: S109: `secret` is missing. Expected whsec_… to sign with, or ${NAME} of the environment.")]
    [TestCase("channels: { email: { webhook: { url: ftp://x, secret: " + Secret + " } } }", "c.yaml:1:38: S108: `url` cannot be used: it must be absolute, http or https, without user, password or fragment.")]
    [TestCase("channels: { email: { webhook: { url: https://u:p@x, secret: " + Secret + " } } }", "c.yaml:1:38: S108: `url` cannot be used: it must be absolute, http or https, without user, password or fragment.")]
    [TestCase("channels: { email: { webhook: { url: https://x, secret: hush } } }", "c.yaml:1:57: S108: `secret` cannot be used: a secret begins with whsec_.")]
    [TestCase("channels: { email: { webhook: { url: https://x, secret: '${NONE}' } } }", "c.yaml:1:57: S108: `secret` cannot be used: the environment variable NONE is not set.")]
    [TestCase("channels: { email: { webhook: { url: https://x, secret: [] } } }", "c.yaml:1:57: S107: `secret` has the wrong shape. Expected one secret, or a list of at most 5.")]
    [TestCase("calls: { attempts: 0 }", "c.yaml:1:20: S108: `attempts` cannot be used: AttemptsMax must be between 1 and 20.")]
    [TestCase("calls: { attempts: many }", "c.yaml:1:20: S108: `attempts` cannot be used: a whole number is expected.")]
    [TestCase("calls: { timeout: soon }", "c.yaml:1:19: S108: `timeout` cannot be used: a duration such as 30m, 4h, 1h30m, 7d or PT4H is expected.")]
    [TestCase("default: { console: { content: yes } }", "c.yaml:1:32: S107: `content` has the wrong shape. Expected true or false.")]
    [TestCase("dispatch: { pageEvents: [1] }", "c.yaml:1:25: S107: `pageEvents` has the wrong shape. Expected one value.")]
    public void A_fault_says_where_and_what(string text, string expected)
    {
        var parse = Parse(text);

        Assert.That(parse.Options, Is.Null);
        Assert.That(parse.Faults.Select(fault => fault.ToString()), Is.EqualTo(new[] { expected }));
    }

    [Test]
    public void Every_fault_is_reported_at_once() =>
        Assert.That(
            Parse("channels:\n  email: { webhook: { url: 7 } }\n  sms: 7\ncalls: { rate: x }").Faults.Select(fault => $"{fault.At.Line}:{fault.Code}"),
            Is.EqualTo(new[] { "2:S108", "2:S109", "3:S107", "4:S108" }));

    [TestCaseSource(nameof(Edges))]
    public void Settings_are_allowed_up_to_their_bounds_and_not_beyond(Action<string> set, string inside, string outside)
    {
        Assert.That(() => set(inside), Throws.Nothing);
        Assert.That(() => set(outside), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    private static IEnumerable<TestCaseData> Edges()
    {
        yield return Edge("attempts", text => new ResilienceOptions { AttemptsMax = int.Parse(text) }, ("1", "0"), ("20", "21"));
        yield return Edge("rate", text => new ResilienceOptions { RatePerSecond = double.Parse(text) }, ("0.01", "0.009"), ("100000", "100001"));
        yield return Edge("concurrency", text => new ResilienceOptions { ConcurrencyMax = int.Parse(text) }, ("1", "0"), ("1024", "1025"));
        yield return Edge("timeout", text => new ResilienceOptions { AttemptTimeout = TimeSpan.Parse(text) }, ("0:00:00.01", "0:00:00.009"), ("1.00:00", "1.00:01"));
        yield return Edge("breakMinimum", text => new ResilienceOptions { BreakMinimum = int.Parse(text) }, ("2", "1"), ("10000", "10001"));
        yield return Edge("breakRatio", text => new ResilienceOptions { BreakRatio = double.Parse(text) }, ("0.001", "0"), ("1", "1.1"));
        yield return Edge("openDeliveries", text => new DispatchOptions { OpenDeliveriesMax = int.Parse(text) }, ("1", "0"), ("100000", "100001"));
        yield return Edge("pageEvents", text => new DispatchOptions { PageEventsMax = int.Parse(text) }, ("1", "0"), ("10000", "10001"));
        yield return Edge("drainTimeout", text => new DispatchOptions { DrainTimeout = TimeSpan.Parse(text) }, ("0:00", "-0:01"), ("0:05", "0:06"));

        static TestCaseData Edge(string name, Func<string, object> set, (string In, string Out) low, (string In, string Out) high) => new TestCaseData(
            (Action<string>)(texts => Array.ForEach(texts.Split('|'), text => set(text))), $"{low.In}|{high.In}", low.Out).SetArgDisplayNames(name);
    }

    private static ChannelsParse Parse(string text) => ChannelsFile.Parse(text, "c.yaml", name => name switch
    {
        "TASKS" => "http://127.0.0.1:8080/tasks",
        "NEW" => "whsec_" + Convert.ToBase64String(new byte[32]),
        _ => null,
    });
}

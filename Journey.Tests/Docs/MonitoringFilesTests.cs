using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Journey.Tests.Docs;

/// <summary>The files that operators load into their own tools: they ask for metrics that there are, and nothing else.</summary>
public sealed partial class MonitoringFilesTests
{
    private static readonly string _folder = Path.Combine(Approved.Repository, "docs", "how-to");

    [Test]
    public void Alerts_ask_for_metrics_that_there_are()
    {
        using var file = File.OpenText(Path.Combine(_folder, "monitoring", "journey.rules.yml"));
        var yaml = new YamlStream();
        yaml.Load(file);
        var rules = (YamlSequenceNode)yaml.Documents[0].RootNode["groups"][0]["rules"];
        Assert.Multiple(() =>
        {
            Assert.That(rules.Children.Select(rule => (string)rule["alert"]!), Is.Unique.And.Not.Empty);
            foreach (var rule in rules)
            {
                Assert.That(Names((string)rule["expr"]!).Distinct(), Is.SubsetOf(Documented().Append("up")), (string)rule["alert"]!);
                Assert.That((string)rule["annotations"]["summary"]!, Is.Not.Empty);
            }
        });
    }

    [Test]
    public void Panels_ask_for_metrics_that_there_are()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "monitoring", "grafana-dashboard.json")));
        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().ToList();
        Assert.Multiple(() =>
        {
            Assert.That(panels.Select(panel => panel.GetProperty("id").GetInt32()), Is.Unique.And.Not.Empty);
            foreach (var panel in panels)
            {
                var asked = panel.GetProperty("targets").EnumerateArray().SelectMany(target => Names(target.GetProperty("expr").GetString()!)).Distinct().ToList();
                Assert.That(asked, Is.SubsetOf(Documented()).And.Not.Empty, panel.GetProperty("title").GetString());
            }
        });
    }

    /// <summary>What the page on monitoring lists; histograms are asked for by their buckets.</summary>
    private static HashSet<string> Documented() =>
        [.. Metric().Matches(File.ReadAllText(Path.Combine(_folder, "monitor.md"))).Select(match => match.Value)];

    private static IEnumerable<string> Names(string expression) =>
        Metric().Matches(expression).Select(match => match.Value.EndsWith("_bucket", StringComparison.Ordinal) ? match.Value[..^7] : match.Value)
            .Concat(expression.StartsWith("up{", StringComparison.Ordinal) ? ["up"] : []);

    [GeneratedRegex("journey_[a-z_]+")]
    private static partial Regex Metric();
}

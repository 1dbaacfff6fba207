using System.Xml.Linq;
using Journey.Host.Maps;
using Journey.Projections.Maps;

namespace Journey.Tests.Host.Maps;

public sealed class MapPictureTests
{
    private static JourneyMap Map { get; } = new(
        3,
        9,
        new(3_600, 1_800, 7_000),
        [new("Product \"Viewed\"", 4, 3, 2, 1, 1, 1), new("Order <b>Completed</b>", 3, 2, 0, 2, 1, 0), new("Home", 2, 1, 1, 0, 0, 0)],
        [
            new("Product \"Viewed\"", "Order <b>Completed</b>", 3, 2, 90.5, 60, 118.2),
            new("Product \"Viewed\"", "Product \"Viewed\"", 1, 1, 86_400, 86_400, 86_400),
            new("Home", "Product \"Viewed\"", 1, 1, 1, 1, 1),
            new("Order <b>Completed</b>", "Home", 1, 1, 2, 2, 2),
        ],
        [new("Product \"Viewed\"", 2), new("Home", 1)],
        [new("Order <b>Completed</b>", 2), new("Product \"Viewed\"", 1)],
        [],
        IsExact: true);

    [Test]
    public void For_Graphviz() => Approved.Matches(MapText.Dot(Map));

    [Test]
    public void For_Mermaid() => Approved.Matches(MapText.Mermaid(Map));

    [Test]
    public void A_picture_shows_every_activity_and_every_arc_and_is_the_same_each_time()
    {
        var svg = MapSvg.Write(Map);
        var picture = XDocument.Parse(svg).Root!;
        XNamespace ns = "http://www.w3.org/2000/svg";
        var texts = picture.Elements(ns + "text").Select(static text => text.Value).ToArray();

        Assert.That(texts, Is.SupersetOf(new[] { "Product \"Viewed\"", "Order <b>Completed</b>", "Home", "3 · 60 s", "1 · 24 h", "1 · 2 s" }));
        Assert.That(picture.Elements(ns + "path").Count(), Is.EqualTo(Map.Edges.Count + Map.Starts.Count + Map.Ends.Count));
        Assert.That(MapSvg.Write(Map), Is.EqualTo(svg));
    }

    [Test]
    public void No_two_boxes_lie_upon_each_other()
    {
        var names = Enumerable.Range(0, 25).Select(static i => $"Activity {i}").ToArray();
        var dice = new Random(7);
        var crowded = JourneyMap.Empty with
        {
            Activities = [.. names.Select(static name => new MapActivity(name, 10, 5, 1, 1, 0, 0))],
            Edges = [.. Enumerable.Range(0, 90).Select(_ => (From: names[dice.Next(25)], To: names[dice.Next(25)])).Distinct().Select(static arc => new MapEdge(arc.From, arc.To, 3, 2, 1, 1, 1))],
            Starts = [new("Activity 0", 5)],
            Ends = [new("Activity 24", 5)],
        };
        XNamespace ns = "http://www.w3.org/2000/svg";
        var boxes = XDocument.Parse(MapSvg.Write(crowded)).Root!.Elements(ns + "rect").Skip(1)
            .Select(static box => (X: Number(box, "x"), Y: Number(box, "y"), Width: Number(box, "width"), Height: Number(box, "height"))).ToArray();

        Assert.That(boxes, Has.Length.EqualTo(25));
        Assert.That(boxes.SelectMany((one, i) => boxes.Skip(i + 1).Where(other =>
            one.X < other.X + other.Width && other.X < one.X + one.Width && one.Y < other.Y + other.Height && other.Y < one.Y + one.Height)), Is.Empty);
    }

    [Test]
    public void An_empty_map_is_a_picture_too() => Assert.That(() => XDocument.Parse(MapSvg.Write(JourneyMap.Empty)), Throws.Nothing);

    [TestCase(MapSvg.ActivitiesMax, MapSvg.ActivitiesMax)]
    [TestCase(MapSvg.ActivitiesMax + 1, MapSvg.ActivitiesMax)]
    public void Only_the_most_frequent_activities_are_drawn(int activities, int drawn)
    {
        var large = JourneyMap.Empty with { Activities = [.. Enumerable.Range(0, activities).Select(static i => new MapActivity($"a{i}", 1_000 - i, 1, 0, 0, 0, 0))] };
        XNamespace ns = "http://www.w3.org/2000/svg";

        Assert.That(XDocument.Parse(MapSvg.Write(large)).Root!.Elements(ns + "rect").Count() - 1, Is.EqualTo(drawn));
    }

    private static double Number(XElement box, string attribute) => double.Parse(box.Attribute(attribute)!.Value, System.Globalization.CultureInfo.InvariantCulture);
}

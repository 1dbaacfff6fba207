using GraphShape;
using GraphShape.Algorithms.Layout;
using Journey.Projections.Maps;
using QuikGraph;

namespace Journey.Host.Maps;

/// <summary>The journey map as a picture: activities in layers from start to end, arcs as wide as they are frequent.</summary>
public static class MapSvg
{
    /// <summary>More activities than that make no picture that anybody could read: the most frequent ones are drawn.</summary>
    public const int ActivitiesMax = 60;

    internal const string Start = "\u0001start";
    internal const string End = "\u0001end";
    private const double Height = 44;

    public static string Write(JourneyMap whole)
    {
        var map = whole.MostFrequent(ActivitiesMax);
        var counts = map.Activities.ToDictionary(static activity => activity.Name, static activity => activity, StringComparer.Ordinal);
        var sizes = map.Activities.ToDictionary(static activity => activity.Name, static activity => new Size(WidthOf(activity.Name), Height), StringComparer.Ordinal);
        (sizes[Start], sizes[End]) = (new Size(20, 20), new Size(20, 20));
        var graph = new BidirectionalGraph<string, Edge<string>>();
        graph.AddVertexRange([Start, .. map.Activities.Select(static activity => activity.Name), End]);
        graph.AddEdgeRange(map.Starts.Select(static start => new Edge<string>(Start, start.Name)));
        graph.AddEdgeRange(map.Edges.Where(static edge => edge.From != edge.To).Select(static edge => new Edge<string>(edge.From, edge.To)));
        graph.AddEdgeRange(map.Ends.Select(static end => new Edge<string>(end.Name, End)));
        var layout = new SugiyamaLayoutAlgorithm<string, Edge<string>, IBidirectionalGraph<string, Edge<string>>>(
            graph, sizes, new SugiyamaLayoutParameters { Direction = LayoutDirection.TopToBottom, LayerGap = 70, SliceGap = 40, OptimizeWidth = false });
        layout.Compute();
        return new MapDrawing(layout.VerticesPositions, layout.EdgeRoutes, sizes).Draw(map, counts);
    }

    private static double WidthOf(string name) => Math.Clamp((name.Length * 7.5) + 24, 110, 420);
}

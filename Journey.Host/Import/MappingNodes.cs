using Journey.Domain.Language;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Journey.Host.Import;

/// <summary>Reads keys, texts and columns from a mapping's YAML; what is not as expected becomes a fault with its place.</summary>
public abstract class MappingNodes(string file)
{
    /// <summary>Longest mapping, in characters.</summary>
    public const int LengthMax = 256 * 1024;

    /// <summary>Deepest nesting. A mapping needs four levels; the YAML library's own recursion has no bound.</summary>
    public const int DepthMax = 20;

    protected string File { get; } = file;

    protected List<Fault> Faults { get; } = [];

    protected YamlMappingNode? Root(string text)
    {
        if (text.Length > LengthMax)
        {
            Faults.Add(MappingFaults.Syntax(new SourcePlace(File, 1, 1), $"it is longer than {LengthMax} characters."));
            return null;
        }

        try
        {
            if (Depth(text) > DepthMax)
            {
                Faults.Add(MappingFaults.Syntax(new SourcePlace(File, 1, 1), $"it is nested deeper than {DepthMax} levels."));
                return null;
            }

            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents.Count == 1 && stream.Documents[0].RootNode is YamlMappingNode mapping)
            {
                return mapping;
            }

            Faults.Add(MappingFaults.WrongShape(new SourcePlace(File, 1, 1), "the file", "one YAML document with keys such as customer, name and time"));
        }
        catch (YamlException e)
        {
            Faults.Add(MappingFaults.Syntax(PlaceOf(e.Start), e.InnerException?.Message ?? e.Message));
        }

        return null;
    }

    private static int Depth(string text)
    {
        var parser = new Parser(new StringReader(text));
        var (depth, deepest) = (0, 0);
        while (deepest <= DepthMax && parser.MoveNext())
        {
            depth += parser.Current!.NestingIncrease;
            deepest = Math.Max(deepest, depth);
        }

        return deepest;
    }

    protected Dictionary<string, YamlNode> Keys(YamlMappingNode mapping, IReadOnlyList<string> known)
    {
        var keys = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
        foreach (var (keyNode, value) in mapping.Children)
        {
            var key = (keyNode as YamlScalarNode)?.Value ?? "";
            if (known.Contains(key))
            {
                keys.Add(key, value);
            }
            else
            {
                Faults.Add(MappingFaults.UnknownKey(PlaceOf(keyNode), key, known, NearMiss.Of(key, known)));
            }
        }

        return keys;
    }

    protected static IEnumerable<YamlNode> Items(Dictionary<string, YamlNode> keys, string key) =>
        !keys.TryGetValue(key, out var node) ? [] : node is YamlSequenceNode list ? list.Children : [node];

    protected string? Word(Dictionary<string, YamlNode> keys, string key, IReadOnlyList<string> known)
    {
        if (Text(keys, key) is not { } word || known.Contains(word))
        {
            return keys.ContainsKey(key) ? Text(keys, key) : null;
        }

        Faults.Add(MappingFaults.UnknownWord(PlaceOf(keys[key]), key, word, known, NearMiss.Of(word, known)));
        return null;
    }

    protected string? Text(Dictionary<string, YamlNode> keys, string key)
    {
        if (!keys.TryGetValue(key, out var node))
        {
            return null;
        }

        if (node is YamlScalarNode { Value: { Length: > 0 } text })
        {
            return text;
        }

        Faults.Add(MappingFaults.WrongShape(PlaceOf(node), key, "a text"));
        return null;
    }

    protected ColumnName? Column(Dictionary<string, YamlNode> keys, string key) =>
        keys.TryGetValue(key, out var node) ? ColumnOf(node, key, "a column") : null;

    protected ColumnName? ColumnOf(YamlNode node, string key, string expected)
    {
        if (node is YamlScalarNode { Value: { Length: > 0 } name })
        {
            return new ColumnName(name, PlaceOf(node));
        }

        Faults.Add(MappingFaults.WrongShape(PlaceOf(node), key, expected));
        return null;
    }

    protected void Missing(YamlMappingNode node, string key, string expected) => Faults.Add(MappingFaults.MissingKey(PlaceOf(node), key, expected));

    protected SourcePlace PlaceOf(YamlNode node) => PlaceOf(node.Start);

    protected SourcePlace PlaceOf(Mark mark) => new(File, Math.Max(1, (int)mark.Line), Math.Max(1, (int)mark.Column));
}

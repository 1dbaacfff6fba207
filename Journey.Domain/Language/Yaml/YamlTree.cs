using System.Collections.Immutable;
using YamlDotNet.Core;

namespace Journey.Domain.Language.Yaml;

/// <summary>A document as written, before it means anything: text, lists and mappings, each with its place.</summary>
internal abstract class YamlValue(SourcePlace at)
{
    public SourcePlace At { get; } = at;

    /// <summary>What a person calls it in a fault.</summary>
    public abstract string KindName { get; }
}

/// <param name="index">Where it starts in the source, counting UTF-16 characters.</param>
internal sealed class YamlScalar(SourcePlace at, string text, ScalarStyle style, SourceText source, int index) : YamlValue(at)
{
    public string Text { get; } = text;

    /// <summary>Written without quotes: it may stand for a number, true, false or nothing.</summary>
    public bool IsPlain { get; } = style == ScalarStyle.Plain;

    public bool IsNull => IsPlain && Text is "" or "~" or "null";

    public override string KindName => IsNull ? "nothing" : "a text";

    /// <summary>The place of a character of the value, for faults inside an expression.</summary>
    public SourcePlace PlaceOf(int offset) => source.PlaceInside(Text, offset, style, index);
}

internal sealed class YamlSequence(SourcePlace at, ImmutableArray<YamlValue> items) : YamlValue(at)
{
    public ImmutableArray<YamlValue> Items { get; } = items;

    public override string KindName => "a list";
}

internal readonly record struct YamlEntry(string Key, SourcePlace KeyAt, YamlValue Value);

internal sealed class YamlMapping(SourcePlace at, ImmutableArray<YamlEntry> entries) : YamlValue(at)
{
    private readonly Dictionary<string, YamlEntry> _byKey = entries.ToDictionary(entry => entry.Key, StringComparer.Ordinal);

    public ImmutableArray<YamlEntry> Entries { get; } = entries;

    public override string KindName => "a mapping";

    public YamlValue? this[string key] => _byKey.TryGetValue(key, out var entry) ? entry.Value : null;

    public bool Has(string key) => _byKey.ContainsKey(key);

    public SourcePlace PlaceOfKey(string key) => _byKey.TryGetValue(key, out var entry) ? entry.KeyAt : At;
}

using System.Collections.Immutable;
using Journey.Domain.Language.Yaml;

namespace Journey.Domain.Language.Shapes;

/// <summary>What may stand at a place of a document. The checker, the JSON Schema and the reference all read these.</summary>
internal abstract record Shape
{
    /// <summary>What a person would call it, for "Expected …".</summary>
    public abstract string Expected { get; }
}

/// <summary>One text, number or flag.</summary>
/// <param name="Fault">Reported, with the text, for what <paramref name="Accepts"/> refuses.</param>
/// <param name="SchemaTypes">JSON types that the unquoted value may be read as.</param>
internal sealed record ScalarShape(string Name, string What, FaultText Fault, Func<YamlScalar, bool> Accepts, ImmutableArray<string> SchemaTypes) : Shape
{
    public override string Expected => What;

    /// <summary>A regular expression for editors, no stricter than <see cref="Accepts"/>.</summary>
    public string? Pattern { get; init; }

    public int? LengthMax { get; init; }

    public (long Min, long Max)? Bounds { get; init; }

    /// <summary>Known values, for near misses.</summary>
    public Func<IEnumerable<string>>? Known { get; init; }
}

/// <summary>One of a few texts.</summary>
internal sealed record ChoiceShape(ImmutableArray<string> Values) : Shape
{
    public override string Expected => Values.Length == 1 ? $"`{Values[0]}`" : $"one of {string.Join(", ", Values.Select(value => $"`{value}`"))}";
}

/// <param name="OrOne">A single item may stand without the list around it.</param>
internal sealed record ListShape(Shape Item, int Min, int Max, bool OrOne = false) : Shape
{
    public override string Expected => OrOne ? $"{Item.Expected}, or a list of them" : "a list";
}

/// <summary>A mapping with these keys and no others.</summary>
/// <param name="Name">"the quiet hours": what a person would call it.</param>
internal sealed record MappingShape(string Name, ImmutableArray<KeyShape> Keys) : Shape
{
    public override string Expected => "a mapping with " + string.Join(", ", Keys.Select(key => $"`{key.Name}`"));
}

/// <summary>A mapping that has exactly one of several keys, which says what the rest is: a step, an exit.</summary>
/// <param name="Common">Keys that go with every alternative.</param>
internal sealed record UnionShape(string Name, ImmutableArray<Alternative> Alternatives, ImmutableArray<KeyShape> Common) : Shape
{
    public override string Expected => Alternatives.Length == 1
        ? $"a mapping with `{Alternatives[0].Key.Name}`"
        : "one of the keys " + string.Join(", ", Alternatives.Select(alternative => $"`{alternative.Key.Name}`"));
}

/// <param name="Siblings">Keys that go with this one only.</param>
internal sealed record Alternative(KeyShape Key, params ImmutableArray<KeyShape> Siblings);

/// <summary>Keys that the designer names, all of one kind: traits, channels.</summary>
internal sealed record NamedShape(Shape Value, Shape? Key = null) : Shape
{
    public override string Expected => "a mapping";
}

/// <summary>Any value at all: data for templates, properties of events.</summary>
internal sealed record AnyShape : Shape
{
    public override string Expected => "a value";
}

/// <summary>Different shapes for a text and for a mapping: <c>wait: 4h</c> and <c>wait: { until: … }</c>.</summary>
internal sealed record EitherShape(Shape Scalar, Shape Composite) : Shape
{
    public override string Expected => $"{Scalar.Expected}, or {Composite.Expected}";
}

/// <summary>A shape by name, so that steps can hold steps.</summary>
internal sealed record NamedReference(string Name, Func<Shape> Target) : Shape
{
    public override string Expected => Target().Expected;
}

/// <param name="Description">One sentence, for editors and the reference.</param>
internal sealed record KeyShape(string Name, Shape Shape, string Description, bool Required = false);

using System.Collections.Immutable;
using Journey.Domain.Language.Yaml;

namespace Journey.Domain.Language.Shapes;

/// <summary>Compares a tree with its shape and reports everything that does not fit, each with its place.</summary>
internal sealed class ShapeChecker(FaultList faults)
{
    /// <summary>Checks a whole document by its first key. Null: it is not a document of any kind.</summary>
    public string? Document(YamlValue value)
    {
        if (value is not YamlMapping { Entries.Length: > 0 } mapping)
        {
            faults.Add(FaultTexts.WrongValue.At(value.At, ["A document", value.KindName], "a mapping whose first key says what it is"));
            return null;
        }

        var kinds = DocumentShapes.Kinds.Select(kind => kind.Kind).ToArray();
        var first = mapping.Entries[0];
        if (Array.IndexOf(kinds, first.Key) < 0)
        {
            if (Array.Find(kinds, mapping.Has) is { } later)
            {
                faults.Add(FaultTexts.KindNotFirst.At(mapping.PlaceOfKey(later), [later]));
            }
            else
            {
                faults.Add(FaultTexts.UnknownKind.At(first.KeyAt, [first.Key], $"one of {string.Join(", ", kinds.Select(kind => $"`{kind}`"))}", NearMiss.Of(first.Key, kinds)));
            }

            return null;
        }

        Mapping(mapping, DocumentShapes.Kinds[Array.IndexOf(kinds, first.Key)].Shape);
        return first.Key;
    }

    /// <param name="label">The key the value stands under, for the message.</param>
    private void Check(YamlValue value, Shape shape, string label)
    {
        if (faults.IsFull)
        {
            return;
        }

        switch (shape)
        {
            case ScalarShape scalar when value is YamlScalar text:
                Scalar(text, scalar, label);
                break;
            case ChoiceShape choice when value is YamlScalar text:
                if (!choice.Values.Contains(text.Text))
                {
                    faults.Add(FaultTexts.BadChoice.At(text.At, [text.Text], choice.Expected, NearMiss.Of(text.Text, choice.Values)));
                }

                break;
            case MappingShape keys when value is YamlMapping mapping:
                Mapping(mapping, keys);
                break;
            case UnionShape union when value is YamlMapping mapping:
                Union(mapping, union);
                break;
            case NamedShape named when value is YamlMapping mapping:
                Named(mapping, named);
                break;
            case ListShape list when value is YamlSequence sequence:
                List(sequence, list, label);
                break;
            case ListShape { OrOne: true } list:
                Check(value, list.Item, label);
                break;
            case EitherShape either:
                Check(value, value is YamlScalar ? either.Scalar : either.Composite, label);
                break;
            case NamedReference reference:
                Check(value, reference.Target(), label);
                break;
            case AnyShape:
                break;
            default:
                faults.Add(FaultTexts.WrongValue.At(value.At, [label, value.KindName], shape.Expected));
                break;
        }
    }

    private void Scalar(YamlScalar scalar, ScalarShape shape, string label)
    {
        if (scalar.IsNull)
        {
            faults.Add(FaultTexts.WrongValue.At(scalar.At, [label, scalar.KindName], shape.Expected));
        }
        else if (!shape.Accepts(scalar))
        {
            var shown = shape.Fault == FaultTexts.BadText ? label : scalar.Text;
            faults.Add(shape.Fault.At(scalar.At, [shown], shape.Expected, shape.Known is { } known ? NearMiss.Of(scalar.Text, known()) : null));
        }
        else if (shape == Values.Channel && !Values.KnownChannels.Contains(scalar.Text) && NearMiss.Of(scalar.Text, Values.KnownChannels) is { } near)
        {
            faults.Add(FaultTexts.UnknownChannel.At(scalar.At, [scalar.Text], suggestion: near));
        }
    }

    private void List(YamlSequence sequence, ListShape shape, string label)
    {
        if (sequence.Items.Length < shape.Min || sequence.Items.Length > shape.Max)
        {
            var expected = shape.Max == int.MaxValue ? $"at least {shape.Min}" : $"{shape.Min} to {shape.Max:N0}";
            faults.Add(FaultTexts.BadItemCount.At(sequence.At, [label, sequence.Items.Length], expected));
        }

        foreach (var item in sequence.Items)
        {
            Check(item, shape.Item, label);
        }
    }

    private void Named(YamlMapping mapping, NamedShape shape)
    {
        foreach (var entry in mapping.Entries)
        {
            if (shape.Key is ScalarShape key)
            {
                var name = new YamlScalar(entry.KeyAt, entry.Key, YamlDotNet.Core.ScalarStyle.SingleQuoted, new("", "", 1), 0);
                Scalar(name, key, entry.Key);
            }

            Check(entry.Value, shape.Value, entry.Key);
        }
    }

    private void Mapping(YamlMapping mapping, MappingShape shape)
    {
        foreach (var entry in mapping.Entries)
        {
            if (shape.Keys.FirstOrDefault(key => key.Name == entry.Key) is { } known)
            {
                Check(entry.Value, known.Shape, entry.Key);
            }
            else
            {
                Unknown(entry, shape.Name, mapping, shape.Keys.Select(key => key.Name));
            }
        }

        Missing(mapping, shape.Keys, shape.Name);
    }

    private void Union(YamlMapping mapping, UnionShape shape)
    {
        var chosen = shape.Alternatives.FirstOrDefault(alternative => mapping.Has(alternative.Key.Name));
        ImmutableArray<KeyShape> keys = chosen is null ? shape.Common : [chosen.Key, .. chosen.Siblings, .. shape.Common];
        var names = keys.Select(key => key.Name);
        var unexplained = 0;
        foreach (var entry in mapping.Entries)
        {
            if (keys.FirstOrDefault(key => key.Name == entry.Key) is { } known)
            {
                Check(entry.Value, known.Shape, entry.Key);
            }
            else if (chosen is not null && shape.Alternatives.Any(alternative => alternative.Key.Name == entry.Key))
            {
                faults.Add(FaultTexts.TwoAlternatives.At(entry.KeyAt, [chosen.Key.Name, entry.Key, shape.Name]));
            }
            else
            {
                unexplained++;
                Unknown(entry, shape.Name, mapping, chosen is null ? names.Concat(shape.Alternatives.Select(alternative => alternative.Key.Name)) : names);
            }
        }

        if (chosen is null && unexplained == 0)
        {
            faults.Add(FaultTexts.NoAlternative.At(mapping.At, [Capital(shape.Name)], shape.Expected));
        }

        Missing(mapping, keys, shape.Name);
    }

    private void Unknown(YamlEntry entry, string where, YamlMapping mapping, IEnumerable<string> known)
    {
        if (faults.IsFull)
        {
            return;
        }

        var free = known.Where(name => !mapping.Has(name)).ToArray();
        var near = NearMiss.Of(entry.Key, free);
        var expected = near is null && free.Length > 0 ? $"one of {string.Join(", ", free.Select(name => $"`{name}`"))}" : null;
        faults.Add(FaultTexts.UnknownKey.At(entry.KeyAt, [entry.Key, where], expected, near));
    }

    private void Missing(YamlMapping mapping, ImmutableArray<KeyShape> keys, string where)
    {
        foreach (var key in keys.Where(key => key.Required && !faults.IsFull && !mapping.Has(key.Name)))
        {
            // A key that is there under a mistyped name was reported as such; twice would be noise.
            var isMistyped = mapping.Entries.Any(entry => !keys.Any(known => known.Name == entry.Key) && NearMiss.Of(entry.Key, [key.Name]) is not null);
            if (!isMistyped)
            {
                faults.Add(FaultTexts.MissingKey.At(mapping.At, [key.Name, Capital(where)], key.Shape.Expected));
            }
        }
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}

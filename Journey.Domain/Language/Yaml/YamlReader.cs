using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Journey.Domain.Language.Yaml;

/// <summary>Reads one document into a tree, within bounds: depth, number of values, and what aliases grow to.</summary>
/// <remarks>Whatever is wrong is a fault; the tree is then null, for half a document would give faults of its own.</remarks>
internal sealed class YamlReader
{
    private const int CharactersPerValue = 64;

    private readonly SourceText _source;
    private readonly FaultList _faults;
    private readonly Parser _parser;
    private readonly Dictionary<AnchorName, (YamlValue Value, int Count, int Depth)> _anchors = [];
    private int _count;
    private int _deepest;

    private YamlReader(SourceText source, FaultList faults)
    {
        _source = source;
        _faults = faults;
        _parser = new Parser(new StringReader(source.Text));
    }

    public static YamlValue? Read(SourceText source, FaultList faults)
    {
        try
        {
            return new YamlReader(source, faults).Document();
        }
        catch (YamlException e)
        {
            faults.Add(FaultTexts.Syntax.At(source.Place(e.Start), [Sentence(e.Message)]));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The parser is not ours: what it throws for text that nobody should write is a fault of the text all the same.
            faults.Add(FaultTexts.Syntax.At(source.Start, ["The text could not be read as YAML."]));
        }

        return null;
    }

    private YamlValue? Document()
    {
        _parser.Consume<StreamStart>();
        if (_parser.TryConsume<StreamEnd>(out _))
        {
            return null;
        }

        _parser.Consume<DocumentStart>();
        if (Value(1) is not { } value)
        {
            return null;
        }

        _parser.Consume<DocumentEnd>();
        if (!_parser.TryConsume<StreamEnd>(out _))
        {
            _faults.Add(FaultTexts.Syntax.At(_source.Place(_parser.Current!.Start), ["A document starts with a line of its own: ---"]));
            return null;
        }

        return value;
    }

    /// <summary>Null once a bound was met; the fault is reported and reading stops.</summary>
    private YamlValue? Value(int depth)
    {
        _parser.MoveNextIfNeeded();
        var current = _parser.Current!;
        var at = _source.Place(current.Start);
        if (depth > LanguageLimits.DepthMax)
        {
            return Refuse(FaultTexts.TooDeep.At(at, [LanguageLimits.DepthMax]));
        }

        if (++_count > LanguageLimits.ValuesMax)
        {
            return Refuse(FaultTexts.TooManyValues.At(at, [LanguageLimits.ValuesMax]));
        }

        _deepest = Math.Max(_deepest, depth);
        var (countBefore, deepestBefore) = (_count - 1, _deepest);
        _deepest = depth;
        var anchor = current is NodeEvent { Anchor.IsEmpty: false } anchored ? anchored.Anchor : AnchorName.Empty;
        var value = current switch
        {
            AnchorAlias alias => Alias(alias, at, depth),
            Scalar scalar => Scalar(scalar, at),
            SequenceStart => Sequence(at, depth),
            MappingStart => Mapping(at, depth),
            _ => Refuse(FaultTexts.Syntax.At(at, ["Something is missing here."])),
        };
        if (value is not null && !anchor.IsEmpty)
        {
            _anchors[anchor] = (value, _count - countBefore, _deepest - depth);
        }

        _deepest = Math.Max(_deepest, deepestBefore);
        return value;
    }

    private YamlValue? Scalar(Scalar scalar, SourcePlace at)
    {
        _parser.MoveNext();
        if (!IsText(scalar.Value))
        {
            return Refuse(FaultTexts.Syntax.At(at, ["The text holds half a surrogate pair."]));
        }

        // A long text counts as several values, or aliases could repeat it beyond all bounds.
        _count += scalar.Value.Length / CharactersPerValue;
        return new YamlScalar(at, scalar.Value, scalar.Style, _source, (int)scalar.Start.Index);
    }

    private YamlValue? Alias(AnchorAlias alias, SourcePlace at, int depth)
    {
        _parser.MoveNext();
        if (!_anchors.TryGetValue(alias.Value, out var anchored))
        {
            return Refuse(FaultTexts.Syntax.At(at, [$"Nothing is anchored as &{alias.Value} before this place."]));
        }

        // What stands behind an alias counts as often as it is used, so that a small file cannot grow without bound.
        _count += anchored.Count;
        _deepest = Math.Max(_deepest, depth + anchored.Depth);
        return _count > LanguageLimits.ValuesMax || _deepest > LanguageLimits.DepthMax
            ? Refuse(FaultTexts.AliasesGrow.At(at, [LanguageLimits.ValuesMax, LanguageLimits.DepthMax]))
            : anchored.Value;
    }

    private YamlSequence? Sequence(SourcePlace at, int depth)
    {
        _parser.MoveNext();
        var items = ImmutableArray.CreateBuilder<YamlValue>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            if (Value(depth + 1) is not { } item)
            {
                return null;
            }

            items.Add(item);
        }

        return new(at, items.ToImmutable());
    }

    private YamlMapping? Mapping(SourcePlace at, int depth)
    {
        _parser.MoveNext();
        var entries = ImmutableArray.CreateBuilder<YamlEntry>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (!_parser.TryConsume<Scalar>(out var key))
            {
                return (YamlMapping?)Refuse(FaultTexts.Syntax.At(_source.Place(_parser.Current!.Start), ["A key is a plain text."]));
            }

            var keyAt = _source.Place(key.Start);
            if (!IsText(key.Value))
            {
                return (YamlMapping?)Refuse(FaultTexts.Syntax.At(keyAt, ["The key holds half a surrogate pair."]));
            }

            if (Value(depth + 1) is not { } value)
            {
                return null;
            }

            if (seen.Add(key.Value))
            {
                entries.Add(new(key.Value, keyAt, value));
            }
            else
            {
                _faults.Add(FaultTexts.RepeatedKey.At(keyAt, [key.Value]));
            }
        }

        return new(at, entries.ToImmutable());
    }

    private YamlValue? Refuse(Fault fault)
    {
        _faults.Add(fault);
        return null;
    }

    private static bool IsText(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i++ + 1])))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Without the place that the parser appends in its own way.</summary>
    private static string Sentence(string message) => message.Split(" (at Line:")[0].TrimEnd('.') + ".";
}

internal static class ParserSteps
{
    /// <summary>The parser has no current event before its first move.</summary>
    public static void MoveNextIfNeeded(this Parser parser)
    {
        if (parser.Current is null)
        {
            parser.MoveNext();
        }
    }
}

using System.Collections.Immutable;
using Journey.Domain.Language;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Journey.Domain.Templates;

/// <summary>YAML as settings need it: mappings, lists and texts with their places. No anchors, aliases or tags, and one document.</summary>
public abstract record PlainYaml(SourcePlace At)
{
    /// <summary>How deep mappings and lists may stand in each other.</summary>
    public const int DepthMax = 16;

    /// <summary>How many values a file may hold.</summary>
    public const int ValuesMax = 10_000;

    /// <param name="TextAt">Where the text itself begins, after a quote or on the line after <c>|</c>.</param>
    public sealed record Text(SourcePlace At, string Value, SourcePlace TextAt) : PlainYaml(At);

    public sealed record Sequence(SourcePlace At, ImmutableArray<PlainYaml> Items) : PlainYaml(At);

    public sealed record Mapping(SourcePlace At, ImmutableArray<Entry> Entries) : PlainYaml(At);

    public sealed record Entry(string Key, SourcePlace KeyAt, PlainYaml Value);

    /// <param name="start">Where the text stands in its file.</param>
    /// <returns>Null for an empty document, or where <paramref name="faults"/> got one.</returns>
    public static PlainYaml? Read(string text, SourcePlace start, ICollection<Fault> faults)
    {
        var reader = new Reader(text, start, faults);
        try
        {
            return reader.Document();
        }
        catch (YamlException e)
        {
            faults.Add(SettingFaults.NotYaml(reader.Place(e.Start), e.Message));
        }
        catch (SettingFaultException e)
        {
            faults.Add(e.Fault);
        }

        return null;
    }

    private sealed class Reader(string text, SourcePlace start, ICollection<Fault> faults)
    {
        private readonly Parser _parser = new(new StringReader(text));
        private int _values;

        public PlainYaml? Document()
        {
            _parser.Consume<StreamStart>();
            if (_parser.TryConsume<StreamEnd>(out _))
            {
                return null;
            }

            _parser.Consume<DocumentStart>();
            var value = Value(1);
            _parser.Consume<DocumentEnd>();
            return _parser.TryConsume<StreamEnd>(out _)
                ? value
                : throw new SettingFaultException(SettingFaults.OneDocument(Place(_parser.Current!.Start)));
        }

        public SourcePlace Place(in Mark mark) => start with
        {
            Line = start.Line + Math.Max((int)mark.Line, 1) - 1,
            Column = Math.Max((int)mark.Column, 1),
        };

        private PlainYaml Value(int depth)
        {
            var at = Place(_parser.Accept<NodeEvent>(out var next) ? next.Start : _parser.Current!.Start);
            if (next is { Anchor.IsEmpty: false } || _parser.Accept<AnchorAlias>(out _))
            {
                throw new SettingFaultException(SettingFaults.NoAliases(at));
            }

            if (depth > DepthMax || ++_values > ValuesMax)
            {
                throw new SettingFaultException(SettingFaults.TooMuch(at, DepthMax, ValuesMax));
            }

            return _parser.TryConsume<MappingStart>(out _) ? new Mapping(at, Entries(depth))
                : _parser.TryConsume<SequenceStart>(out _) ? new Sequence(at, Items(depth))
                : Scalar(_parser.Consume<Scalar>(), at);
        }

        private static Text Scalar(Scalar scalar, SourcePlace at) => new(at, scalar.Value, scalar.Style switch
        {
            ScalarStyle.Literal or ScalarStyle.Folded => at with { Line = at.Line + 1, Column = 1 },
            ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted => at with { Column = at.Column + 1 },
            _ => at,
        });

        private ImmutableArray<PlainYaml> Items(int depth)
        {
            var items = ImmutableArray.CreateBuilder<PlainYaml>();
            while (!_parser.TryConsume<SequenceEnd>(out _))
            {
                items.Add(Value(depth + 1));
            }

            return items.ToImmutable();
        }

        private ImmutableArray<Entry> Entries(int depth)
        {
            var entries = ImmutableArray.CreateBuilder<Entry>();
            var keys = new HashSet<string>(StringComparer.Ordinal);
            while (!_parser.TryConsume<MappingEnd>(out _))
            {
                var key = _parser.Consume<Scalar>();
                var entry = new Entry(key.Value, Place(key.Start), Value(depth + 1));
                if (keys.Add(key.Value))
                {
                    entries.Add(entry);
                }
                else
                {
                    faults.Add(SettingFaults.RepeatedKey(entry.KeyAt, key.Value));
                }
            }

            return entries.ToImmutable();
        }
    }
}

using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Journey.Domain.Cel;
using Journey.Domain.Language.Formats;
using Journey.Domain.Time;

namespace Journey.Domain.Language;

/// <summary>What of a segment's condition turns by time alone: a window that an event leaves, days since one, <c>now</c> compared with a time.</summary>
/// <remarks>
/// Found once, from what is written. Everything that a condition can say about the distance of <c>now</c> to a time of the customer's is here;
/// what it asks of the clock itself (<c>now.getHours()</c>) is not.
/// </remarks>
public sealed class SegmentClock
{
    /// <summary>The largest number of days that a condition may ask about; what is beyond is out of everybody's reach.</summary>
    private const long DaysMax = 40_000;

    private static readonly ConditionalWeakTable<CelProgram, SegmentClock> _known = [];

    private SegmentClock(
        ImmutableArray<(string Event, long Ms)> windows, ImmutableArray<(string Event, long Ms)> days,
        ImmutableArray<CelProgram> moments, ImmutableArray<CelProgram> spans)
    {
        Windows = windows;
        Days = days;
        Moments = moments;
        Spans = spans;
    }

    /// <summary>Gets the windows in which events of a name are counted, milliseconds.</summary>
    public ImmutableArray<(string Event, long Ms)> Windows { get; }

    /// <summary>Gets the ages of the last event of a name at which the days since it are another number in question, milliseconds.</summary>
    public ImmutableArray<(string Event, long Ms)> Days { get; }

    /// <summary>Gets the timestamps that <c>now</c> may be compared with; each may end in an error.</summary>
    public ImmutableArray<CelProgram> Moments { get; }

    /// <summary>Gets the durations by which <c>now</c> may be away from them.</summary>
    public ImmutableArray<CelProgram> Spans { get; }

    /// <summary>Gets whether nothing turns by time.</summary>
    public bool IsStill => Windows.IsEmpty && Days.IsEmpty && Moments.IsEmpty;

    /// <summary>The clock of a condition; the same for the same program.</summary>
    public static SegmentClock Of(CelProgram condition) => _known.GetValue(condition, static program => Read(program));

    private static SegmentClock Read(CelProgram condition)
    {
        var calls = condition.References.OfType<CelReference.Call>().ToArray();
        var windows = calls
            .Where(static call => call is { Function: "count" or "performed", Arguments.Length: 2 })
            .Select(static call => Durations.TryParse(call.Arguments[1].Constant!.Value.AsString(), out var ms) ? (Named(call), ms) : default)
            .Where(static window => window.Item1 is not null);

        // Whole days: "since >= 30" turns at 30 days, "since > 30" at 31.
        var numbers = Nodes(condition.Root).OfType<CelNode.Literal>().Where(static node => node.Value.Kind == CelKind.Int)
            .Select(static node => node.Value.AsInt()).Where(static number => number is >= 0 and <= DaysMax)
            .SelectMany(static number => new[] { number, number + 1 }).Distinct().ToArray();
        var days = calls.Where(static call => call.Function == "daysSince")
            .SelectMany(call => numbers.Select(number => (Named(call), number * Instants.Day)));
        var (moments, spans) = NamesNow(condition) ? Times(condition) : ([], []);
        return new SegmentClock([.. windows.Distinct()], [.. days.Distinct()], moments, spans);
    }

    private static string Named(CelReference.Call call) => call.Arguments[0].Constant!.Value.AsString();

    private static bool NamesNow(CelProgram program) => program.References.Any(static reference => reference is CelReference.Variable { Root: "now" });

    private static (ImmutableArray<CelProgram> Moments, ImmutableArray<CelProgram> Spans) Times(CelProgram condition)
    {
        var moments = new Dictionary<string, CelProgram>(StringComparer.Ordinal);
        var spans = new Dictionary<string, CelProgram>(StringComparer.Ordinal);
        var open = new Stack<CelNode>([condition.Root]);
        while (open.TryPop(out var node))
        {
            var part = condition.Part(node);
            if (part is { ResultType.Kind: CelTypeKind.Timestamp } && !NamesNow(part))
            {
                moments[part.Source] = part;
            }
            else if (part is { ResultType.Kind: CelTypeKind.Duration } && !NamesNow(part))
            {
                spans[part.Source] = part;
            }
            else
            {
                foreach (var child in node.Children)
                {
                    open.Push(child);
                }
            }
        }

        return ([.. moments.Values], [.. spans.Values]);
    }

    private static IEnumerable<CelNode> Nodes(CelNode root) => root.Children.SelectMany(Nodes).Prepend(root);
}

using Journey.Domain.Language;
using Journey.Projections.Merges;

namespace Journey.Projections.Scans;

/// <summary>The traces of customers who were merged and parted again: few, and by rules that need their streams whole.</summary>
public sealed class PartedTraces(TraceOptions options, StepCode code)
{
    internal HashSet<string> Streams { get; } = new(StringComparer.Ordinal);

    internal TraceScan Steps { get; } = new(options, code);

    /// <summary>Whose streams have to be read whole: everybody who was ever one with somebody who was parted again.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> FamiliesIn(IReadOnlyList<TraceScan> stretches)
    {
        var waiting = stretches.SelectMany(static stretch => stretch.Parted).ToHashSet(StringComparer.Ordinal);
        if (waiting.Count == 0)
        {
            return [];
        }

        var links = stretches.SelectMany(static stretch => stretch.Links).SelectMany(static link => new[] { link, (One: link.Other, Other: link.One) })
            .ToLookup(static link => link.One, static link => link.Other, StringComparer.Ordinal);
        List<IReadOnlyList<string>> families = [];
        while (waiting.Count > 0)
        {
            var family = new HashSet<string>(StringComparer.Ordinal);
            var open = new Queue<string>([waiting.First()]);
            while (open.TryDequeue(out var stream))
            {
                if (family.Add(stream))
                {
                    waiting.Remove(stream);
                    foreach (var other in links[stream])
                    {
                        open.Enqueue(other);
                    }
                }
            }

            families.Add([.. family.Order(StringComparer.Ordinal)]);
        }

        return families;
    }

    /// <param name="family">Complete.</param>
    /// <param name="workspaceAt">In force for an event at a position.</param>
    public void Add(StreamFamily family, Func<long, Workspace> workspaceAt)
    {
        foreach (var customer in family.Streams)
        {
            Streams.Add(customer);
            if (family.Own(customer, family.Before).IsAbsorbed)
            {
                // Somebody else now, whose trace has these events.
                continue;
            }

            foreach (var recorded in family.EventsOf(customer))
            {
                Steps.Add(recorded with { Stream = customer }, workspaceAt(recorded.Position));
            }
        }
    }
}

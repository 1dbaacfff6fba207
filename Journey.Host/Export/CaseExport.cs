using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Domain.Language.Publishing;
using Journey.Host.Cli;
using Journey.Host.Http.Queries;
using Journey.Host.Running;
using Journey.Projections.Customers;
using Journey.Projections.Maps;

namespace Journey.Host.Export;

/// <summary>Writes the log case by case, as process-mining tools read it: one case is a customer, or one session of a customer.</summary>
/// <remarks>
/// Customers come in the order of their first event. A case's events come in the order of arrival, as <c>journey map</c> counts them.
/// Memory: the names of all streams, and of one customer at a time the events that are written.
/// </remarks>
internal sealed class CaseExport(IEventLog log, ExportFilter filter, CaseNotion notion, IProgress<WorkProgress>? progress)
{
    private const int PageEvents = 2_000;
    private const int CustomersBetweenReports = 100;

    private readonly CustomerStreams _streams = new(log);

    /// <returns>How many events were written.</returns>
    public async Task<long> WriteAsync(ICaseWriter writer, CancellationToken cancellation)
    {
        var head = log.PositionOf(await log.HeadAsync(cancellation));
        var definitions = await DefinitionHistory.Empty.LoadAsync(log, cancellation);
        var families = filter.Customer is { } one ? [await _streams.OfAsync(one, cancellation)] : await FamiliesAsync(head, cancellation);
        long written = 0;
        for (var i = 0; i < families.Count; i++)
        {
            written += await WriteAsync(writer, families[i], head, definitions, cancellation);
            if (i % CustomersBetweenReports == 0)
            {
                progress?.Report(new WorkProgress("exporting", i, families.Count, "customers"));
            }
        }

        await writer.EndAsync(cancellation);
        progress?.Report(new WorkProgress("exporting", families.Count, families.Count, "customers"));
        return written;
    }

    private async Task<long> WriteAsync(
        ICaseWriter writer, IReadOnlyList<string> family, long head, DefinitionHistory definitions, CancellationToken cancellation)
    {
        long written = 0;
        string? open = null;
        var later = new Dictionary<string, List<CaseEvent>>(StringComparer.Ordinal);
        List<string> order = [];
        var sessions = new SessionCases();
        await foreach (var recorded in _streams.ReadAsync(family, new Dictionary<string, long>(), cancellation))
        {
            if (recorded.Position > head)
            {
                break;
            }

            // Every interaction is shown to the sessions, so that a filter does not part what belongs together.
            var session = recorded.Kind == EventKind.Interaction ? sessions.Of(recorded, definitions.At(recorded.Position).Workspace) : null;
            if (!filter.Takes(recorded))
            {
                continue;
            }

            written++;
            if (notion == CaseNotion.Customer)
            {
                if (open is null)
                {
                    await writer.BeginAsync(open = family[0], family[0], cancellation);
                }

                await writer.AddAsync(new CaseEvent(recorded, family[0], family[0], session), cancellation);
                continue;
            }

            // What is no interaction belongs to no session: it goes to a case of its own.
            var name = $"{family[0]}/{session ?? "none"}";
            if (!later.TryGetValue(name, out var events))
            {
                later.Add(name, events = []);
                order.Add(name);
            }

            events.Add(new CaseEvent(recorded with { Payload = recorded.Payload.ToArray() }, name, family[0], session));
        }

        foreach (var name in order)
        {
            await writer.BeginAsync(name, family[0], cancellation);
            foreach (var recorded in later[name])
            {
                await writer.AddAsync(recorded, cancellation);
            }
        }

        return written;
    }

    /// <summary>Every customer with the streams of whoever turned out to be the same person, in the order of first events.</summary>
    private async Task<IReadOnlyList<IReadOnlyList<string>>> FamiliesAsync(long head, CancellationToken cancellation)
    {
        var mergedInto = new Dictionary<string, string?>(StringComparer.Ordinal);
        var parted = new HashSet<string>(StringComparer.Ordinal);
        List<string> order = [];
        var options = new ReadOptions(WithIds: false, new PageBuffer());
        var checkpoint = Checkpoint.Start;
        for (long read = 0; read < head;)
        {
            var page = await log.ReadAsync(checkpoint, (int)Math.Min(PageEvents, head - read), options, cancellation);
            if (page.AtEnd)
            {
                break;
            }

            foreach (var recorded in page.Events)
            {
                if (!SystemStreams.IsSystem(recorded.Stream) && mergedInto.TryAdd(recorded.Stream, null))
                {
                    order.Add(recorded.Stream);
                }

                if (recorded.Kind == EventKind.Identity && recorded.Name == EventNames.IdentitiesMerged)
                {
                    mergedInto[IdentityEvents.ReadAbsorbed(recorded.Json)] = recorded.Stream;
                }
                else if (recorded.Kind == EventKind.Identity && recorded.Name == EventNames.IdentitiesUnmerged)
                {
                    var restored = Unmerge.Read(recorded.Json).Other;
                    mergedInto[restored] = null;
                    parted.UnionWith([restored, recorded.Stream]);
                }
            }

            read += page.Events.Count;
            checkpoint = page.Next;
            progress?.Report(new WorkProgress("looking for cases", read, head, "events"));
        }

        var families = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        List<IReadOnlyList<string>> result = [];
        foreach (var stream in order)
        {
            var survivor = stream;
            while (mergedInto.GetValueOrDefault(survivor) is { } next)
            {
                survivor = next;
            }

            if (!families.TryGetValue(survivor, out var family))
            {
                families.Add(survivor, family = [survivor]);
                result.Add(family);
            }

            if (stream != survivor)
            {
                family.Add(stream);
            }
        }

        // Where customers were parted, not every event of a stream is its customer's.
        for (var i = 0; i < result.Count && parted.Count > 0; i++)
        {
            result[i] = result[i].Any(parted.Contains) ? await _streams.OfAsync(result[i][0], cancellation) : result[i];
        }

        return result;
    }
}

/// <summary>One event of a case.</summary>
/// <param name="Customer">Who it is today, after merges.</param>
/// <param name="Session">Null for what is no interaction.</param>
internal readonly record struct CaseEvent(RecordedEvent Recorded, string Case, string Customer, string? Session);

/// <summary>A format that holds cases. Cases come one after the other, each with all of its events.</summary>
internal interface ICaseWriter : IAsyncDisposable
{
    ValueTask BeginAsync(string name, string customer, CancellationToken cancellation);

    ValueTask AddAsync(CaseEvent recorded, CancellationToken cancellation);

    /// <summary>The last case is complete.</summary>
    ValueTask EndAsync(CancellationToken cancellation);
}

using System.Collections.Immutable;
using System.Globalization;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Domain.Language.Publishing;
using Journey.Domain.Time;
using Journey.Host.Publishing;
using Journey.Host.Running;
using Journey.Host.Stores;
using Journey.Projections.Backtests;

namespace Journey.Host.Backtests;

/// <summary>A text that is compared with another in a report.</summary>
/// <param name="Against">Null: there is none under this name.</param>
internal sealed record ComparedText(string Name, string Draft, string DraftLabel, string? Against, string AgainstLabel);

/// <summary>A backtest as it will be made: checked documents, two worlds at most, and the period in positions.</summary>
/// <param name="Focus">Journeys and rules that are drafts, or all where none is.</param>
/// <param name="Head">The last position that is read.</param>
/// <param name="Skipped">Positions that operators had passed over.</param>
internal sealed record BacktestPlan(
    BacktestRequest Request,
    ImmutableArray<Document> Drafts,
    SimulatedWorld World,
    SimulatedWorld? Against,
    string? AgainstLabel,
    ImmutableArray<ComparedText> Texts,
    ImmutableSortedSet<string> Focus,
    SimulationPeriod Period,
    long Head,
    ImmutableHashSet<long> Skipped,
    EventInterest Interest)
{
    /// <summary>Documents of one backtest.</summary>
    public const int DocumentsMax = 100;

    private const int TailEvents = 10_000;

    /// <exception cref="BacktestRefusedException">It cannot be made as asked.</exception>
    public static async Task<BacktestPlan> MakeAsync(IJourneyStore store, BacktestRequest request, CancellationToken cancellation)
    {
        var published = await PublishedAsync(store, cancellation);
        var publications = await Publications.ReadAsync(store, cancellation);
        var drafts = Parsed(request.Files, publications.History.Latest);
        var (head, from) = await PeriodAsync(store, request, cancellation);
        var isByTime = request.View == BacktestView.Occurrence || request.IncludeImported;
        var period = new SimulationPeriod(
            request.From ?? long.MinValue, from, request.To is { } to ? to - 1 : await EndAsync(store, head, request, cancellation),
            store.PositionOf(await store.CheckpointAsync(Processor.Consumer, cancellation)), isByTime);
        var world = new SimulatedWorld(published, drafts, period.From, from);
        var (against, label, texts) = OthersOf(request, drafts, publications);
        var other = against is null ? null : new SimulatedWorld(published, against, period.From, from);
        var focus = drafts.Where(draft => draft.Compiled is not null).Select(draft => draft.Name).ToImmutableSortedSet(StringComparer.Ordinal);
        var names = await store.EventNamesAsync(cancellation);
        return new(
            request, drafts, world, other, label, texts, focus, period, head,
            [.. await StalledPartitions.SkippedAsync(store, cancellation)],
            EventInterest.Of(other is null ? world.Sets : world.Sets.Concat(other.Sets), names, period.ProcessedTo > 0));
    }

    private static async Task<List<RecordedEvent>> PublishedAsync(IJourneyStore store, CancellationToken cancellation)
    {
        var published = new List<RecordedEvent>();
        for (var version = 0L; ;)
        {
            var page = await store.ReadStreamAsync(SystemStreams.Definitions, version, 1_000, cancellation);
            if (page.AtEnd)
            {
                return published;
            }

            published.AddRange(page.Events);
            version = page.Events[^1].Version;
        }
    }

    private static ImmutableArray<Document> Parsed(IReadOnlyList<(string File, ReadOnlyMemory<byte> Utf8)> files, DefinitionSet published)
    {
        var parsed = DocumentParser.Parse(files, new() { Published = published });
        if (parsed.HasErrors)
        {
            throw new BacktestRefusedException(
                "Nothing was backtested, because of the errors above.", "journey validate lists warnings too.",
                [.. parsed.Faults.Where(fault => fault.Severity == FaultSeverity.Error)]);
        }

        ImmutableArray<Document> drafts = [.. parsed.Documents.Where(document => document.Definition is not (null or TestDefinition or FunnelDefinition))];
        return drafts.Length switch
        {
            0 => throw new BacktestRefusedException("There is nothing to backtest in these files. Expected a journey, a rule, a segment or a workspace."),
            > DocumentsMax => throw new BacktestRefusedException($"{drafts.Length} documents were given; at most {DocumentsMax} are backtested together."),
            _ => drafts,
        };
    }

    /// <summary>The last position to read, and the last one before the period.</summary>
    private static async Task<(long Head, long From)> PeriodAsync(IJourneyStore store, BacktestRequest request, CancellationToken cancellation)
    {
        var head = store.PositionOf(await store.HeadAsync(cancellation));
        if (head == 0)
        {
            throw new BacktestRefusedException($"{store.Place} holds no events yet.", "`journey import`, `journey serve` and `journey demo` bring some.");
        }

        if (head > LogPlaces.PositionMax)
        {
            throw new BacktestRefusedException($"The log holds {head:N0} events; a backtest goes through at most {LogPlaces.PositionMax:N0}.");
        }

        if (request.From >= request.To)
        {
            throw new BacktestRefusedException($"The period is empty: it begins at {Instants.ToIso(request.From!.Value)} and ends at {Instants.ToIso(request.To!.Value)}, which is left out.");
        }

        if (request.View == BacktestView.Occurrence || request.IncludeImported)
        {
            return (head, 0);
        }

        var last = request.To is { } to ? await LastBeforeAsync(store, to, head, cancellation) : head;
        var before = request.From is { } from ? await LastBeforeAsync(store, from, head, cancellation) : 0;
        return before < last ? (last, before) : throw new BacktestRefusedException(
            "The period is empty: no event of the log arrived in it.",
            "`journey timeline` shows when events arrived; imported history arrived when it was imported: --include-imported counts it when it happened.");
    }

    /// <summary>The last position of what arrived before a moment. The log is in order of arrival.</summary>
    private static async Task<long> LastBeforeAsync(IJourneyStore store, long moment, long head, CancellationToken cancellation)
    {
        var (low, high) = (1L, head + 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var page = await store.ReadAsync(await store.BeforeAsync(middle, cancellation), 1, cancellation);
            (low, high) = page.Events[0].ReceivedAt < moment ? (middle + 1, high) : (low, middle);
        }

        return low - 1;
    }

    /// <summary>When the log ends: the latest moment among its last events.</summary>
    private static async Task<long> EndAsync(IJourneyStore store, long head, BacktestRequest request, CancellationToken cancellation)
    {
        var page = await store.ReadAsync(await store.BeforeAsync(Math.Max(1, head - TailEvents + 1), cancellation), TailEvents, cancellation);
        return page.Events.Where(recorded => recorded.Position <= head).Max(recorded =>
            request.View == BacktestView.Occurrence || (request.IncludeImported && recorded.IsImported) ? recorded.OccurredAt : recorded.ReceivedAt);
    }

    private static (ImmutableArray<Document>? Documents, string? Label, ImmutableArray<ComparedText> Texts) OthersOf(
        BacktestRequest request, ImmutableArray<Document> drafts, Publications publications)
    {
        if (request.Against is null)
        {
            return (null, null, []);
        }

        if (request.AgainstFiles is { Count: > 0 } files)
        {
            var others = Parsed(files, publications.History.Latest);
            return (others, request.Against, [.. drafts.Select(draft => Text(draft, others.FirstOrDefault(other => IsSame(draft, other))?.Text, request.Against))]);
        }

        int? number = request.Against == "live" ? null
            : int.TryParse(request.Against, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed
            : throw new BacktestRefusedException($"'{request.Against}' was given to compare with. Expected live, the number of a published version, or a YAML file.");
        if (number is not null && drafts.Count(draft => draft.Compiled is not null) != 1)
        {
            throw new BacktestRefusedException("A version's number says which text only where one journey is backtested.", "Name a file instead, or live.");
        }

        var found = ImmutableArray.CreateBuilder<Document>();
        var texts = ImmutableArray.CreateBuilder<ComparedText>();
        foreach (var draft in drafts)
        {
            var publication = PublicationOf(publications, draft, draft.Compiled is null ? null : number);
            texts.Add(Text(draft, publication?.Text, publication is null ? "not published" : $"{draft.Name} version {publication.Version}"));
            if (publication is not null)
            {
                var one = DocumentParser.Parse(publication.File, publication.Text, new() { Published = publications.History.Latest });
                found.AddRange(one.Documents.Where(document => document.Definition is not null));
            }
        }

        return (found.ToImmutable(), number is null ? "live" : $"version {number}", texts.ToImmutable());
    }

    private static Publication? PublicationOf(Publications publications, Document draft, int? number)
    {
        var document = publications.Find(draft.Kind, draft.Name);
        if (number is null)
        {
            return document?.Latest;
        }

        return document is not null && number >= 1 && number <= document.Versions.Count ? document.Versions[number.Value - 1]
            : throw new BacktestRefusedException(document is null
                ? $"{draft.Name} is not published, so there is no version {number} to compare with."
                : $"{draft.Name} has no version {number}. Expected 1 to {document.Versions.Count}.");
    }

    private static bool IsSame(Document draft, Document other) =>
        draft.Name == other.Name && (draft.Kind == other.Kind || (draft.Compiled is not null && other.Compiled is not null));

    private static ComparedText Text(Document draft, string? against, string label) => new(draft.Name, draft.Text, draft.File, against, label);
}

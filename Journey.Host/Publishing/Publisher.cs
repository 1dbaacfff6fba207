using System.Collections.Immutable;
using Journey.Domain.Engine;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Domain.Language.Publishing;
using Journey.Host.Running;
using Journey.Host.Stores;
using Journey.Projections.Customers;
using Journey.Projections.ReadModels;

namespace Journey.Host.Publishing;

/// <summary>Publishes documents, and says first what that will do. For the command line, the API and a server's own documents alike.</summary>
/// <remarks>Two publishers cannot cross: whoever plans on the same state as another and applies later gets a conflict.</remarks>
public sealed class Publisher(IEventLog log, IStateStore states, TimeProvider clock)
{
    /// <summary>Customers whose states a preview reads at once.</summary>
    private const int StatesPageMax = 500;

    private const int RowsPageMax = 5_000;

    public Task<Publications> ReadAsync(CancellationToken cancellation = default) => Publications.ReadAsync(log, cancellation);

    /// <summary>Checks documents together with what is published, and compares.</summary>
    /// <param name="files">Names as people know them, and contents.</param>
    public async Task<PublishPlan> PlanAsync(IReadOnlyList<(string File, ReadOnlyMemory<byte> Utf8)> files, CancellationToken cancellation = default)
    {
        var published = await ReadAsync(cancellation);
        var parsed = DocumentParser.Parse(files, new() { Published = published.History.Latest });
        var planned = ImmutableArray.CreateBuilder<PlannedDocument>();
        foreach (var document in parsed.Documents.Where(document => document.Definition is not (null or TestDefinition)))
        {
            planned.Add(await PlanAsync(document, published, cancellation));
        }

        return new(parsed.Faults, planned.ToImmutable(), published.StreamVersion);
    }

    /// <summary>Publishes what the plan calls new or changed, all of it or nothing.</summary>
    /// <exception cref="InvalidOperationException">The plan has errors.</exception>
    public async Task<PublishAnswer> ApplyAsync(PublishPlan plan, CancellationToken cancellation = default)
    {
        if (plan.HasErrors)
        {
            throw new InvalidOperationException("A plan with errors cannot be applied.");
        }

        ImmutableArray<PlannedDocument> changes = [.. plan.Changes];
        if (changes.IsEmpty)
        {
            return new PublishAnswer.Published([], 0);
        }

        var now = Now();
        return await AppendAsync(plan.StreamVersion, [.. changes.Select(change => DefinitionDocuments.Publish(change.Document, now))], cancellation) is { } position
            ? new PublishAnswer.Published(changes, position)
            : new PublishAnswer.Conflict();
    }

    /// <summary>No entries into a journey or rule from here on; what is due meanwhile is held.</summary>
    public Task<StatusAnswer> PauseAsync(string name, CancellationToken cancellation = default) => ChangeAsync(name, JourneyStatus.Paused, cancellation);

    public Task<StatusAnswer> ResumeAsync(string name, CancellationToken cancellation = default) => ChangeAsync(name, JourneyStatus.Active, cancellation);

    /// <summary>Takes a document of any kind back; runs under way go on by their version.</summary>
    public Task<StatusAnswer> RetireAsync(string name, CancellationToken cancellation = default) => ChangeAsync(name, JourneyStatus.Retired, cancellation);

    /// <summary>Runs under way of each version of a journey, from the read models.</summary>
    public async Task<IReadOnlyDictionary<long, long>> RunsAsync(string journey, CancellationToken cancellation = default)
    {
        var runs = new SortedDictionary<long, long>();
        await foreach (var (_, version) in UnderWayAsync(journey, cancellation))
        {
            runs[version] = runs.GetValueOrDefault(version) + 1;
        }

        return runs;
    }

    private async Task<PlannedDocument> PlanAsync(Document document, Publications published, CancellationToken cancellation)
    {
        if (published.Find(document.Kind, document.Name) is not { } before)
        {
            return new(document, DocumentChange.New, 1, LinesOf(document.Text), 0, null);
        }

        var isSame = before.Latest.Hash == document.Hash;
        if (isSame && before.Status != JourneyStatus.Retired)
        {
            return new(document, DocumentChange.Unchanged, before.Latest.Version, 0, 0, null);
        }

        var (added, removed) = TextDiff.Count(before.Latest.Text, document.Text);
        var change = before.Status == JourneyStatus.Retired ? DocumentChange.New : DocumentChange.Changed;
        return new(document, change, before.Latest.Version + (isSame ? 0 : 1), added, removed,
            document.Compiled is { } next ? await PreviewAsync(next, published.History.Latest, cancellation) : null);
    }

    private async Task<InFlightSummary?> PreviewAsync(CompiledJourney next, DefinitionSet definitions, CancellationToken cancellation)
    {
        HashSet<string> customers = new(StringComparer.Ordinal);
        await foreach (var (customer, _) in UnderWayAsync(next.Definition.Name, cancellation))
        {
            customers.Add(customer);
        }

        var vocabulary = new Vocabulary();
        var now = Now();
        var previews = new List<InFlightPreview>();
        foreach (var page in customers.Order(StringComparer.Ordinal).Chunk(StatesPageMax))
        {
            foreach (var (customer, bytes) in await states.LoadAsync(page, cancellation))
            {
                var state = CustomerState.Read(customer, bytes.Span, vocabulary);
                previews.AddRange(JourneyEngine.Preview(definitions, state.Engine, next, now));
            }
        }

        return previews.Count == 0 ? null : InFlightSummary.Of(previews);
    }

    /// <summary>Customer and version of every run of a journey that has not ended.</summary>
    private async IAsyncEnumerable<(string Customer, long Version)> UnderWayAsync(
        string journey, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        // Where nothing was ever folded there are no tables to ask.
        if (await states.CheckpointAsync(Processor.Consumer, cancellation) == Checkpoint.Start)
        {
            yield break;
        }

        var table = ReadModelTables.Runs;
        var (customer, version) = (table.ColumnIndex("customer"), table.ColumnIndex("version"));
        for (var after = ""; ;)
        {
            Filter[] where = [new("journey", FilterKind.Equal, journey), new("ended_at", FilterKind.Equal, Cell.Null), new("customer", FilterKind.Greater, after)];
            var rows = await states.QueryAsync(new TableQuery(table, where, ["customer"], RowsPageMax), cancellation);
            var isLast = rows.Count < RowsPageMax;

            // A customer whose runs a full page may cut is left to the next one; nobody has so many runs as fill a page.
            var cut = isLast ? null : rows[^1][customer].Text;
            foreach (var row in rows.Where(row => row[customer].Text != cut))
            {
                after = row[customer].Text!;
                yield return (after, row[version].Integer);
            }

            if (isLast)
            {
                yield break;
            }
        }
    }

    private async Task<StatusAnswer> ChangeAsync(string name, JourneyStatus to, CancellationToken cancellation)
    {
        var published = await ReadAsync(cancellation);
        var document = published.Find(name);
        if (document is null)
        {
            return new StatusAnswer.Unknown([.. published.Documents.Values.Select(known => known.Name).Order(StringComparer.Ordinal)]);
        }

        if (to != JourneyStatus.Retired && !Publications.IsJourney(document.Kind))
        {
            return new StatusAnswer.Refused($"A {document.Kind} is neither paused nor resumed: it can be retired.");
        }

        if (document.Status == to)
        {
            return new StatusAnswer.Unchanged(document);
        }

        if (document.Status == JourneyStatus.Retired)
        {
            return new StatusAnswer.Refused($"{name} is retired. Publishing it again brings it back.");
        }

        var now = Now();
        var change = to switch
        {
            JourneyStatus.Paused => DefinitionDocuments.Pause(name, now),
            JourneyStatus.Active => DefinitionDocuments.Resume(name, now),
            _ => DefinitionDocuments.Retire(document.Kind, name, now),
        };
        return await AppendAsync(published.StreamVersion, [change], cancellation) is null ? new StatusAnswer.Conflict() : new StatusAnswer.Done(document, to);
    }

    /// <summary>Null: the stream has moved on.</summary>
    private async Task<long?> AppendAsync(long streamVersion, IReadOnlyList<NewEvent> events, CancellationToken cancellation)
    {
        var answers = await log.AppendAsync([new AppendRequest(SystemStreams.Definitions, ExpectedVersion.Exactly(streamVersion), events)], cancellation);
        return answers[0] is AppendResult.Appended appended ? appended.LastPosition : null;
    }

    private long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private static int LinesOf(string text) => TextDiff.Count("", text).Added;
}

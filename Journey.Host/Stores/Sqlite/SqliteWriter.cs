using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Host.Stores.Identities;
using Journey.Host.Stores.Personal;
using Journey.Projections.ReadModels;

namespace Journey.Host.Stores.Sqlite;

/// <summary>The one connection that writes, as a job sees it: inside a transaction that may hold other jobs too.</summary>
/// <remarks>A job throws to have nothing of it stored. It may be run a second time, where another job of its commit failed.</remarks>
public sealed partial class SqliteWriter : IDisposable
{
    private const int RulesAtOnce = 200;

    private readonly EventAppender _events;
    private readonly SqliteIdentityRows _identityRows;
    private readonly StoredIdentities _identities;
    private readonly StateWriter _states;
    private readonly PersonalKeys _keys;
    private EventReader _definitions;
    private IdentityRulesFold _rules = new();
    private long _rulesVersion;
    private bool _rulesChanged = true;

    internal SqliteWriter(SqliteDatabase database, SqliteStoreOptions options, PersonalKeys keys)
    {
        Database = database;
        _keys = keys;
        _definitions = Definitions(keys);
        _events = new EventAppender(database, options.StreamsCachedMax, new PayloadSealer(database.Personal, keys));
        _identityRows = new SqliteIdentityRows(database);
        _identities = new StoredIdentities(_identityRows, options.StreamsCachedMax);
        _states = new StateWriter(database, _events);
        Generations = new GenerationWriter(database, _states);
    }

    public SqliteDatabase Database { get; }

    /// <summary>Position of the last event, those of this transaction included.</summary>
    public long Head => _events.Head;

    /// <summary>Appends at the end of its stream, unless an event with its source and id is there already.</summary>
    /// <param name="position">Where it stands, either way.</param>
    public bool TryAppend(NewEvent @event, out long position)
    {
        AppendRules.Check(@event);
        _rulesChanged |= @event.Kind == EventKind.Definition;
        return _events.TryAppend(@event, out position);
    }

    internal AppendResult[] Append(IReadOnlyList<AppendRequest> requests)
    {
        var results = new AppendResult[requests.Count];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = _events.Append(requests[i]);
            _rulesChanged |= requests[i].Stream == SystemStreams.Definitions;
            if (results[i] is AppendResult.Appended)
            {
                _identities.Follow(requests[i]);
                Follow(requests[i]);
            }
        }

        return results;
    }

    internal IngestAnswer[] Ingest(IReadOnlyList<Interaction> interactions)
    {
        var answers = new IngestAnswer[interactions.Count];
        for (var i = 0; i < answers.Length; i++)
        {
            answers[i] = Ingest(interactions[i]);
        }

        return answers;
    }

    internal GenerationWriter Generations { get; }

    /// <summary>Parts two customers, unless they are not merged (any more).</summary>
    internal UnmergeAnswer Unmerge(Unmerge unmerge, long at)
    {
        if (!_identities.TryUnmerge(unmerge))
        {
            return new UnmergeAnswer.NotMerged();
        }

        var last = 0L;
        foreach (var parted in unmerge.ToEvents(at))
        {
            _events.TryAppend(parted, out last);
        }

        return new UnmergeAnswer.Done(last);
    }

    internal bool Commit(ProcessedBatch batch) => _states.Commit(batch);

    internal IReadOnlyList<string> Prepare(IReadOnlyList<TableDefinition> tables) => _states.Prepare(tables);

    internal IReadOnlyList<string> StaleTables() => _states.Stale();

    internal void Begin() => Database.Prepare("BEGIN IMMEDIATE").Run();

    internal void CommitTransaction()
    {
        Database.Prepare("COMMIT").Run();
        Database.Trim();
    }

    /// <summary>Undoes the transaction, and forgets what was learned in it.</summary>
    internal void Rollback()
    {
        if (Database.InTransaction)
        {
            Database.Prepare("ROLLBACK").Run();
        }

        _states.Forget();
        Generations.Forget();
        _identities.Forget();
        _events.Forget();
        (_definitions, _rules, _rulesVersion, _rulesChanged) = (Definitions(_keys), new IdentityRulesFold(), 0, true);
    }

    public void Dispose()
    {
        _events.Dispose();
        _identityRows.Dispose();
        Generations.Dispose();
        _states.Dispose();
        Database.Dispose();
    }

    private static EventReader Definitions(PersonalKeys keys) => new(16, new PayloadReader(keys));

    private IngestAnswer Ingest(Interaction interaction)
    {
        // A repeated interaction must teach nothing: what it said may have been overtaken since.
        if (_events.Find(interaction.Source, interaction.Id) is > 0 and var known)
        {
            return new IngestAnswer.Duplicate(known);
        }

        var rules = Rules();
        var resolution = IdentityResolution.Resolve(interaction, _identities, rules);
        foreach (var merged in IdentityEvents.Of(resolution.Merges, interaction))
        {
            _events.TryAppend(merged, out _);
        }

        _events.TryAppend(
            new NewEvent(
                resolution.Customer,
                interaction.Source,
                interaction.Id,
                interaction.Name,
                EventKind.Interaction,
                resolution.TeachesSomething ? interaction.Flags | EventFlags.LinksIdentity : interaction.Flags,
                interaction.Channel,
                interaction.OccurredAt,
                interaction.ReceivedAt,
                interaction.Payload),
            out var position);
        if (resolution.TeachesSomething)
        {
            _identities.Apply(resolution, position, rules);
        }

        return new IngestAnswer.Recorded(resolution.Customer, position);
    }

    /// <summary>As the log has them at its end: what is resolved next is resolved by them, whoever reads it later.</summary>
    private IdentityRules Rules()
    {
        while (_rulesChanged)
        {
            var page = _definitions.ReadStream(Database, SystemStreams.Definitions, _rulesVersion, RulesAtOnce);
            foreach (var recorded in page.Events)
            {
                _rules.Apply(recorded);
                _rulesVersion = recorded.Version;
            }

            _rulesChanged = page.Events.Count == RulesAtOnce;
        }

        return _rules.Rules;
    }
}

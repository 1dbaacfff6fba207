using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Npgsql;

namespace Journey.Host.Stores.Postgres;

/// <content>What is looked up for a transaction, and how it is written.</content>
internal sealed partial class LogWriter
{
    private const short Columns = 13;
    private const string CopySql =
        """
        COPY journey.events (position, stream, version, occurred_at, received_at, source, name, channel, "partition", kind, flags, event_id, payload)
        FROM STDIN (FORMAT binary)
        """;

    private const string StreamsSql =
        """
        SELECT s.name, s.id, coalesce((SELECT e.version FROM journey.events e WHERE e.stream = s.id ORDER BY e.version DESC LIMIT 1), 0), k.stream IS NOT NULL, k.wrapped
        FROM journey.streams s LEFT JOIN journey.personal_keys k ON k.stream = s.id
        WHERE s.name = ANY($1)
        """;

    private readonly CopyBuffer _rows = new();
    private readonly List<LogStream> _newStreams = [];

    /// <summary>The number of a stream, looked up now if need be; 0: nothing was ever appended to it.</summary>
    public LogStream Known(string name)
    {
        var stream = StreamOf(name);
        if (!stream.IsKnown)
        {
            using var batch = new NpgsqlBatch(Connection).With(StreamsSql, Parameters.Each([name]));
            using var answers = batch.ExecuteReader();
            TakeStreams(answers, [stream]);
        }

        return stream;
    }

    /// <summary>Writes what is taken so far, so that it can be read in this transaction.</summary>
    public void WriteNow()
    {
        Write();
        WriteRest();
    }

    private void WriteRest()
    {
        using var batch = new NpgsqlBatch(Connection);
        AddRest(batch);
        if (batch.BatchCommands.Count > 0)
        {
            batch.ExecuteNonQuery();
        }
    }

    private void LookUp(IReadOnlyList<ILogWork> works, bool checksKeys)
    {
        var needs = new LogNeeds();
        foreach (var work in works)
        {
            work.Need(needs);
        }

        checksKeys |= needs.IsEveryKeyAsked;
        if (checksKeys)
        {
            needs.Keys.UnionWith(_suspects);
            _suspects = [];
        }

        var streams = needs.Streams.Select(StreamOf).Where(stream => !stream.IsKnown).ToList();
        var identifiers = needs.Identifiers.Where(identifier => !Identities.Knows(identifier)).ToList();
        using var batch = new NpgsqlBatch(Connection);
        if (checksKeys && needs.Keys.Count > 0)
        {
            batch.With("SELECT event_key, position FROM journey.event_keys WHERE event_key = ANY($1)", Parameters.Each([.. needs.Keys]));
        }

        if (streams.Count > 0)
        {
            batch.With(StreamsSql, Parameters.Each(streams.Select(stream => (string?)stream.Name).ToArray()));
        }

        if (identifiers.Count > 0)
        {
            LogIdentityRows.AskFor(batch, identifiers);
        }

        if (batch.BatchCommands.Count == 0)
        {
            return;
        }

        using var answers = batch.ExecuteReader();
        if (checksKeys && needs.Keys.Count > 0)
        {
            while (answers.Read())
            {
                _taken.Add(answers.GetGuid(0), answers.GetInt64(1));
            }

            answers.NextResult();
        }

        if (streams.Count > 0)
        {
            TakeStreams(answers, streams);
            answers.NextResult();
        }

        if (identifiers.Count > 0)
        {
            _identityRows.Take(answers, identifiers);
        }
    }

    private void TakeStreams(NpgsqlDataReader answers, List<LogStream> asked)
    {
        while (answers.Read())
        {
            var stream = StreamOf(answers.Text(0));
            (stream.Id, stream.Committed) = (answers.GetInt64(1), answers.GetInt64(2));
            stream.HasKey = answers.GetBoolean(3);
            stream.WrappedKey = answers.IsDBNull(4) ? null : answers.GetFieldValue<byte[]>(4);
        }

        foreach (var stream in asked)
        {
            if (!stream.IsKnown)
            {
                stream.Committed = 0;
            }
        }
    }

    /// <summary>Copies pending events to the server. A published document may say anew what is personal, so that what follows one is written after it.</summary>
    private void Write()
    {
        if (_pending.Count == 0)
        {
            return;
        }

        LookUpPending();
        MakeParts();
        for (var next = 0; next < _pending.Count;)
        {
            var first = next;
            _rows.Begin();
            var isDefinition = false;
            while (next < _pending.Count && !isDefinition && _rows.Length < CopyBytesMax)
            {
                Add(_pending[next]);
                isDefinition = _pending[next++].Event.Kind == EventKind.Definition;
            }

            using (var copy = Connection.BeginRawBinaryCopy(CopySql))
            {
                copy.Write(_rows.End());
            }

            CopyKeys(first, next);

            if (isDefinition)
            {
                // Whoever seals what follows reads it first, names and all.
                WriteRest();
                _sealer.Forget();
            }
        }

        _pending.Clear();
    }

    /// <summary>Where an id was used before, the server refuses it here.</summary>
    private void CopyKeys(int first, int next)
    {
        _rows.Begin();
        for (var i = first; i < next; i++)
        {
            _rows.Row(2);
            _rows.Add(_pending[i].Key);
            _rows.Add(_pending[i].Position);
        }

        using var copy = Connection.BeginRawBinaryCopy("COPY journey.event_keys (event_key, position) FROM STDIN (FORMAT binary)");
        copy.Write(_rows.End());
    }

    /// <summary>A copy is cut there, so that its memory stays bounded.</summary>
    private const int CopyBytesMax = 64 * 1024 * 1024;

    private void Add(in PendingEvent pending)
    {
        var (stream, appended) = (pending.Stream, pending.Event);
        if (stream.Id == 0)
        {
            stream.Id = ++_lastStream;
            _newStreams.Add(stream);
        }

        _personalRows.Stream = stream;
        _rows.Row(Columns);
        _rows.Add(pending.Position);
        _rows.Add(stream.Id);
        _rows.Add(stream.Committed + pending.Ordinal);
        _rows.Add(appended.OccurredAt);
        _rows.Add(appended.ReceivedAt);
        _rows.Add(_sources[appended.Source]);
        _rows.Add(_names[appended.Name]);
        _rows.Add(_channels[appended.Channel.Name]);
        _rows.Add((short)stream.Partition);
        _rows.Add((short)appended.Kind);
        _rows.Add((short)appended.Flags);
        _rows.Add(appended.Id);
        _rows.Add(_sealer.Seal(stream.Id, appended));
    }

    private void LookUpPending()
    {
        var streams = _touched.Values.Where(stream => !stream.IsKnown && stream.Taken > 0).ToList();
        LogSymbols[] symbols = [.. new[] { _names, _sources, _channels }.Where(table => table.IsMissing)];
        if (streams.Count == 0 && symbols.Length == 0)
        {
            return;
        }

        using var batch = new NpgsqlBatch(Connection);
        if (streams.Count > 0)
        {
            batch.With(StreamsSql, Parameters.Each(streams.Select(stream => (string?)stream.Name).ToArray()));
        }

        foreach (var table in symbols)
        {
            table.AskFor(batch);
        }

        using var answers = batch.ExecuteReader();
        if (streams.Count > 0)
        {
            TakeStreams(answers, streams);
            answers.NextResult();
        }

        foreach (var table in symbols)
        {
            table.Take(answers);
        }
    }

    /// <summary>Parts are made before they are needed: when less than a tenth of one is left.</summary>
    private void MakeParts()
    {
        if (Head > _partsTo)
        {
            using var make = Connection.Command("SELECT journey.make_parts($1)", Parameters.Of(Head));
            _partsTo = (long)make.ExecuteScalar()!;
        }
    }

    private void AddRest(NpgsqlBatch batch)
    {
        if (_newStreams.Count > 0)
        {
            batch.With(
                "INSERT INTO journey.streams (id, name) SELECT * FROM unnest($1, $2)",
                Parameters.Each(_newStreams.Select(stream => stream.Id).ToArray()), Parameters.Each(_newStreams.Select(stream => (string?)stream.Name).ToArray()));
            _newStreams.Clear();
        }

        _names.Write(batch);
        _sources.Write(batch);
        _channels.Write(batch);
        _identityRows.Write(batch);
        _personalRows.Write(batch);
    }
}

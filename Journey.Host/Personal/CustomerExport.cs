using System.Text.Json;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Domain.Time;
using Journey.Host.Export;
using Journey.Host.Http.Queries;
using Journey.Host.Stores;
using Journey.Projections.Customers;
using Journey.Projections.ReadModels;

namespace Journey.Host.Personal;

/// <summary>Everything that is held on one customer, as one JSON document: what a person may ask for. Documented in docs/reference/exchange.md.</summary>
public sealed class CustomerExport(IEventLog log, IStateStore states, IErasureStore store)
{
    private const int RowsAtOnce = 1_000;
    private const int FlushBytes = 1 << 16;

    private readonly CustomerStreams _streams = new(log);

    /// <summary>Whether there is anything to be written.</summary>
    public async ValueTask<bool> IsKnownAsync(string customer, CancellationToken cancellation) => (await store.FamilyAsync(customer, cancellation)).Count > 0;

    /// <param name="at">When it is written, Unix milliseconds.</param>
    /// <returns>How many events were written.</returns>
    public async Task<long> WriteAsync(string customer, Stream output, long at, CancellationToken cancellation)
    {
        var family = await store.FamilyAsync(customer, cancellation);
        await using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, Encoder = ExportedEvent.WriterOptions.Encoder });
        json.WriteStartObject();
        json.WriteString("customer"u8, family[0]);
        json.WriteStartArray("customers"u8);
        foreach (var one in family)
        {
            json.WriteStringValue(one);
        }

        json.WriteEndArray();
        json.WriteString("exportedAt"u8, Instants.ToIso(at));
        await WriteTraitsAsync(json, family[0], cancellation);
        await WriteRowsAsync(json, family, cancellation);
        var identifiers = new SortedSet<string>(StringComparer.Ordinal);
        long events = 0;
        json.WriteStartArray("events"u8);
        await foreach (var recorded in _streams.ReadAsync(family, new Dictionary<string, long>(), cancellation))
        {
            if (recorded.Kind == EventKind.Interaction)
            {
                var (said, alias) = PayloadIds.Read(recorded.Json.Span);
                identifiers.UnionWith(said.Concat(alias).Select(one => $"{IdentifierNames.Of(one.Kind)}:{one.Value}"));
            }

            ExportedEvent.Write(json, recorded);
            events++;
            if (json.BytesPending >= FlushBytes)
            {
                await json.FlushAsync(cancellation);
            }
        }

        json.WriteEndArray();
        json.WriteStartArray("identifiers"u8);
        foreach (var identifier in identifiers)
        {
            json.WriteStringValue(identifier);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(cancellation);
        return events;
    }

    private async Task WriteTraitsAsync(Utf8JsonWriter json, string customer, CancellationToken cancellation)
    {
        json.WriteStartObject("traits"u8);
        var stored = await states.LoadAsync([customer], cancellation);
        if (stored.TryGetValue(customer, out var bytes))
        {
            foreach (var trait in CustomerState.Read(customer, bytes.Span, new Vocabulary()).Profile.Traits)
            {
                json.WritePropertyName(trait.Name);
                json.WriteRawValue(trait.Json, skipInputValidation: true);
            }
        }

        json.WriteEndObject();
    }

    private async Task WriteRowsAsync(Utf8JsonWriter json, IReadOnlyList<string> family, CancellationToken cancellation)
    {
        var stale = await StaleAsync(cancellation);
        json.WriteStartObject("readModels"u8);
        foreach (var table in ReadModelTables.All.Where(table => table.Columns[0].Name == "customer" && !stale.Contains(table.Name)))
        {
            json.WriteStartArray(table.Name);
            foreach (var customer in family)
            {
                for (var offset = 0; ; offset += RowsAtOnce)
                {
                    var rows = await states.QueryAsync(
                        new TableQuery(table, [new Filter("customer", FilterKind.Equal, customer)], [], RowsAtOnce, offset), cancellation);
                    foreach (var row in rows)
                    {
                        Write(json, table, row);
                    }

                    if (rows.Count < RowsAtOnce)
                    {
                        break;
                    }
                }
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>Tables of another version are folded again before they are read; a store that nothing was folded in has none.</summary>
    private async Task<IReadOnlySet<string>> StaleAsync(CancellationToken cancellation) =>
        (await states.CheckpointAsync(Running.Processor.Consumer, cancellation)).Token is null
            ? ReadModelTables.All.Select(table => table.Name).ToHashSet(StringComparer.Ordinal)
            : new HashSet<string>(StringComparer.Ordinal);

    private static void Write(Utf8JsonWriter json, TableDefinition table, Cell[] row)
    {
        json.WriteStartObject();
        for (var i = 0; i < row.Length; i++)
        {
            switch (row[i].Kind)
            {
                case CellKind.Null:
                    json.WriteNull(table.Columns[i].Name);
                    break;
                case CellKind.Integer:
                    json.WriteNumber(table.Columns[i].Name, row[i].Integer);
                    break;
                default:
                    json.WriteString(table.Columns[i].Name, row[i].ToString());
                    break;
            }
        }

        json.WriteEndObject();
    }
}

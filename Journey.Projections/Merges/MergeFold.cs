using Journey.Domain.Engine;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Projections.Carts;
using Journey.Projections.Customers;
using Journey.Projections.ReadModels;

namespace Journey.Projections.Merges;

/// <summary>Two customers become one: both sides fold again what they stood for, so that every table is as if it had been one stream from the start.</summary>
/// <remarks>
/// The absorbed side takes its own rows and sums back; the survivor's takes its own back too and puts those of the union. Neither looks at the
/// other's state, so that the two may be processed anywhere, in any order. Nothing is derived or decided in such a refold.
/// </remarks>
internal sealed class MergeFold(Projector projector, Vocabulary vocabulary)
{
    public void Apply(CustomerState state, in RecordedEvent merge, MergeHistory history, Func<long, DefinitionSet> definitionsAt, FoldOutput output)
    {
        if (!history.IsComplete || history.Position != merge.Position)
        {
            throw new ArgumentException($"The history of the merge at {merge.Position} is not complete.", nameof(history));
        }

        TakeBack(state, history.Own, definitionsAt, output);
        if (history.Absorbed is null)
        {
            BuryInto(IdentityFacts.SurvivorOf(merge), state, merge, output);
        }
        else
        {
            Adopt(state, history, definitionsAt, output);
        }
    }

    /// <summary>What arrives for a tombstone belongs to the survivor. Time does not: the survivor has a clock of its own.</summary>
    public static void Move(string survivor, in RecordedEvent recorded, FoldOutput output)
    {
        if (recorded.Kind == EventKind.Time)
        {
            return;
        }

        var id = StableHash.Id($"{recorded.Stream}|{recorded.Position}|moved");
        if (recorded.Name is EventNames.EventMoved or EventNames.RunsHandedOver)
        {
            output.Append(survivor, id, recorded.Name, recorded.Kind, recorded.Flags, recorded.OccurredAt, recorded.Payload.ToArray());
        }
        else
        {
            output.Append(survivor, id, EventNames.EventMoved, EventKind.Identity, recorded.Flags, recorded.OccurredAt, MovedEvent.Write(recorded));
        }
    }

    /// <summary>The engine state that "Runs Handed Over" carries.</summary>
    public static EngineState HandedOver(in RecordedEvent recorded)
    {
        var runs = Convert.FromBase64String(JsonScan.LongProperty(recorded.Json.Span, "runs"u8) ?? "");
        using var reader = new BinaryReader(new MemoryStream(runs));
        return EngineState.Read(reader);
    }

    private void TakeBack(CustomerState state, IEnumerable<RecordedEvent> own, Func<long, DefinitionSet> definitionsAt, FoldOutput output)
    {
        var contributed = Contribution(output);
        Refold(state.Customer, own, definitionsAt, contributed);
        foreach (var (table, rows) in contributed.Changes.Rows)
        {
            foreach (var key in rows.Keys)
            {
                output.Changes.Delete(table, key.Cells.ToArray());
            }
        }

        foreach (var (table, sums) in contributed.Changes.Sums)
        {
            foreach (var (key, amounts) in sums)
            {
                output.Changes.Add(table, key.Cells.ToArray(), Array.ConvertAll(amounts, static amount => -amount));
            }
        }
    }

    private void Adopt(CustomerState state, MergeHistory history, Func<long, DefinitionSet> definitionsAt, FoldOutput output)
    {
        var contributed = Contribution(output);
        var union = Refold(state.Customer, history.Union, definitionsAt, contributed);
        foreach (var (table, rows) in contributed.Changes.Rows)
        {
            foreach (var row in rows.Values)
            {
                output.Changes.Put(table, row!);
            }
        }

        foreach (var (table, sums) in contributed.Changes.Sums)
        {
            foreach (var (key, amounts) in sums)
            {
                output.Changes.Add(table, key.Cells.ToArray(), amounts);
            }
        }

        state.TakeProjections(union);
        state.Absorbed = [.. history.Everybody.Take(CustomerState.AbsorbedMax)];
    }

    private static void BuryInto(string survivor, CustomerState state, in RecordedEvent merge, FoldOutput output)
    {
        var runs = JourneyEngine.HandOver(state.Engine);
        state.TakeProjections(new CustomerState(state.Customer, state.Vocabulary));
        state.Engine = new EngineState();
        state.Segments = [];
        state.Absorbed = [];
        state.MergedInto = survivor;
        if (runs.IsEmpty)
        {
            return;
        }

        var from = state.Customer;
        var payload = DerivedEvents.Properties(json =>
        {
            json.WriteString("from", from);
            json.WriteBase64String("runs", runs.Span);
        });
        var id = StableHash.Id($"{state.Customer}|{merge.Position}|runs");
        output.Append(survivor, id, EventNames.RunsHandedOver, EventKind.Decision, EventFlags.None, merge.OccurredAt, payload);
    }

    private static FoldOutput Contribution(FoldOutput output)
    {
        var contributed = new FoldOutput { Emits = false };
        contributed.Changes.Keeps = output.Changes.Keeps;
        return contributed;
    }

    private CustomerState Refold(string customer, IEnumerable<RecordedEvent> events, Func<long, DefinitionSet> definitionsAt, FoldOutput output)
    {
        var state = new CustomerState(customer, vocabulary);
        output.Touch(state);
        foreach (var recorded in events)
        {
            var definitions = definitionsAt(recorded.Position);
            state.DefaultCurrency = definitions.Workspace.DefaultCurrency;
            state.EventCart = null;
            if (recorded.Kind == EventKind.Time)
            {
                while (IdleTimers.FireNext(state, definitions, recorded.OccurredAt, importedOnly: false, output))
                {
                }
            }
            else
            {
                projector.Apply(state, recorded with { Stream = customer }, definitions, output);
            }
        }

        output.Close(vocabulary);
        return state;
    }
}

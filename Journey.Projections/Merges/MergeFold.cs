using Journey.Domain.Engine;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Projections.Carts;
using Journey.Projections.Customers;
using Journey.Projections.Segments;

namespace Journey.Projections.Merges;

/// <summary>Two customers become one, or are parted again: both sides fold again what they stood for, so that every table is as if it had been one stream from the start.</summary>
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

        TakeBack(state, history.Before, definitionsAt, output);
        switch (merge.Name)
        {
            case EventNames.IdentityAbsorbed:
                BuryInto(IdentityFacts.SurvivorOf(merge), state, merge, output);
                break;
            case EventNames.IdentitiesUnmerged:
                Adopt(state, history, definitionsAt, output);
                GiveRunsBack(state, IdentityFacts.PartedFrom(merge), history.Parting, merge, output);
                break;
            default:
                state.MergedInto = null;
                Adopt(state, history, definitionsAt, output);
                break;
        }
    }

    /// <summary>Runs of somebody who has been parted from the customer meanwhile go on to them. Others are the customer's.</summary>
    /// <returns>True: they went on.</returns>
    public static bool PassesOn(CustomerState state, in RecordedEvent handedOver, FoldOutput output)
    {
        if (JsonScan.Property(handedOver.Json.Span, "restored"u8) is not null
            || JsonScan.Property(handedOver.Json.Span, "from"u8) is not { } from
            || state.Absorbed.Contains(from)
            || state.Absorbed.Count >= CustomerState.AbsorbedMax)
        {
            return false;
        }

        // As returned, which nobody passes on again: runs must not go round.
        var payload = Runs(state.Customer, Convert.FromBase64String(JsonScan.LongProperty(handedOver.Json.Span, "runs"u8) ?? ""), restored: from);
        var id = StableHash.Id($"{handedOver.Stream}|{handedOver.Position}|moved");
        output.Append(from, id, handedOver.Name, handedOver.Kind, handedOver.Flags, handedOver.OccurredAt, payload);
        return true;
    }

    /// <summary>Whether an "Event Moved" tells of somebody who is one with the customer, and of a time when they were.</summary>
    public static bool Takes(CustomerState state, in RecordedEvent moved)
    {
        var index = state.Absorbed.IndexOf(JsonScan.Property(moved.Json.Span, "from"u8) ?? "");
        return index < 0 ? state.Absorbed.Count >= CustomerState.AbsorbedMax : LogPlaces.Order(MovedEvent.PositionOf(moved)) > LogPlaces.Order(state.AbsorbedSince[index]);
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
        var union = Refold(state.Customer, history.After, definitionsAt, contributed);
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
        state.Absorbed = [.. history.Everybody.Keys.Take(CustomerState.AbsorbedMax)];
        state.AbsorbedSince = [.. history.Everybody.Values.Take(CustomerState.AbsorbedMax)];
    }

    private static void BuryInto(string survivor, CustomerState state, in RecordedEvent merge, FoldOutput output)
    {
        var runs = JourneyEngine.HandOver(state.Engine);
        state.TakeProjections(new CustomerState(state.Customer, state.Vocabulary));
        state.Engine = new EngineState();
        SegmentFold.LeaveAll(state, merge.OccurredAt, output);
        (state.Absorbed, state.AbsorbedSince) = ([], []);
        state.MergedInto = survivor;
        HandOver(state.Customer, survivor, runs, isReturn: false, merge, output);
    }

    /// <summary>A run goes with the event it was entered by; so do what is remembered of it and the messages that count for its caps.</summary>
    private static void GiveRunsBack(CustomerState state, string restored, Parting? parting, in RecordedEvent merge, FoldOutput output)
    {
        if (parting is not null)
        {
            var going = RunParting.Part(state.Engine, run => parting.Runs.Contains(run.ToString()), parting.HasPosition, parting.Messages);
            HandOver(state.Customer, restored, JourneyEngine.HandOver(going), isReturn: true, merge, output);
        }
    }

    private static void HandOver(string from, string to, ReadOnlyMemory<byte> runs, bool isReturn, in RecordedEvent merge, FoldOutput output)
    {
        if (runs.IsEmpty)
        {
            return;
        }

        var id = StableHash.Id($"{from}|{merge.Position}|runs");
        output.Append(to, id, EventNames.RunsHandedOver, EventKind.Decision, EventFlags.None, merge.OccurredAt, Runs(from, runs, isReturn ? to : null));
    }

    private static FoldOutput Contribution(FoldOutput output)
    {
        var contributed = new FoldOutput { Emits = false };
        contributed.Changes.Keeps = output.Changes.Keeps;
        return contributed;
    }

    private static ReadOnlyMemory<byte> Runs(string from, ReadOnlyMemory<byte> runs, string? restored) => DerivedEvents.Properties(json =>
    {
        json.WriteString("from", from);
        json.WriteBase64String("runs", runs.Span);
        if (restored is not null)
        {
            json.WriteString("restored", restored);
        }
    });

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

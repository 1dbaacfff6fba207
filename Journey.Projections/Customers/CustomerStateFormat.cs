using System.Buffers;
using Journey.Domain.Engine;
using Journey.Projections.Carts;
using Journey.Projections.Maps;

namespace Journey.Projections.Customers;

/// <summary>A customer's state as bytes: equal states give equal bytes. Snapshots of another version are rebuilt, not read.</summary>
internal static partial class CustomerStateFormat
{
    /// <summary>Raised whenever the layout, or what a fold makes of an event, changes.</summary>
    public const byte Version = 4;

    [ThreadStatic]
    private static StateWriter? t_writer;

    public static void Write(CustomerState state, IBufferWriter<byte> into)
    {
        var writer = t_writer ??= new StateWriter();
        writer.Reset();
        writer.Byte(Version);
        writer.Number(state.LastPosition);
        WriteOptional(writer, state.DueAt);
        writer.Text(state.MergedInto);
        WriteTexts(writer, state.Absorbed);
        state.AbsorbedSince.ForEach(writer.Number);
        WriteTexts(writer, state.Segments);
        WriteOptional(writer, state.SegmentsDueAt);
        writer.Number(state.SegmentsAt);
        WriteProfile(writer, state.Profile);
        WriteAddresses(writer, state.Profile.Addresses);
        WriteIdentifiers(writer, state.Identifiers);
        WriteLifetime(writer, state.Lifetime);
        WriteHistory(writer, state.History);
        WriteMapCase(writer, state.Map, state);
        WriteSessions(writer, state);
        WriteCarts(writer, state.Carts);
        WriteBrowse(writer, state.Browse);
        WriteMessages(writer, state.Messages);
        WriteRuns(writer, state.Runs);
        WriteEngine(writer, state.Engine);
        writer.Flag(state.IsErased);
        writer.CopyTo(into);
    }

    /// <exception cref="InvalidDataException">The bytes are of another version.</exception>
    public static CustomerState Read(string customer, ReadOnlySpan<byte> bytes, Vocabulary vocabulary)
    {
        if (bytes.IsEmpty || bytes[0] != Version)
        {
            throw new InvalidDataException($"The state of {customer} is of version {(bytes.IsEmpty ? 0 : bytes[0])}; this version reads {Version}: rebuild.");
        }

        var reader = new StateReader(bytes[1..], vocabulary);
        var state = new CustomerState(customer, vocabulary)
        {
            LastPosition = reader.Number(),
            DueAt = reader.Flag() ? reader.Number() : null,
            MergedInto = reader.TextOrNull(),
            Absorbed = ReadTexts(ref reader),
        };
        for (var i = 0; i < state.Absorbed.Count; i++)
        {
            state.AbsorbedSince.Add(reader.Number());
        }

        state.Segments = ReadTexts(ref reader);
        state.SegmentsDueAt = reader.Flag() ? reader.Number() : null;
        state.SegmentsAt = reader.Number();
        state.Profile = ReadProfile(ref reader);
        ReadAddresses(ref reader, state.Profile.Addresses);
        state.Identifiers = ReadIdentifiers(ref reader);
        state.Lifetime = ReadLifetime(ref reader);
        state.History = ReadHistory(ref reader);
        ReadMapCase(ref reader, state.Map, state);
        ReadSessions(ref reader, state);
        state.Carts = ReadCarts(ref reader);
        state.Browse = ReadBrowse(ref reader);
        state.Messages = ReadMessages(ref reader);
        state.Runs = ReadRuns(ref reader);
        state.Engine = ReadEngine(ref reader);
        state.IsErased = reader.Flag();
        return state;
    }

    private static void WriteOptional(StateWriter writer, long? value)
    {
        writer.Flag(value is not null);
        if (value is { } known)
        {
            writer.Number(known);
        }
    }

    private static void WriteTexts(StateWriter writer, List<string> texts)
    {
        writer.Number(texts.Count);
        foreach (var text in texts)
        {
            writer.Text(text);
        }
    }

    private static List<string> ReadTexts(ref StateReader reader)
    {
        var count = reader.Count();
        var texts = new List<string>(count);
        for (; count > 0; count--)
        {
            texts.Add(reader.Text());
        }

        return texts;
    }

    private static void WriteHistory(StateWriter writer, EventHistory history)
    {
        writer.Number(history.Count);
        foreach (var entry in history.Entries)
        {
            writer.Text(entry.Name.Text);
            writer.Number(entry.Total);
            writer.Number(entry.First);
            writer.Number(entry.Last - entry.First);
            writer.Number(entry.Count);
            var before = entry.First;
            foreach (var at in entry.Times)
            {
                writer.Number(at - before);
                before = at;
            }
        }
    }

    private static EventHistory ReadHistory(ref StateReader reader)
    {
        var history = new EventHistory();
        Span<long> times = stackalloc long[EventHistory.TimesMax];
        for (var left = reader.Count(); left > 0; left--)
        {
            var entry = new EventHistory.Entry(reader.Vocabulary.Name(reader.Text())) { Total = reader.Number(), First = reader.Number() };
            entry.Last = entry.First + reader.Number();
            var count = reader.Count();
            var before = entry.First;
            for (var i = 0; i < count; i++)
            {
                times[i] = before += reader.Number();
            }

            entry.Restore(times[..count]);
            history.Restore(entry);
        }

        return history;
    }

    /// <summary>Activities by their place among the customer's, which come first.</summary>
    private static void WriteMapCase(StateWriter writer, MapCase one, CustomerState state)
    {
        writer.Number(one.Events);
        if (one.Events == 0)
        {
            return;
        }

        writer.Number(one.FirstAt);
        writer.Number(one.LastAt - one.FirstAt);
        writer.Number(one.PreviousAt - one.FirstAt);
        writer.Number(one.ActivityCount);
        for (var i = 0; i < one.ActivityCount; i++)
        {
            // The customer's own list cannot refer to itself.
            var activity = one.Activities[i];
            WriteActivity(writer, activity, state, ReferenceEquals(one, state.Map) ? -1 : state.Map.Activities.IndexOf(activity));
            writer.Byte((byte)one.Repeated[i]);
        }

        WriteActivity(writer, one.Previous, state, state.Map.Activities.IndexOf(one.Previous));
        writer.Number(one.ArcCount);
        foreach (var arc in one.Arcs)
        {
            var (from, to) = ((int)(arc >> 32), (int)(uint)arc);
            WriteActivity(writer, from, state, state.Map.Activities.IndexOf(from));
            WriteActivity(writer, to, state, state.Map.Activities.IndexOf(to));
        }
    }

    private static void ReadMapCase(ref StateReader reader, MapCase one, CustomerState state)
    {
        one.Events = reader.Number();
        if (one.Events == 0)
        {
            return;
        }

        one.FirstAt = reader.Number();
        one.LastAt = one.FirstAt + reader.Number();
        one.PreviousAt = one.FirstAt + reader.Number();
        for (var left = reader.Count(); left > 0; left--)
        {
            one.Restore(ReadActivity(ref reader, state), (Repeats)reader.Byte());
        }

        one.Previous = ReadActivity(ref reader, state);
        for (var left = reader.Count(); left > 0; left--)
        {
            one.Restore(((ulong)(uint)ReadActivity(ref reader, state) << 32) | (uint)ReadActivity(ref reader, state));
        }
    }

    private static void WriteActivity(StateWriter writer, int id, CustomerState state, int place)
    {
        writer.Number(place + 1);
        if (place < 0)
        {
            var activity = state.Vocabulary.ActivityById(id);
            writer.Text(activity.Name.Text);
            writer.Text(activity.Channel);
        }
    }

    private static int ReadActivity(ref StateReader reader, CustomerState state)
    {
        var place = reader.Count() - 1;
        return place >= 0 ? state.Map.Activities[place] : reader.Vocabulary.Activity(reader.Vocabulary.Name(reader.Text()), reader.Text()).Id;
    }

    private static void WriteEngine(StateWriter writer, EngineState engine)
    {
        if (engine.IsEmpty)
        {
            writer.Bytes([]);
            return;
        }

        using var memory = new MemoryStream(128);
        using (var binary = new BinaryWriter(memory))
        {
            engine.Write(binary);
            binary.Flush();
            writer.Bytes(memory.GetBuffer().AsSpan(0, (int)memory.Length));
        }
    }

    private static EngineState ReadEngine(ref StateReader reader)
    {
        var bytes = reader.Bytes();
        if (bytes.IsEmpty)
        {
            return new EngineState();
        }

        using var binary = new BinaryReader(new MemoryStream(bytes.ToArray()));
        return EngineState.Read(binary);
    }
}

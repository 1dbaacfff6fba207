using System.Collections.Immutable;

namespace Journey.Domain.Engine;

/// <summary>The stored form of <see cref="EngineState"/>: compact, versioned, and the same bytes for the same state.</summary>
internal static class EngineStateFormat
{
    /// <summary>Raised whenever the layout changes. States are disposable: an unknown version is rebuilt from the log, not guessed at.</summary>
    public const byte Version = 1;

    public static void Write(EngineState state, BinaryWriter writer)
    {
        writer.Write(Version);
        writer.Write7BitEncodedInt64(state.LastBasis);
        writer.Write7BitEncodedInt(state.Runs.Count);
        foreach (var run in state.Runs)
        {
            Write(run, writer);
        }

        writer.Write7BitEncodedInt(state.Finished.Count);
        foreach (var run in state.Finished)
        {
            Write(run, writer);
        }

        writer.Write7BitEncodedInt(state.Messages.Count);
        foreach (var message in state.Messages)
        {
            writer.Write7BitEncodedInt64(message.At);
            writer.Write(message.Channel);
            writer.Write(message.Journey);
        }

        writer.Write7BitEncodedInt(state.Tallies.Count);
        foreach (var tally in state.Tallies)
        {
            writer.Write(tally.Journey);
            writer.Write7BitEncodedInt64(tally.Day);
            writer.Write7BitEncodedInt(tally.Entries);
            writer.Write(tally.Refused);
        }
    }

    public static EngineState Read(BinaryReader reader)
    {
        var version = reader.ReadByte();
        if (version != Version)
        {
            throw new InvalidDataException($"Engine state format {version} is not known to this version, which reads {Version}.");
        }

        var state = new EngineState { LastBasis = reader.Read7BitEncodedInt64() };
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            state.RunList.Add(ReadRun(reader));
        }

        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            state.FinishedList.Add(ReadFinished(reader));
        }

        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            state.MessageList.Add(new SentMessage(reader.Read7BitEncodedInt64(), ReadName(reader), ReadName(reader)));
        }

        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            state.TallyList.Add(new EntryTally(ReadName(reader), reader.Read7BitEncodedInt64(), reader.Read7BitEncodedInt(), reader.ReadBoolean()));
        }

        return state;
    }

    [Flags]
    private enum Has : byte { None = 0, Cart = 1, Holdout = 2, Held = 4, Goal = 8, Message = 16, Due = 32 }

    private static void Write(Run run, BinaryWriter writer)
    {
        WriteId(run.Id, writer);
        writer.Write(run.Journey);
        writer.Write7BitEncodedInt(run.Version);
        writer.Write(run.Key);
        writer.Write7BitEncodedInt64(run.EnteredAt);
        writer.Write7BitEncodedInt64(run.EntryPosition);
        var has = (run.CartId is null ? 0 : Has.Cart) | (run.IsHoldout ? Has.Holdout : 0) | (run.HeldSince is null ? 0 : Has.Held)
            | (run.ReachedGoal ? Has.Goal : 0) | (run.LastMessage is null ? 0 : Has.Message) | (run.Due == Run.Never ? 0 : Has.Due);
        writer.Write((byte)has);
        if (run.CartId is not null)
        {
            writer.Write(run.CartId);
        }

        writer.Write((byte)run.Rank);
        writer.Write((byte)run.Phase);
        writer.Write(run.Step);
        if (run.Due != Run.Never)
        {
            writer.Write7BitEncodedInt64(run.Due);
        }

        writer.Write7BitEncodedInt(run.Repeats);
        if (run.HeldSince is { } since)
        {
            writer.Write7BitEncodedInt64(since);
        }

        writer.Write7BitEncodedInt(run.Messages);
        if (run.LastMessage is { } message)
        {
            WriteId(message, writer);
        }

        writer.Write7BitEncodedInt(run.Steps.Length);
        foreach (var step in run.Steps)
        {
            writer.Write(step.Step);
            writer.Write7BitEncodedInt(step.Visits);
            writer.Write7BitEncodedInt64(step.At);
            writer.Write(step.Outcome);
            writer.Write(step.Channel);
            writer.Write7BitEncodedInt64(step.AnswerPosition);
            writer.Write7BitEncodedInt(step.Answer.Length);
            writer.Write(step.Answer.Span);
        }

        writer.Write7BitEncodedInt(run.Entry.Length);
        writer.Write(run.Entry.Span);
    }

    private static Run ReadRun(BinaryReader reader)
    {
        var run = new Run
        {
            Id = ReadId(reader),
            Journey = ReadName(reader),
            Version = reader.Read7BitEncodedInt(),
            Key = reader.ReadString(),
            EnteredAt = reader.Read7BitEncodedInt64(),
            EntryPosition = reader.Read7BitEncodedInt64(),
        };
        var has = (Has)reader.ReadByte();
        return run with
        {
            CartId = has.HasFlag(Has.Cart) ? reader.ReadString() : null,
            IsHoldout = has.HasFlag(Has.Holdout),
            ReachedGoal = has.HasFlag(Has.Goal),
            Rank = (AbandonmentRank)reader.ReadByte(),
            Phase = (RunPhase)reader.ReadByte(),
            Step = ReadName(reader),
            Due = has.HasFlag(Has.Due) ? reader.Read7BitEncodedInt64() : Run.Never,
            Repeats = reader.Read7BitEncodedInt(),
            HeldSince = has.HasFlag(Has.Held) ? reader.Read7BitEncodedInt64() : null,
            Messages = reader.Read7BitEncodedInt(),
            LastMessage = has.HasFlag(Has.Message) ? ReadId(reader) : null,
            Steps = ReadSteps(reader),
            Entry = reader.ReadBytes(reader.Read7BitEncodedInt()),
        };
    }

    private static ImmutableArray<StepMemory> ReadSteps(BinaryReader reader)
    {
        var count = reader.Read7BitEncodedInt();
        if (count == 0)
        {
            return [];
        }

        var steps = ImmutableArray.CreateBuilder<StepMemory>(count);
        for (var i = 0; i < count; i++)
        {
            var name = ReadName(reader);
            var visits = reader.Read7BitEncodedInt();
            var at = reader.Read7BitEncodedInt64();
            var (outcome, channel) = (ReadName(reader), ReadName(reader));
            var position = reader.Read7BitEncodedInt64();
            steps.Add(new StepMemory(name, visits, at, outcome, channel, reader.ReadBytes(reader.Read7BitEncodedInt()), position));
        }

        return steps.MoveToImmutable();
    }

    private static void Write(FinishedRun run, BinaryWriter writer)
    {
        WriteId(run.Id, writer);
        writer.Write(run.Journey);
        writer.Write7BitEncodedInt(run.Version);
        writer.Write(run.Key);
        writer.Write((byte)((run.CartId is null ? 0 : Has.Cart) | (run.IsHoldout ? Has.Holdout : 0) | (run.LastMessage is null ? 0 : Has.Message)));
        if (run.CartId is not null)
        {
            writer.Write(run.CartId);
        }

        writer.Write7BitEncodedInt64(run.EnteredAt);
        writer.Write7BitEncodedInt64(run.ExitedAt);
        writer.Write7BitEncodedInt64(run.GoalUntil);
        writer.Write7BitEncodedInt(run.Messages);
        if (run.LastMessage is { } message)
        {
            WriteId(message, writer);
        }
    }

    private static FinishedRun ReadFinished(BinaryReader reader)
    {
        var id = ReadId(reader);
        var journey = ReadName(reader);
        var version = reader.Read7BitEncodedInt();
        var key = reader.ReadString();
        var has = (Has)reader.ReadByte();
        return new FinishedRun(
            id,
            journey,
            version,
            key,
            has.HasFlag(Has.Cart) ? reader.ReadString() : null,
            reader.Read7BitEncodedInt64(),
            reader.Read7BitEncodedInt64(),
            reader.Read7BitEncodedInt64(),
            has.HasFlag(Has.Holdout),
            reader.Read7BitEncodedInt(),
            has.HasFlag(Has.Message) ? ReadId(reader) : null);
    }

    private static void WriteId(Guid id, BinaryWriter writer)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        writer.Write(bytes);
    }

    private static Guid ReadId(BinaryReader reader)
    {
        Span<byte> bytes = stackalloc byte[16];
        reader.ReadExactly(bytes);
        return new Guid(bytes, bigEndian: true);
    }

    // Names of journeys, steps and channels are few and repeat in every customer's state; keys and cart ids are neither.
    private static string ReadName(BinaryReader reader) => string.Intern(reader.ReadString());
}

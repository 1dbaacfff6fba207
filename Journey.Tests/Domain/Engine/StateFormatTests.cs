using Journey.Domain.Engine;

namespace Journey.Tests.Domain.Engine;

internal sealed class StateFormatTests
{
    // Everything that a state can hold is in it: every phase, answers, visits, a held run, a goal, a message, a cart, a holdout.
    private static readonly EngineState Full = Make();

    [Test]
    public void Reading_and_writing_again_gives_the_same_bytes()
    {
        var bytes = Bytes(Full);
        Assert.That(Bytes(World.ReadState(bytes)), Is.EqualTo(bytes));
    }

    [Test]
    public void What_is_read_is_what_was_written()
    {
        var read = World.ReadState(Bytes(Full));
        Assert.That(read.Finished, Is.EqualTo(Full.Finished));
        Assert.That(read.Messages, Is.EqualTo(Full.Messages));
        Assert.That(read.Tallies, Is.EqualTo(Full.Tallies));
        Assert.That(read.LastBasis, Is.EqualTo(Full.LastBasis));
        Assert.That(read.Runs.Select(Plain), Is.EqualTo(Full.Runs.Select(Plain)));
        Assert.That(read.Runs[0].Steps[0].Answer.ToArray(), Is.EqualTo("{\"left\":7}"u8.ToArray()));
        Assert.That(read.Runs[0].Entry.ToArray(), Is.EqualTo("{}"u8.ToArray()));
    }

    [Test]
    public void The_stored_layout_is_as_it_was()
    {
        // On disk: a change here needs another format version.
        Assert.That(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Bytes(Full))), Is.EqualTo("c5c008a5fa8acc9dadf269699f7dd8eb9f617998cab34f11f1364024199016e9"));
    }

    [Test]
    public void An_empty_state_is_a_few_bytes() => Assert.That(Bytes(new EngineState()), Is.EqualTo(new byte[] { 1, 0, 0, 0, 0, 0 }));

    [Test]
    public void Another_format_is_refused() =>
        Assert.That(() => World.ReadState([9, 0, 0, 0, 0, 0]), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo("Engine state format 9 is not known to this version, which reads 1."));

    [Test]
    public void A_torn_state_is_refused()
    {
        var bytes = Bytes(Full);
        Assert.That(() => World.ReadState(bytes[..^1]), Throws.InstanceOf<IOException>());
    }

    private static Run Plain(Run run) => run with { Steps = [], Entry = default };

    private static byte[] Bytes(EngineState state)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        state.Write(writer);
        return stream.ToArray();
    }

    private static EngineState Make()
    {
        var state = new EngineState { LastBasis = 4_000_000_000 };
        foreach (var phase in Enum.GetValues<RunPhase>())
        {
            state.RunList.Add(new Run
            {
                Id = new Guid((int)phase, 2, 3, [1, 2, 3, 4, 5, 6, 7, 8]),
                Journey = "nudge",
                Version = 3,
                Key = "ключ",
                EnteredAt = -5,
                EntryPosition = 17,
                CartId = phase == RunPhase.Resting ? "c1" : null,
                IsHoldout = phase == RunPhase.Listening,
                Rank = AbandonmentRank.Cart,
                Phase = phase,
                Step = phase == RunPhase.Paused ? "" : "rest",
                Due = phase == RunPhase.Listening ? Run.Never : phase == RunPhase.Calling ? -1 : 1_772_000_000_000,
                Repeats = 2,
                HeldSince = phase == RunPhase.Paused ? 0 : null,
                ReachedGoal = phase == RunPhase.Blocked,
                Messages = 1,
                LastMessage = phase == RunPhase.Blocked ? new Guid(7, 8, 9, [1, 2, 3, 4, 5, 6, 7, 8]) : null,
                Steps = phase == RunPhase.Resting ? [new StepMemory("ask", 4, 9, "answered", "web", "{\"left\":7}"u8.ToArray(), 12)] : [],
                Entry = phase == RunPhase.Resting ? "{}"u8.ToArray() : default(ReadOnlyMemory<byte>),
            });
        }

        state.FinishedList.Add(new FinishedRun(new Guid(1, 1, 1, [1, 2, 3, 4, 5, 6, 7, 8]), "nudge", 1, "", null, 1, 2, 3, true, 4, null));
        state.FinishedList.Add(new FinishedRun(new Guid(2, 1, 1, [1, 2, 3, 4, 5, 6, 7, 8]), "nudge", 1, "k", "c1", 1, 2, 0, false, 0, Guid.Empty));
        state.MessageList.Add(new SentMessage(1_772_000_000_000, "email", "nudge"));
        state.TallyList.Add(new EntryTally("nudge", 20_500, 3, true));
        return state;
    }
}

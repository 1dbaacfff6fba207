using System.Collections.Immutable;

namespace Journey.Domain.Engine;

/// <summary>What a run is doing between two reactions. The numbers are on disk: add, never renumber.</summary>
public enum RunPhase : byte
{
    /// <summary>In a <c>wait</c> step, until it is due.</summary>
    Resting = 1,

    /// <summary>In a <c>waitFor</c> step, until one of its events or the timeout.</summary>
    Listening = 2,

    /// <summary>In a <c>call</c> step, until the answer or the timeout.</summary>
    Calling = 3,

    /// <summary>About to do its step when due: a cap or quiet hours hold it back, or a newer version put it there.</summary>
    Blocked = 4,

    /// <summary>About to do its step once its journey is no longer paused; looks again when due.</summary>
    Paused = 5,
}

/// <summary>One customer's pass through a journey. Immutable: what moves it makes the next one.</summary>
public sealed record Run
{
    /// <summary><see cref="Due"/> of a run that waits for an event only.</summary>
    public const long Never = long.MaxValue;

    /// <summary>Name-based: (journey, customer, key, entry position), and the starting run for one that a <c>start</c> step began.</summary>
    public required Guid Id { get; init; }
    public required string Journey { get; init; }
    public required int Version { get; init; }

    /// <summary>Empty where the journey has no key; a rule's is the position of its event.</summary>
    public required string Key { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public required long EnteredAt { get; init; }

    /// <summary>Position of the event it entered by: templates look its properties up there.</summary>
    public required long EntryPosition { get; init; }

    /// <summary>The cart that <c>cart</c> means to this run, if it entered by one.</summary>
    public string? CartId { get; init; }

    /// <summary>Sends are withheld, so that lift can be shown. Decided once, at entry.</summary>
    public bool IsHoldout { get; init; }

    /// <summary>Which of the three abandonments it entered by.</summary>
    public AbandonmentRank Rank { get; init; }

    public RunPhase Phase { get; init; }

    /// <summary>The step it is in, or about to do; empty: about to complete.</summary>
    public string Step { get; init; } = "";

    /// <summary>When it goes on by itself, Unix milliseconds; <see cref="Never"/>: not.</summary>
    public long Due { get; init; } = Never;

    /// <summary>Resets of the present wait, or holds of the present send.</summary>
    public int Repeats { get; init; }

    /// <summary>When its journey's pause first held it back; null once it has waited again. Unix milliseconds.</summary>
    public long? HeldSince { get; init; }

    public bool ReachedGoal { get; init; }

    public int Messages { get; init; }

    /// <summary>The decision that asked for its last message: what a goal is credited to.</summary>
    public Guid? LastMessage { get; init; }

    /// <summary>What later steps may ask of earlier ones, where the document asks at all.</summary>
    public ImmutableArray<StepMemory> Steps { get; init; } = [];

    /// <summary>The entry event's properties as JSON text, UTF-8, without personal ones, where the document asks for <c>run.entry</c>; else empty.</summary>
    public ReadOnlyMemory<byte> Entry { get; init; }
}

/// <param name="Visits">Counted where a <c>goto</c> can come back.</param>
/// <param name="At">When it was last done, Unix milliseconds; 0: not done, or not asked for.</param>
/// <param name="Outcome">How it was last done (see <see cref="StepOutcomes"/>), an arm's name, or an event's; empty as above.</param>
/// <param name="Channel">A send's channel; empty for other steps.</param>
/// <param name="Answer">A call's answer: JSON text, UTF-8; empty: none.</param>
/// <param name="AnswerPosition">Where the answer stands in the log; 0: none.</param>
public readonly record struct StepMemory(string Step, int Visits, long At, string Outcome, string Channel, ReadOnlyMemory<byte> Answer, long AnswerPosition);

/// <summary>The three abandonments in order: the later stage of a purchase takes precedence. The numbers are on disk.</summary>
public enum AbandonmentRank : byte { None = 0, Browse = 1, Cart = 2, Checkout = 3 }

/// <summary>What stays of a run that ended, for as long as re-entry, a cooldown or a goal may ask.</summary>
/// <param name="GoalUntil">A goal before this instant still counts, Unix milliseconds; 0: none is looked for.</param>
public sealed record FinishedRun(
    Guid Id,
    string Journey,
    int Version,
    string Key,
    string? CartId,
    long EnteredAt,
    long ExitedAt,
    long GoalUntil,
    bool IsHoldout,
    int Messages,
    Guid? LastMessage);

/// <summary>A message asked for: what caps count.</summary>
public readonly record struct SentMessage(long At, string Channel, string Journey);

/// <param name="Day">Days since 1970 UTC, by the event's own time.</param>
/// <param name="Refused">The day's refusal for a limit is recorded already.</param>
public readonly record struct EntryTally(string Journey, long Day, int Entries, bool Refused);

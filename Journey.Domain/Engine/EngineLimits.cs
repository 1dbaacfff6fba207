using Journey.Domain.Time;

namespace Journey.Domain.Engine;

/// <summary>Every bound of the engine in one place, each with what happens at its edge.</summary>
public static class EngineLimits
{
    /// <summary>Active runs of one customer. One more does not enter: "Run Not Entered", reason <c>limit</c>, once a day and journey.</summary>
    public const int ActiveRunsMax = 200;

    /// <summary>Entries of one customer into one journey or rule in a day of UTC. One more does not enter, as above.</summary>
    public const int EntriesPerDayMax = 1_000;

    /// <summary>Visits of a run to one step. One more ends the run: exit reason <c>limit</c>.</summary>
    public const int VisitsPerStepMax = 100;

    /// <summary>Steps of a run in one reaction. One more ends the run: exit reason <c>limit</c>.</summary>
    public const int StepsPerReactionMax = 1_000;

    /// <summary>How often a send may be held back by a cap or quiet hours. One more ends the run: exit reason <c>limit</c>.</summary>
    public const int HoldsPerSendMax = 100;

    /// <summary>How deep journeys may start journeys at one event. One deeper ends the starting run: exit reason <c>limit</c>.</summary>
    public const int StartDepthMax = 10;

    /// <summary>How many emitted events may cause one another with no time between them. One more ends the emitting run: exit reason <c>limit</c>.</summary>
    public const int CascadeDepthMax = 10;

    /// <summary>Ended runs remembered per journey for re-entry, cooldown and goals. The one that ended first is forgotten.</summary>
    public const int FinishedRunsPerJourneyMax = 200;

    /// <summary>Messages remembered for caps, newest first kept.</summary>
    public const int MessagesMax = 500;

    /// <summary>How long a message is remembered for caps, in milliseconds: a cap's period can count no further back.</summary>
    public const long MessagesKeptMs = 366 * Instants.Day;

    /// <summary>Bytes of a call's answer that a run keeps. A larger answer counts as a failed call.</summary>
    public const int AnswerBytesMax = 16 * 1024;

    /// <summary>Bytes of the entry event's properties that a run keeps for <c>run.entry</c>. Of a larger event none are kept, and reading one is an error.</summary>
    public const int EntryBytesMax = 4 * 1024;

    /// <summary>Characters of a run's key. A longer one is no key, and nobody enters by it.</summary>
    public const int KeyLengthMax = 200;

    /// <summary>Furthest instant a wait may be due, Unix milliseconds: the end of the year 9999. A later one is due then.</summary>
    public const long DueMax = 253_402_300_799_999;

    /// <summary>While a journey is paused, its held runs look again after as long as they have been held, but within these bounds, in milliseconds.</summary>
    public const long PausedCheckMin = Instants.Minute;

    /// <inheritdoc cref="PausedCheckMin"/>
    public const long PausedCheckMax = Instants.Hour;
}

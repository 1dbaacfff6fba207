using System.Diagnostics.CodeAnalysis;

namespace Journey.Domain.Engine;

/// <summary>What the engine knows of one customer between two events: runs, and the little that outlives them.</summary>
/// <remarks>
/// The container is mutable, because a copy per event would be most of what processing costs; what it holds is immutable,
/// and only the engine changes it. Equal states have equal bytes (<see cref="EngineStateFormat"/>).
/// </remarks>
public sealed class EngineState
{
    // Most customers are in no journey: they carry the empty lists only.
    private static readonly List<Run> NoRuns = [];

    private List<Run>? _runs;
    private List<FinishedRun>? _finished;
    private List<SentMessage>? _messages;
    private List<EntryTally>? _tallies;

    /// <summary>Active runs, in order of entry.</summary>
    public IReadOnlyList<Run> Runs => _runs ?? NoRuns;

    public IReadOnlyList<FinishedRun> Finished => _finished ?? (IReadOnlyList<FinishedRun>)[];

    /// <summary>Messages asked for, oldest first.</summary>
    public IReadOnlyList<SentMessage> Messages => _messages ?? (IReadOnlyList<SentMessage>)[];

    public IReadOnlyList<EntryTally> Tallies => _tallies ?? (IReadOnlyList<EntryTally>)[];

    /// <summary>Position of the last event reacted to: the same one again decides nothing.</summary>
    public long LastBasis { get; internal set; }

    public bool IsEmpty => LastBasis == 0 && Runs.Count == 0 && Finished.Count == 0 && Messages.Count == 0 && Tallies.Count == 0;

    internal List<Run> RunList => _runs ??= [];
    internal List<FinishedRun> FinishedList => _finished ??= [];
    internal List<SentMessage> MessageList => _messages ??= [];
    internal List<EntryTally> TallyList => _tallies ??= [];

    /// <summary>True when no event can matter to what is here: there is no run, and no goal is still looked for.</summary>
    internal bool IsIdle
    {
        get
        {
            if (_runs is { Count: > 0 })
            {
                return false;
            }

            if (_finished is { Count: > 0 } finished)
            {
                foreach (var run in finished)
                {
                    if (run.GoalUntil != 0)
                    {
                        return false;
                    }
                }
            }

            return true;
        }
    }

    internal int IndexOf(Guid run)
    {
        if (_runs is { } runs)
        {
            for (var i = 0; i < runs.Count; i++)
            {
                if (runs[i].Id == run)
                {
                    return i;
                }
            }
        }

        return -1;
    }

    internal void Put(Run run) => RunList[IndexOf(run.Id)] = run;

    internal bool TryFind(Guid id, [NotNullWhen(true)] out Run? run)
    {
        var index = IndexOf(id);
        run = index < 0 ? null : RunList[index];
        return run is not null;
    }

    internal void Clear()
    {
        _runs = null;
        _finished = null;
        _messages = null;
        _tallies = null;
        LastBasis = 0;
    }

    public void Write(BinaryWriter writer) => EngineStateFormat.Write(this, writer);

    /// <exception cref="InvalidDataException">The bytes are of a format that this version does not read.</exception>
    public static EngineState Read(BinaryReader reader) => EngineStateFormat.Read(reader);
}

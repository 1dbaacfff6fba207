namespace Journey.Projections.Runs;

/// <summary>A customer's runs that have not ended, and the few that ended last.</summary>
/// <remarks>
/// Bounded: <see cref="RunsMax"/>; for a further one an ended one is forgotten, or else the oldest. Its row stays.
/// Of the ended, one whose split still waits for its goal is forgotten last, and of equals the one that ended first.
/// </remarks>
public sealed class RunList
{
    public const int RunsMax = 64;
    public const int EndedMax = 4;

    private readonly List<RunView> _runs = [];

    /// <summary>In the order in which they were entered.</summary>
    public IReadOnlyList<RunView> Runs => _runs;

    public long Active => _runs.Count(static run => run.EndedAt == 0);

    public RunView? Find(string id) => _runs.Find(run => run.Id == id);

    internal void Add(RunView run, out RunView? forgotten)
    {
        var ended = _runs.Count(static r => r.EndedAt != 0);
        forgotten = ended > EndedMax ? _runs.Where(static r => r.EndedAt != 0).MinBy(static r => (r.Arms.Count > 0 && r.GoalAt == 0, r.EndedAt))
            : _runs.Count >= RunsMax ? _runs[0]
            : null;
        if (forgotten is not null)
        {
            _runs.Remove(forgotten);
        }

        _runs.Add(run);
    }

    internal void Restore(RunView run) => _runs.Add(run);
}

using System.Runtime.InteropServices;
using Journey.Domain.Language;
using Journey.Domain.Language.Formats;
using Journey.Projections.Maps;
using Journey.Projections.Scans;

namespace Journey.Projections.Funnels;

/// <summary>Counts customers through a funnel's stages. For one thread; several are added up.</summary>
/// <remarks>
/// Closed: a customer reaches a stage who came through all the stages before it, in order, all of them within the window from the first.
/// Of several ways the one that began last is followed, which leaves the most time; one event reaches one stage of a way at most.
/// Open: every stage counts by itself; who went on from one to the next did so within the window. A customer counts once at each stage.
/// </remarks>
public sealed class FunnelCount(FunnelDefinition funnel, FunnelQuery query) : ITraceVisitor
{
    private const long DayMs = 86_400_000;
    private static readonly int FirstDay = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    private readonly int _stages = funnel.Stages.Length;
    private readonly (long From, long To) _period = (query.From ?? long.MinValue, query.To ?? long.MaxValue);
    private readonly long[] _counts = new long[funnel.Stages.Length];
    private readonly long[] _wentOn = new long[funnel.Stages.Length];
    private readonly List<long>[] _times = [.. funnel.Stages.Select(static _ => new List<long>())];
    private readonly long[] _began = new long[funnel.Stages.Length];
    private readonly long[] _reachedAt = new long[funnel.Stages.Length];
    private readonly SortedDictionary<long, (long Entered, long Completed)> _days = [];
    private readonly HashSet<long> _enteredOn = [];
    private readonly HashSet<long> _completedOn = [];

    public void Visit(string customer, ReadOnlySpan<int> codes, ReadOnlySpan<long> times)
    {
        Array.Fill(_began, long.MinValue);
        _enteredOn.Clear();
        _completedOn.Clear();
        int counted = 0, wentOn = 0;
        for (var i = 0; i < codes.Length; i++)
        {
            // From the last stage back, so that one event does not go through two of them.
            for (var stage = _stages - 1; stage >= 0; stage--)
            {
                if ((codes[i] & (1 << stage)) != 0)
                {
                    Reach(stage, times[i], ref counted, ref wentOn);
                }
            }
        }
    }

    public void Add(FunnelCount other)
    {
        for (var stage = 0; stage < _stages; stage++)
        {
            _counts[stage] += other._counts[stage];
            _wentOn[stage] += other._wentOn[stage];
            _times[stage].AddRange(other._times[stage]);
        }

        foreach (var (day, more) in other._days)
        {
            CountOn(day, more.Entered, more.Completed);
        }
    }

    public FunnelReport Report() => new(
        funnel.Name, Durations.Format(funnel.WithinMs), query.Open ? "open" : "closed", [.. Enumerable.Range(0, _stages).Select(StageOf)],
        query.Open ? null : [.. _days.Skip(Math.Max(0, _days.Count - FunnelReport.DaysMax)).Select(static pair => new FunnelDayCount(
            DateOnly.FromDayNumber(FirstDay + (int)pair.Key), pair.Value.Entered, pair.Value.Completed))]);

    private void Reach(int stage, long at, ref int counted, ref int wentOn)
    {
        var inPeriod = at >= _period.From && at < _period.To;
        var goesOn = stage > 0 && _began[stage - 1] != long.MinValue && at - _began[stage - 1] <= funnel.WithinMs;
        if (query.Open ? !inPeriod : stage == 0 ? !inPeriod : !goesOn)
        {
            return;
        }

        if (goesOn && (wentOn & (1 << stage)) == 0)
        {
            wentOn |= 1 << stage;
            _wentOn[stage]++;
            _times[stage].Add(at - _reachedAt[stage - 1]);
        }

        if ((counted & (1 << stage)) == 0)
        {
            counted |= 1 << stage;
            _counts[stage]++;
        }

        _began[stage] = query.Open || stage == 0 ? at : _began[stage - 1];
        _reachedAt[stage] = at;
        if (!query.Open)
        {
            CountDay(stage, _began[stage] / DayMs);
        }
    }

    /// <summary>A customer counts once on each day they entered on, and once more there if they came through from that day.</summary>
    private void CountDay(int stage, long day)
    {
        if (stage == 0 && _enteredOn.Add(day))
        {
            CountOn(day, 1, 0);
        }

        if (stage == _stages - 1 && _completedOn.Add(day))
        {
            CountOn(day, 0, 1);
        }
    }

    private void CountOn(long day, long entered, long completed)
    {
        var so = _days.GetValueOrDefault(day);
        _days[day] = (so.Entered + entered, so.Completed + completed);
    }


    private FunnelStageCount StageOf(int stage)
    {
        var before = stage == 0 ? _counts[0] : _counts[stage - 1];
        var conversion = stage == 0 ? 1 : before == 0 ? 0 : (double)_wentOn[stage] / before;
        var times = CollectionsMarshal.AsSpan(_times[stage]);
        times.Sort();
        return new FunnelStageCount(
            funnel.Stages[stage].Name,
            funnel.Stages[stage].On,
            _counts[stage],
            conversion,
            stage > 0 && before > 0 ? 1 - conversion : 0,
            query.Open ? null : _counts[0] == 0 ? 0 : (double)_counts[stage] / _counts[0],
            times.IsEmpty ? null : Quantiles.Of(times, 0.5) / 1000);
    }
}

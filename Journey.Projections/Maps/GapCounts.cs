using System.Runtime.InteropServices;

namespace Journey.Projections.Maps;

/// <summary>How often each gap stood on each arc.</summary>
/// <remarks>
/// There are nearly as many different ones as there are gaps, and looking each up would miss the processor's caches every time. So they are noted one
/// behind the other as single numbers, and sorted and counted when they are many, or asked for.
/// </remarks>
public sealed class GapCounts
{
    private const int NotedMax = 1 << 18;
    private const int ActivityBits = 24;
    private const int StepBits = 12;

    private readonly Dictionary<ulong, long> _counts = [];
    private readonly Dictionary<(GapCases Cases, ulong Arc, int Step), long> _far = [];
    private ulong[] _noted = new ulong[64];
    private int _count;

    /// <summary>About how many different ones there are: more than there are, rather than fewer.</summary>
    public int Count => _counts.Count + _far.Count + _count;

    /// <param name="arc">The activity it leaves from in the upper half, the one it leads to in the lower.</param>
    public void Add(GapCases cases, ulong arc, int step)
    {
        var (from, to) = ((uint)(arc >> 32), (uint)arc);
        if ((from | to) >> ActivityBits != 0)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_far, (cases, arc, step), out _)++;
            return;
        }

        if (_count == _noted.Length)
        {
            MakeRoom();
        }

        _noted[_count++] = ((((((ulong)cases << ActivityBits) | from) << ActivityBits) | to) << StepBits) | (uint)step;
    }

    public IEnumerable<(GapCases Cases, ulong Arc, int Step, long Count)> All()
    {
        Sum();
        foreach (var (gap, count) in _counts)
        {
            const ulong activity = (1UL << ActivityBits) - 1;
            var arc = gap >> StepBits;
            yield return (
                (GapCases)(arc >> (2 * ActivityBits)),
                ((arc >> ActivityBits & activity) << 32) | (arc & activity),
                (int)(gap & ((1UL << StepBits) - 1)),
                count);
        }

        foreach (var ((cases, arc, step), count) in _far)
        {
            yield return (cases, arc, step, count);
        }
    }

    public void Clear()
    {
        _counts.Clear();
        _far.Clear();
        _count = 0;
    }

    private void MakeRoom()
    {
        if (_noted.Length < NotedMax)
        {
            Array.Resize(ref _noted, _noted.Length * 2);
        }
        else
        {
            Sum();
        }
    }

    private void Sum()
    {
        var noted = _noted.AsSpan(0, _count);
        noted.Sort();
        for (var i = 0; i < noted.Length;)
        {
            var (gap, from) = (noted[i], i);
            while (i < noted.Length && noted[i] == gap)
            {
                i++;
            }

            CollectionsMarshal.GetValueRefOrAddDefault(_counts, gap, out _) += i - from;
        }

        _count = 0;
    }
}

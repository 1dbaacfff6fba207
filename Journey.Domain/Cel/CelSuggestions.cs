using System.Collections.Immutable;

namespace Journey.Domain.Cel;

/// <summary>Finds the names that a mistyped name may have meant.</summary>
internal static class CelSuggestions
{
    public static ImmutableArray<string> For(string name, IEnumerable<string> known)
    {
        // A third of the letters may be wrong, which is what people mistype and still recognise.
        var distanceMax = Math.Max(1, name.Length / 3);
        return
        [
            .. known.Distinct()
                .Select(candidate => (candidate, Distance: Distance(name, candidate)))
                .Where(pair => pair.Distance <= distanceMax)
                .OrderBy(pair => pair.Distance)
                .ThenBy(pair => pair.candidate, StringComparer.Ordinal)
                .Take(CelLimits.CandidatesMax)
                .Select(pair => pair.candidate),
        ];
    }

    /// <summary>Insertions, deletions, substitutions and swaps of neighbours, ignoring case.</summary>
    private static int Distance(string left, string right)
    {
        if (left.Length > 64 || Math.Abs(left.Length - right.Length) > 22)
        {
            return int.MaxValue;
        }

        var rows = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            rows[i, 0] = i;
        }

        for (var j = 0; j <= right.Length; j++)
        {
            rows[0, j] = j;
        }

        for (var i = 1; i <= left.Length; i++)
        {
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = Same(left[i - 1], right[j - 1]) ? 0 : 1;
                var best = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]))
                {
                    best = Math.Min(best, rows[i - 2, j - 2] + 1);
                }

                rows[i, j] = best;
            }
        }

        return rows[left.Length, right.Length];
    }

    private static bool Same(char left, char right) => char.ToLowerInvariant(left) == char.ToLowerInvariant(right);
}

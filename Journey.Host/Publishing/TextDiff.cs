using System.Globalization;

namespace Journey.Host.Publishing;

/// <summary>How one text becomes another, line by line: the shortest edit script (Myers 1986), written as a unified diff.</summary>
public static class TextDiff
{
    /// <summary>Lines around a change that a unified diff shows.</summary>
    public const int ContextLines = 3;

    /// <summary>Texts that differ in more lines are shown as one replaced by the other: an edit script would cost too much and tell nobody anything.</summary>
    public const int EditsMax = 2_000;

    private enum Edit { Keep, Remove, Add }

    /// <summary>Lines that were added and removed.</summary>
    public static (int Added, int Removed) Count(string before, string after)
    {
        var script = Script(Lines(before), Lines(after));
        return (script.Count(line => line.Edit == Edit.Add), script.Count(line => line.Edit == Edit.Remove));
    }

    /// <summary>Empty where the texts are the same.</summary>
    public static IReadOnlyList<string> Unified(string before, string after, string beforeName, string afterName)
    {
        var script = Script(Lines(before), Lines(after));
        var lines = new List<string>();
        for (var at = 0; at < script.Count;)
        {
            var change = script.FindIndex(at, line => line.Edit != Edit.Keep);
            if (change < 0)
            {
                break;
            }

            var start = Math.Max(at, change - ContextLines);
            var end = EndOfHunk(script, change);
            lines.Add(Head(script, start, end));
            lines.AddRange(script.GetRange(start, end - start).Select(line => (line.Edit switch { Edit.Add => "+", Edit.Remove => "-", _ => " " }) + line.Text));
            at = end;
        }

        return lines.Count == 0 ? [] : [$"--- {beforeName}", $"+++ {afterName}", .. lines];
    }

    /// <summary>Behind the last change that has no more than twice the context between it and the one before.</summary>
    private static int EndOfHunk(List<(Edit Edit, string Text)> script, int change)
    {
        var last = change;
        for (var i = change + 1; i < script.Count && i - last <= 2 * ContextLines + 1; i++)
        {
            last = script[i].Edit == Edit.Keep ? last : i;
        }

        return Math.Min(script.Count, last + 1 + ContextLines);
    }

    private static string Head(List<(Edit Edit, string Text)> script, int start, int end)
    {
        var before = script.Take(start).Count(line => line.Edit != Edit.Add);
        var after = script.Take(start).Count(line => line.Edit != Edit.Remove);
        var removed = script.Skip(start).Take(end - start).Count(line => line.Edit != Edit.Add);
        var added = script.Skip(start).Take(end - start).Count(line => line.Edit != Edit.Remove);
        return $"@@ -{Range(before, removed)} +{Range(after, added)} @@";
    }

    // A range of no lines stands behind the line it names, all others begin at theirs.
    private static string Range(int before, int count)
    {
        var line = (count == 0 ? before : before + 1).ToString(CultureInfo.InvariantCulture);
        return count == 1 ? line : $"{line},{count.ToString(CultureInfo.InvariantCulture)}";
    }

    private static string[] Lines(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }

    private static List<(Edit Edit, string Text)> Script(string[] before, string[] after)
    {
        var start = 0;
        while (start < before.Length && start < after.Length && before[start] == after[start])
        {
            start++;
        }

        var (beforeEnd, afterEnd) = (before.Length, after.Length);
        while (beforeEnd > start && afterEnd > start && before[beforeEnd - 1] == after[afterEnd - 1])
        {
            beforeEnd--;
            afterEnd--;
        }

        return
        [
            .. before[..start].Select(line => (Edit.Keep, line)),
            .. Shortest(before[start..beforeEnd], after[start..afterEnd]),
            .. before[beforeEnd..].Select(line => (Edit.Keep, line)),
        ];
    }

    /// <summary>Looks for the furthest point that each number of edits reaches on each diagonal, then walks back.</summary>
    private static List<(Edit, string)> Shortest(string[] before, string[] after)
    {
        var max = Math.Min(before.Length + after.Length, EditsMax);
        var furthest = new int[(2 * max) + 3];
        var trace = new List<int[]>();
        for (var edits = 0; edits <= max; edits++)
        {
            trace.Add(furthest[(max - edits + 1)..(max + edits + 2)]);
            for (var diagonal = -edits; diagonal <= edits; diagonal += 2)
            {
                var x = IsDown(furthest, max + 1 + diagonal, diagonal, edits) ? furthest[max + 2 + diagonal] : furthest[max + diagonal] + 1;
                var y = x - diagonal;
                while (x < before.Length && y < after.Length && before[x] == after[y])
                {
                    x++;
                    y++;
                }

                furthest[max + 1 + diagonal] = x;
                if (x >= before.Length && y >= after.Length)
                {
                    return Back(before, after, trace);
                }
            }
        }

        return [.. before.Select(line => (Edit.Remove, line)), .. after.Select(line => (Edit.Add, line))];
    }

    private static bool IsDown(int[] furthest, int index, int diagonal, int edits) =>
        diagonal == -edits || (diagonal != edits && furthest[index - 1] < furthest[index + 1]);

    private static List<(Edit, string)> Back(string[] before, string[] after, List<int[]> trace)
    {
        var script = new List<(Edit, string)>();
        var (x, y) = (before.Length, after.Length);
        for (var edits = trace.Count - 1; edits >= 0; edits--)
        {
            // What was furthest before this edit: the middle of the slice is diagonal 0.
            var furthest = trace[edits];
            var diagonal = x - y;
            var isDown = IsDown(furthest, edits + diagonal, diagonal, edits);
            var from = isDown ? diagonal + 1 : diagonal - 1;
            var (fromX, fromY) = edits == 0 ? (0, 0) : (furthest[edits + from], furthest[edits + from] - from);
            while (x > fromX && y > fromY)
            {
                script.Add((Edit.Keep, before[--x]));
                y--;
            }

            if (edits > 0)
            {
                script.Add(isDown ? (Edit.Add, after[--y]) : (Edit.Remove, before[--x]));
            }
        }

        script.Reverse();
        return script;
    }
}

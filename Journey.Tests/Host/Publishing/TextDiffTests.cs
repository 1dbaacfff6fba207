using FsCheck;
using FsCheck.Fluent;
using Journey.Host.Publishing;

namespace Journey.Tests.Host.Publishing;

public sealed class TextDiffTests
{
    private static string Text(params string[] lines) => string.Concat(lines.Select(line => line + "\n"));

    [Test]
    public void Equal_texts_have_no_diff() => Assert.That(TextDiff.Unified(Text("a", "b"), "a\r\nb", "one", "other"), Is.Empty);

    [Test]
    public void A_changed_line_stands_between_its_context() =>
        Assert.That(TextDiff.Unified(Text("1", "2", "3", "4", "5", "6", "7", "8", "9"), Text("1", "2", "3", "4", "five", "6", "7", "8", "9"), "old", "new"), Is.EqualTo(new[]
        {
            "--- old", "+++ new", "@@ -2,7 +2,7 @@", " 2", " 3", " 4", "-5", "+five", " 6", " 7", " 8",
        }));

    [Test]
    public void Changes_far_apart_are_hunks_of_their_own()
    {
        var before = Enumerable.Range(1, 20).Select(i => $"{i}").ToArray();
        var after = before.Select(line => line is "2" or "19" ? line + "!" : line).ToArray();
        Assert.That(TextDiff.Unified(Text(before), Text(after), "old", "new").Where(line => line.StartsWith("@@", StringComparison.Ordinal)),
            Is.EqualTo(new[] { "@@ -1,5 +1,5 @@", "@@ -16,5 +16,5 @@" }));
    }

    [Test]
    public void Changes_whose_contexts_touch_share_a_hunk()
    {
        var before = Enumerable.Range(1, 12).Select(i => $"{i}").ToArray();
        var after = before.Select(line => line is "2" or "9" ? line + "!" : line).ToArray();
        Assert.That(TextDiff.Unified(Text(before), Text(after), "old", "new").Count(line => line.StartsWith("@@", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [TestCase("", "a\n", "@@ -0,0 +1 @@")]
    [TestCase("a\n", "", "@@ -1 +0,0 @@")]
    public void A_text_that_is_new_or_gone_has_a_range_of_no_lines(string before, string after, string head) =>
        Assert.That(TextDiff.Unified(before, after, "old", "new")[2], Is.EqualTo(head));

    [Test]
    public void Moved_lines_are_counted_once_on_each_side() => Assert.That(TextDiff.Count(Text("a", "b", "c"), Text("c", "a", "b")), Is.EqualTo((1, 1)));

    [Test]
    public void Texts_that_differ_too_much_replace_each_other()
    {
        var before = Text([.. Enumerable.Range(0, TextDiff.EditsMax).Select(i => $"old {i}")]);
        var after = Text([.. Enumerable.Range(0, TextDiff.EditsMax).Select(i => $"new {i}")]);
        Assert.That(TextDiff.Count(before, after), Is.EqualTo((TextDiff.EditsMax, TextDiff.EditsMax)));
    }

    [Test]
    public void Applying_the_diff_gives_the_other_text()
    {
        var lines = Gen.Elements("a", "b", "c", "d").ListOf().Select(list => list.ToArray()).ToArbitrary();
        Prop.ForAll(lines, lines, (before, after) =>
        {
            var (added, removed) = TextDiff.Count(Text(before), Text(after));
            var diff = TextDiff.Unified(Text(before), Text(after), "old", "new");
            return Applied(before, diff).SequenceEqual(after) && after.Length - before.Length == added - removed;
        }).QuickCheckThrowOnFailure();
    }

    private static List<string> Applied(string[] before, IReadOnlyList<string> diff)
    {
        var result = new List<string>();
        var at = 0;
        foreach (var line in diff.Skip(2))
        {
            if (line.StartsWith("@@", StringComparison.Ordinal))
            {
                var range = line.Split(' ')[1][1..].Split(',');
                var start = int.Parse(range[0]) - (range.Length > 1 && range[1] == "0" ? 0 : 1);
                result.AddRange(before[at..start]);
                at = start;
            }
            else if (line[0] == '+')
            {
                result.Add(line[1..]);
            }
            else
            {
                Assert.That(before[at], Is.EqualTo(line[1..]));
                at++;
                if (line[0] == ' ')
                {
                    result.Add(line[1..]);
                }
            }
        }

        result.AddRange(before[at..]);
        return result;
    }
}

using Journey.Host.Cli;

namespace Journey.Tests.Host.Cli;

public sealed class TerminalTests
{
    [Test]
    public void A_table_in_a_pipe_is_plain_aligned_text()
    {
        using var output = new StringWriter { NewLine = "\n" };
        Table().WriteTo(new Terminal(output, TextWriter.Null, interactive: false, colour: false, TimeProvider.System));
        Assert.That(output.ToString(), Is.EqualTo("name        count\n[bold]x[/]      1\nb           1,000\n"));
    }

    [Test]
    public void A_table_on_a_terminal_has_borders_and_shows_markup_in_data_as_it_is()
    {
        using var output = new StringWriter { NewLine = "\n" };
        Table().WriteTo(new Terminal(output, TextWriter.Null, interactive: true, colour: false, TimeProvider.System));
        Assert.That(output.ToString(), Does.Contain("│ [bold]x[/] │     1 │").And.Contain("╭"));
    }

    [Test]
    public void Progress_in_a_pipe_is_a_line_every_few_seconds_with_rate_and_time_left()
    {
        var time = new ManualTime();
        using var error = new StringWriter { NewLine = "\n" };
        var terminal = new Terminal(TextWriter.Null, error, interactive: false, colour: false, time);
        ProgressDisplay.RunAsync(terminal, progress =>
        {
            progress.Report(new WorkProgress("importing", 0, 10_000, "rows"));
            time.Advance(TimeSpan.FromSeconds(4.999));
            progress.Report(new WorkProgress("importing", 900, 10_000, "rows"));
            time.Advance(TimeSpan.FromSeconds(0.001));
            progress.Report(new WorkProgress("importing", 1_000, 10_000, "rows"));
            time.Advance(TimeSpan.FromSeconds(5));
            progress.Report(new WorkProgress("importing", 10_000, 10_000, "rows"));
            return Task.CompletedTask;
        }).GetAwaiter().GetResult();
        Assert.That(error.ToString(), Is.EqualTo("importing: 1,000 of 10,000 rows, 200 rows/s, 45 s left\nimporting: 10,000 of 10,000 rows, 1,000 rows/s\n"));
    }

    [TestCase(0, "0 s")]
    [TestCase(90.5, "90.5 s")]
    [TestCase(600, "10 min")]
    [TestCase(9_000, "2.5 h")]
    [TestCase(864_000, "10 d")]
    public void Periods_are_shown_in_the_unit_that_people_would_use(double seconds, string shown) => Assert.That(Show.Seconds(seconds), Is.EqualTo(shown));

    private static TextTable Table()
    {
        var table = new TextTable().Column("name").Column("count", Align.Right);
        table.Row("[bold]x[/]", "1");
        table.Row("b", "1,000");
        return table;
    }

    private sealed class ManualTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan by) => _ticks += by.Ticks;

        public override long GetTimestamp() => _ticks;
    }
}

using System.Globalization;
using Spectre.Console;

namespace Journey.Host.Cli;

/// <summary>Shows how far long work has come: moving bars on a terminal, one plain line every few seconds elsewhere.</summary>
public static class ProgressDisplay
{
    /// <summary>How often a plain line is written, so that a build's log stays short.</summary>
    public static readonly TimeSpan PlainLineEvery = TimeSpan.FromSeconds(5);

    public static async Task<T> RunAsync<T>(Terminal terminal, Func<IProgress<WorkProgress>, Task<T>> work)
    {
        if (!terminal.IsInteractive)
        {
            return await work(new PlainLines(terminal));
        }

        return await terminal.ErrorScreen.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .StartAsync(context => work(new Bars(context, terminal.Time)));
    }

    public static Task RunAsync(Terminal terminal, Func<IProgress<WorkProgress>, Task> work) => RunAsync(terminal, async progress =>
    {
        await work(progress);
        return true;
    });

    /// <summary>"writing: 1,200 of 5,000 rows, 400 rows/s, 10 s left".</summary>
    internal static string Describe(WorkProgress progress, TimeSpan elapsed)
    {
        var rate = elapsed > TimeSpan.Zero ? progress.Done / elapsed.TotalSeconds : 0;
        var text = progress.Total > 0
            ? $"{progress.Stage}: {Amount(progress.Done, progress.Unit)} of {Amount(progress.Total, progress.Unit)}"
            : $"{progress.Stage}: {Amount(progress.Done, progress.Unit)}";
        if (progress.Unit != "bytes")
        {
            text += $" {progress.Unit}";
        }

        if (rate >= 1)
        {
            text += progress.Unit == "bytes" ? $", {Amount((long)rate, "bytes")}/s" : $", {Number((long)rate)} {progress.Unit}/s";
        }

        return rate > 0 && progress.Total > progress.Done
            ? $"{text}, {Duration(TimeSpan.FromSeconds(Math.Min((progress.Total - progress.Done) / rate, 8_640_000)))} left"
            : text;
    }

    private static string Amount(long value, string unit) => unit != "bytes" ? Number(value) : value switch
    {
        < 10_000 => $"{Number(value)} B",
        < 10_000_000 => $"{Number(value / 1_000)} kB",
        _ => $"{Number(value / 1_000_000)} MB",
    };

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Duration(TimeSpan left) => left switch
    {
        { TotalSeconds: < 90 } => $"{Math.Ceiling(left.TotalSeconds):0} s",
        { TotalMinutes: < 90 } => $"{left.TotalMinutes:0} min",
        _ => $"{left.TotalHours:0.#} h",
    };

    private sealed class Bars(ProgressContext context, TimeProvider time) : IProgress<WorkProgress>
    {
        private readonly Dictionary<string, (ProgressTask Task, long Start)> _tasks = [];

        public void Report(WorkProgress value)
        {
            lock (_tasks)
            {
                if (!_tasks.TryGetValue(value.Stage, out var stage))
                {
                    stage = (context.AddTask(value.Stage), time.GetTimestamp());
                    _tasks.Add(value.Stage, stage);
                }

                stage.Task.MaxValue = Math.Max(value.Total, 1);
                stage.Task.Value = value.Done;
                stage.Task.IsIndeterminate = value.Total == 0;
                stage.Task.Description = Markup.Escape(Describe(value, time.GetElapsedTime(stage.Start)));
            }
        }
    }

    private sealed class PlainLines(Terminal terminal) : IProgress<WorkProgress>
    {
        private readonly Lock _gate = new();
        private string? _stage;
        private long _stageStart;
        private long _lastLine;

        public void Report(WorkProgress value)
        {
            lock (_gate)
            {
                if (_stage != value.Stage)
                {
                    _stage = value.Stage;
                    _stageStart = _lastLine = terminal.Time.GetTimestamp();
                    return;
                }

                if (terminal.Time.GetElapsedTime(_lastLine) >= PlainLineEvery)
                {
                    _lastLine = terminal.Time.GetTimestamp();
                    terminal.Error.WriteLine(Describe(value, terminal.Time.GetElapsedTime(_stageStart)));
                }
            }
        }
    }
}

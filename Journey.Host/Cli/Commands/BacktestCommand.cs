using System.CommandLine;
using System.Text;
using Journey.Host.Backtests;
using Journey.Host.Publishing;

namespace Journey.Host.Cli.Commands;

/// <summary>Runs drafts over recorded history: what they would have done, and what would have been different.</summary>
internal sealed class BacktestCommand : JourneyCommand
{
    private readonly Argument<string[]> _files = new("drafts")
    {
        Description = "YAML files, or folders of them: journeys, rules, segments and workspaces, tried together. Nothing is published.",
        HelpName = "FILE|FOLDER",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<long?> _from = SharedOptions.Moment("--from", "The drafts are in force, and counting begins, with what arrived at this time. Left out: from the first event.");
    private readonly Option<long?> _to = SharedOptions.Moment("--to", "Up to this time, which is left out. Left out: to the end of the log.");

    private readonly Option<string?> _sample = new("--sample")
    {
        Description = "Some of the customers only, the same ones every time: a number of them, or a share.",
        HelpName = "NUMBER|PERCENT%",
    };

    private readonly Option<string?> _against = new("--against")
    {
        Description = "Say which customers would be treated differently: than by what is published (live), by a published version, or by a file.",
        HelpName = "live|VERSION|FILE",
    };

    private readonly Option<long?> _maxChanged = new("--max-changed")
    {
        Description = $"With --against: answer {ExitCodes.Threshold} where more customers than this would be treated differently.",
        HelpName = "CUSTOMERS",
    };

    private readonly Option<string?> _view = SharedOptions.Choice(
        "--view", ["arrival", "occurrence"], "arrival (the default): in the order of arrival, as decided then. occurrence: in the order in which things happened, as we know now.");

    private readonly Option<bool> _includeImported = new("--include-imported")
    {
        Description = "Imported history counts as if it had arrived when it happened. Without it, it triggers nothing, as live.",
    };

    private readonly Option<string?> _html = new("--html") { Description = "Also write the report as one HTML file that fetches nothing.", HelpName = "FILE" };
    private readonly Option<string?> _store = SharedOptions.Store();
    private readonly Option<bool> _json = SharedOptions.Json();

    public BacktestCommand(ICommandServices services, Terminal terminal)
        : base(
            "backtest",
            "Run draft journeys over recorded history: who would enter, what would be sent, and what would be different. Nothing is sent, and the store is not written to.",
            services,
            terminal)
    {
        _sample.Validators.Add(result =>
        {
            try
            {
                _ = result.GetValueOrDefault<string?>() is { } text ? BacktestSample.Parse(text) : null;
            }
            catch (FormatException e)
            {
                result.AddError($"--sample: {e.Message}");
            }
        });
        _maxChanged.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<long?>() < 0)
            {
                result.AddError("--max-changed: expected a number of customers, 0 or more.");
            }
        });
        Validators.Add(result =>
        {
            if (result.GetResult(_maxChanged) is not null && result.GetResult(_against) is null)
            {
                result.AddError("--max-changed: there is nothing to compare with. Expected --against as well.");
            }
        });
        Add(_files);
        Option[] options = [_from, _to, _sample, _against, _maxChanged, _view, _includeImported, _html, _store, _json];
        foreach (var option in options)
        {
            Add(option);
        }
    }

    public override IReadOnlyList<CommandExample> Examples =>
    [
        new("backtest drafts/abandoned-cart.yaml --store sqlite:shop.db", "What a draft would have done:"),
        new("backtest drafts/abandoned-cart.yaml --against live --html report.html", "Who would be treated differently than by what is published, as a report to pass on:"),
        new("backtest drafts/ --from 2026-01-01 --to 2026-02-01 --against live --max-changed 100", "Guard a merge: no more than 100 customers in January:"),
        new("backtest drafts/ --sample 10% --include-imported", "A quick look over imported history:"),
    ];

    public override IReadOnlyList<(int Code, string When)> OwnExitCodes =>
    [
        (ExitCodes.Failure, "a draft has an error, the period is empty, or the store cannot be read"),
        (ExitCodes.Threshold, "more customers than --max-changed would be treated differently"),
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var request = await RequestAsync(arguments, cancellation);
        await using var store = await Services.OpenAsync(SharedOptions.StoreOf(arguments, _store), StoreAccess.Read, cancellation);
        BacktestReport report;
        try
        {
            report = await ProgressDisplay.RunAsync(Terminal, progress => store.BacktestAsync(request, progress, cancellation));
        }
        catch (BacktestRefusedException refused)
        {
            DocumentReading.WriteErrors(Terminal, refused.Faults);
            throw new CommandException(refused.Message, hint: refused.Hint);
        }

        if (arguments.GetValue(_html) is { } path)
        {
            await File.WriteAllTextAsync(path, BacktestHtml.Of(report), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), cancellation);
        }

        if (arguments.GetValue(_json))
        {
            JsonOutput.Write(Terminal, report);
        }
        else
        {
            new BacktestText(report, Terminal).Write();
        }

        if (report.Differences is { } differences && differences.Customers > arguments.GetValue(_maxChanged))
        {
            Terminal.Error.WriteLine($"{Show.Count(differences.Customers, "customer")} would be treated differently: more than --max-changed {arguments.GetValue(_maxChanged)}.");
            return ExitCodes.Threshold;
        }

        return ExitCodes.Ok;
    }

    private async Task<BacktestRequest> RequestAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var against = arguments.GetValue(_against);
        var isFile = against is not (null or "live") && !against.All(char.IsAsciiDigit);
        return new BacktestRequest(
            await DocumentReading.FilesAsync(arguments.GetValue(_files) ?? [], cancellation),
            arguments.GetValue(_from),
            arguments.GetValue(_to),
            arguments.GetValue(_sample) is { } sample ? BacktestSample.Parse(sample) : null,
            against,
            isFile ? await DocumentReading.FilesAsync([against!], cancellation) : null,
            arguments.GetValue(_view) == "occurrence" ? BacktestView.Occurrence : BacktestView.Arrival,
            arguments.GetValue(_includeImported));
    }
}

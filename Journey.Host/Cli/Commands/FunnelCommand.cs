using System.CommandLine;
using System.Globalization;
using Journey.Domain.Language;
using Journey.Domain.Language.Publishing;
using Journey.Host.Funnels;
using Journey.Host.Publishing;
using Journey.Host.Running;
using Journey.Host.Scans;
using Journey.Projections.Funnels;

namespace Journey.Host.Cli.Commands;

/// <summary>Funnels, published or drafted, counted over history.</summary>
internal sealed class FunnelCommand : JourneyCommand
{
    private readonly Argument<string?> _name = new("name")
    {
        Description = "A published funnel, or a file with one funnel document. Left out: lists what is published.",
        HelpName = "NAME|FILE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _counting = SharedOptions.Choice(
        "--counting", ["closed", "open"], "closed: only who came through the stages before. open: every stage by itself. Left out: as the document says.");

    private readonly Option<string?> _channel = new("--channel") { Description = "Only interactions on this channel.", HelpName = "CHANNEL" };
    private readonly Option<string?> _segment = new("--segment") { Description = "Only customers in this segment.", HelpName = "NAME" };
    private readonly Option<long?> _from = SharedOptions.Moment("--from", "Only who entered from then on.");
    private readonly Option<long?> _to = SharedOptions.Moment("--to", "Only who entered before then.");
    private readonly Option<string?> _store = SharedOptions.Store();
    private readonly Option<bool> _json = SharedOptions.Json();

    public FunnelCommand(ICommandServices services, Terminal terminal)
        : base("funnel", "Count customers through the stages of a funnel, over all of history or a part of it.", services, terminal)
    {
        foreach (var option in (Option[])[_counting, _channel, _segment, _from, _to, _store, _json])
        {
            Add(option);
        }

        Add(_name);
    }

    public override IReadOnlyList<CommandExample> Examples =>
    [
        new("funnel", "Which funnels are published:"),
        new("funnel purchase --from 2026-03-01 --to 2026-04-01", "Who entered in March, and how far they came:"),
        new("funnel draft.yaml --counting open --channel app", "A draft, before it is published, every stage by itself:"),
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        await using var store = await Services.OpenAsync(SharedOptions.StoreOf(arguments, _store), StoreAccess.Read, cancellation);
        var definitions = (await DefinitionHistory.Empty.LoadAsync(store.Log, cancellation)).Latest;
        if (arguments.GetValue(_name) is not { } name)
        {
            return List(FunnelSummary.Of(definitions), arguments.GetValue(_json));
        }

        var funnel = definitions.Funnels.TryGetValue(name, out var published) ? published
            : File.Exists(name) ? await DraftFile.ReadAsync<FunnelDefinition>(name, "funnel", definitions, Terminal, cancellation)
            : throw new CommandException(
                $"'{name}' is neither a published funnel nor a file.",
                hint: NearMiss.Of(name, [.. definitions.Funnels.Keys]) is { } meant ? $"Did you mean `{meant}`?" : null);
        var query = new FunnelQuery(
            arguments.GetValue(_counting) is { } counting ? counting == "open" : funnel.Open,
            arguments.GetValue(_channel), arguments.GetValue(_segment), arguments.GetValue(_from), arguments.GetValue(_to));
        var report = await CountAsync(store, funnel, query, cancellation);
        if (arguments.GetValue(_json))
        {
            JsonOutput.Write(Terminal, report);
        }
        else
        {
            Print(report);
        }

        return ExitCodes.Ok;
    }

    private async Task<FunnelReport> CountAsync(IOpenStore store, FunnelDefinition funnel, FunnelQuery query, CancellationToken cancellation)
    {
        using var desk = new ScanDesk(store.Log, ScanLimits.Default);
        var head = store.Log.PositionOf(await store.Log.HeadAsync(cancellation));
        try
        {
            return await ProgressDisplay.RunAsync(
                Terminal, progress => new FunnelReader(desk).CountAsync(funnel, query, new Scanned(progress, head), cancellation));
        }
        catch (ScanRequestException request)
        {
            throw new CommandException($"--{request.Parameter}: {request.Message}", ExitCodes.Usage);
        }
        catch (ScanTooLargeException large)
        {
            throw new CommandException(large.Message);
        }
    }

    private int List(IReadOnlyList<FunnelSummary> funnels, bool asJson)
    {
        if (asJson)
        {
            JsonOutput.Write(Terminal, new { items = funnels });
            return ExitCodes.Ok;
        }

        var table = new TextTable().Column("funnel").Column("within").Column("counting").Column("stages");
        foreach (var funnel in funnels)
        {
            table.Row(funnel.Name, funnel.Within, funnel.Open ? "open" : "closed", string.Join(" > ", funnel.Stages));
        }

        table.WriteTo(Terminal);
        return ExitCodes.Ok;
    }

    private void Print(FunnelReport report)
    {
        Terminal.Out.WriteLine($"{report.Name}: {report.Counting}, within {report.Within}");
        var table = new TextTable().Column("stage").Column("customers", Align.Right).Column("went on", Align.Right)
            .Column("dropped off", Align.Right).Column("of the first", Align.Right).Column("median", Align.Right);
        foreach (var stage in report.Stages)
        {
            table.Row(
                stage.Name, Show.Number(stage.Count), Percent(stage.Conversion), Percent(stage.DropOff),
                stage.Overall is { } overall ? Percent(overall) : "", stage.MedianSeconds is { } median ? Show.Seconds(median) : "");
        }

        table.WriteTo(Terminal);
    }

    private static string Percent(double share) => share.ToString("P1", CultureInfo.InvariantCulture);

    private sealed class Scanned(IProgress<WorkProgress> progress, long head) : IProgress<long>
    {
        public void Report(long value) => progress.Report(new WorkProgress("scanning", Math.Min(value, head), head, "events"));
    }
}

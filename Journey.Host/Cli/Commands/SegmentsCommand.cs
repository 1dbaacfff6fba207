using System.CommandLine;
using Journey.Domain.Language;
using Journey.Domain.Language.Publishing;
using Journey.Host.Publishing;
using Journey.Host.Running;
using Journey.Host.Segments;

namespace Journey.Host.Cli.Commands;

/// <summary>Segments: how large, over time, who is in them, and who would be in a draft.</summary>
internal sealed class SegmentsCommand : JourneyCommand
{
    private const int DaysShown = 30;

    private readonly Argument<string?> _name = new("name") { Description = "One segment. Left out: all of them.", HelpName = "NAME", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _preview = new("--preview") { Description = "A file with one segment document: who would be in it if it were published now.", HelpName = "FILE" };
    private readonly Option<int> _limit = SharedOptions.Limit(100, 10_000, "Most customers of a segment to list.");
    private readonly Option<string?> _store = SharedOptions.Store();
    private readonly Option<bool> _json = SharedOptions.Json();

    public SegmentsCommand(ICommandServices services, Terminal terminal)
        : base("segments", "List segments: how large they are, were, and who is in them; or look at a draft first.", services, terminal)
    {
        Add(_name);
        Add(_preview);
        Add(_limit);
        Add(_store);
        Add(_json);
    }

    public override IReadOnlyList<CommandExample> Examples =>
    [
        new("segments", "Every published segment and its size:"),
        new("segments vip --limit 20", "One segment over time, and twenty of its customers:"),
        new("segments --preview vip.yaml", "Who would be in a draft, who would enter and who would leave:"),
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        await using var store = await Services.OpenAsync(SharedOptions.StoreOf(arguments, _store), StoreAccess.Read, cancellation);
        var definitions = (await DefinitionHistory.Empty.LoadAsync(store.Log, cancellation)).Latest;
        var reader = new SegmentReader(store.States);
        if (arguments.GetValue(_preview) is { } file)
        {
            var draft = await DraftFile.ReadAsync<SegmentDefinition>(file, "segment", definitions, Terminal, cancellation);
            var now = Terminal.Time.GetUtcNow().ToUnixTimeMilliseconds();
            var report = await ProgressDisplay.RunAsync(Terminal, progress => reader.PreviewAsync(draft, definitions, now, new Looked(progress), cancellation));
            return Answer(arguments, report, () => Print(report));
        }

        if (arguments.GetValue(_name) is not { } name)
        {
            var all = await reader.ListAsync(definitions, cancellation);
            return Answer(arguments, new { items = all }, () => Print(all));
        }

        if (!definitions.Segments.TryGetValue(name, out var segment))
        {
            throw new CommandException($"No segment named '{name}' is published.", hint: NearMiss.Of(name, [.. definitions.Segments.Keys]) is { } meant ? $"Did you mean `{meant}`?" : null);
        }

        var one = await reader.ReadAsync(segment, cancellation);
        var members = await reader.MembersAsync(name, arguments.GetValue(_limit), cancellation);
        return Answer(arguments, new { one.Name, one.Description, one.Where, one.Size, one.Sizes, customers = members }, () => Print(one, members));
    }

    private int Answer<T>(ParseResult arguments, T report, Action print)
    {
        if (arguments.GetValue(_json))
        {
            JsonOutput.Write(Terminal, report);
        }
        else
        {
            print();
        }

        return ExitCodes.Ok;
    }

    private void Print(IReadOnlyList<SegmentSummary> all)
    {
        var table = new TextTable().Column("segment").Column("customers", Align.Right).Column("where");
        foreach (var segment in all)
        {
            table.Row(segment.Name, Show.Number(segment.Size), segment.Where.ReplaceLineEndings(" "));
        }

        table.WriteTo(Terminal);
    }

    private void Print(SegmentReport segment, IReadOnlyList<SegmentMember> members)
    {
        Terminal.Out.WriteLine($"{segment.Name}: {Show.Count(segment.Size, "customer")} where {segment.Where.ReplaceLineEndings(" ")}");
        var days = new TextTable().Column("day").Column("customers", Align.Right).Column("entered", Align.Right).Column("left", Align.Right);
        foreach (var day in segment.Sizes.TakeLast(DaysShown))
        {
            days.Row(day.Day, Show.Number(day.Size), Show.Number(day.Entered), Show.Number(day.Left));
        }

        days.WriteTo(Terminal);
        Terminal.Out.WriteLine();
        var table = new TextTable().Column("customer").Column("entered at");
        foreach (var member in members)
        {
            table.Row(member.Customer, member.EnteredAt);
        }

        table.WriteTo(Terminal);
    }

    private void Print(SegmentPreviewReport report)
    {
        Terminal.Out.WriteLine($"{report.Name}: {Show.Count(report.Size, "customer")} would be in it; {Show.Number(report.Entering)} would enter, {Show.Number(report.Leaving)} would leave.");
        foreach (var (what, customers) in new[] { ("enters", report.EnteringCustomers), ("leaves", report.LeavingCustomers) })
        {
            foreach (var customer in customers)
            {
                Terminal.Out.WriteLine($"{what}  {customer}");
            }
        }
    }

    private sealed class Looked(IProgress<WorkProgress> progress) : IProgress<long>
    {
        public void Report(long value) => progress.Report(new WorkProgress("looking", value, 0, "customers"));
    }
}

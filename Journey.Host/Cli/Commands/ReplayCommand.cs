using System.CommandLine;
using System.Text;
using System.Text.Json;
using Journey.Domain.Language.Publishing;
using Journey.Domain.Time;
using Journey.Host.Replay;
using Journey.Host.Running;
using Journey.Host.Stores;
using Journey.Host.Why;

namespace Journey.Host.Cli.Commands;

/// <summary>Folds history again, beside what is live.</summary>
internal sealed class ReplayCommand : JourneyCommand
{
    private const int DigestShown = 16;

    /// <summary>Entries of the trace shown around the first difference.</summary>
    private const int TraceShown = 10;

    private readonly Option<long?> _to = SharedOptions.Moment("--to", "Stop before the first event that arrived later; without an offset, UTC.");
    private readonly Option<long?> _position = new("--position") { Description = "Stop after the event at this global position.", HelpName = "N" };
    private readonly Option<string?> _into = SharedOptions.NewStore("--into", "Keep what comes of it as a store of its own; the file must not be there yet. Left out: in memory only.");
    private readonly Option<bool> _verify = new("--verify") { Description = "Also take every recorded decision again, by the version that took it, and report the first that differs." };
    private readonly Option<string?> _store = SharedOptions.Store();
    private readonly Option<bool> _json = SharedOptions.Json();

    public ReplayCommand(ICommandServices services, Terminal terminal)
        : base("replay", "Fold history again, to the end, a moment or a position, and print the digest of every read model.", services, terminal)
    {
        _position.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && !(long.TryParse(text, out var position) && position >= 1))
            {
                result.AddError($"--position: '{text}' was given. Expected a whole number from 1.");
            }
        });
        Add(_to);
        Add(_position);
        Add(_into);
        Add(_verify);
        Add(_store);
        Add(_json);
    }

    public override IReadOnlyList<CommandExample> Examples =>
    [
        new("replay", "Fold everything again, in memory:"),
        new("replay --to 2026-03-01T12:00Z --into sqlite:noon.db", "Make a store that stands as this one stood at noon:"),
        new("replay --verify", "Take every decision again, and see that it is the same:"),
    ];

    public override IReadOnlyList<(int Code, string When)> OwnExitCodes => [(ExitCodes.Failure, "a decision would be taken otherwise now, or the store cannot be read")];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var into = arguments.GetValue(_into);
        var path = into is null ? null : StoreLocation.Parse(into) is StoreLocation.Sqlite file
            ? file.Path
            : throw new CommandException("--into makes a new store in a file of its own.", ExitCodes.Usage, "Name it as sqlite:PATH; `journey copy` brings it into PostgreSQL.");
        if (path is not null && File.Exists(path))
        {
            throw new CommandException($"{into}: the file is there already.", ExitCodes.Usage, "--into makes a new store: name a file that is not there yet.");
        }

        await using var store = await Services.OpenAsync(SharedOptions.StoreOf(arguments, _store), StoreAccess.Read, cancellation);
        var source = await ReplaySource.LoadAsync(store.Log, store.States, DefinitionHistory.Empty, cancellation);
        var replay = new HistoryReplay(source);
        var upTo = await replay.EndAsync(arguments.GetValue(_position), arguments.GetValue(_to), cancellation);
        var history = await ProgressDisplay.RunAsync(Terminal, progress => replay.RunAsync(upTo, progress, cancellation));
        if (path is not null)
        {
            await ProgressDisplay.RunAsync(Terminal, progress => SideStore.WriteAsync(source, path, upTo, progress, cancellation));
        }

        // What the processor has not come to yet has not been decided yet.
        var decided = Math.Min(upTo, store.Log.PositionOf(await store.States.CheckpointAsync(Processor.Consumer, cancellation)));
        var compared = arguments.GetValue(_verify)
            ? await ProgressDisplay.RunAsync(Terminal, progress => new DecisionReplay(source).RunAsync(decided, progress, cancellation))
            : null;
        var trace = compared?.First is { } first ? await DifferenceTrace.OfAsync(source, first, TraceShown, cancellation) : [];
        if (arguments.GetValue(_json))
        {
            PrintJson(history, into, compared, trace);
        }
        else
        {
            Print(history, into, compared, trace);
        }

        return compared?.First is null ? ExitCodes.Ok : ExitCodes.Failure;
    }

    private void PrintJson(ReplayedHistory history, string? into, DecisionsCompared? compared, IReadOnlyList<WhyEntry> trace) => JsonOutput.Write(Terminal, new
    {
        upTo = history.UpTo,
        into,
        readModels = history.Models,
        verify = compared is null ? null : new
        {
            holds = compared.First is null,
            same = compared.Compared,
            first = compared.First is not { } first ? null : new
            {
                first.Customer,
                basis = first.Basis,
                recorded = Shape(first.Recorded),
                decided = Shape(first.Decided),
                trace = trace.Select(WhyReportEntry.Of),
            },
        },
    });

    private static object? Shape(Said? said) => said is null ? null : new
    {
        position = said.Position == 0 ? (long?)null : said.Position,
        said.Id,
        said.Name,
        occurredAt = Instants.ToIso(said.OccurredAt),
        payload = JsonDocument.Parse(said.Json).RootElement,
    };

    private void Print(ReplayedHistory history, string? into, DecisionsCompared? compared, IReadOnlyList<WhyEntry> trace)
    {
        var table = new TextTable().Column("read model").Column("rows", Align.Right).Column("digest");
        foreach (var model in history.Models)
        {
            table.Row(model.Name, Show.Number(model.Rows), model.Digest.Length <= DigestShown ? model.Digest : model.Digest[..DigestShown]);
        }

        table.WriteTo(Terminal);
        Terminal.Out.WriteLine($"Folded {Show.Count(history.UpTo, "event")}{(into is null ? "" : $" into {into}")}.");
        if (compared is { First: null })
        {
            Terminal.Out.WriteLine($"Holds: {Show.Count(compared.Compared, "decision")} and derived events are taken again as they were recorded.");
        }
        else if (compared?.First is { } first)
        {
            Terminal.Out.WriteLine($"Differs after {Show.Count(compared.Compared, "decision")} that do not.");
            Terminal.Out.WriteLine($"The first, for customer {first.Customer}, follows from the event at position {first.Basis}:");
            Terminal.Out.WriteLine($"  recorded: {Line(first.Recorded)}");
            Terminal.Out.WriteLine($"  now:      {Line(first.Decided)}");
            foreach (var entry in trace)
            {
                Terminal.Out.WriteLine(Terminal.Clean($"    {Instants.ToIso(entry.At)}  {entry.VerdictName} v{entry.Version}: {entry.Text}"));
                foreach (var condition in entry.Conditions.Select(WhyReportCondition.Of))
                {
                    Terminal.Out.WriteLine(Terminal.Clean($"        {condition.Role} {condition.At.File}:{condition.At.Line}  {condition.Expression}  is {condition.Value}"
                        + string.Concat(condition.Facts.Select(fact => $"; {fact.Name} = {fact.Value}"))));
                }
            }
        }
    }

    private static string Line(Said? said) => said is null ? "nothing"
        : Terminal.Clean($"{said.Name} at {Instants.ToIso(said.OccurredAt)}{(said.Position == 0 ? "" : $", position {said.Position}")}: {Encoding.UTF8.GetString(said.Json)}");
}

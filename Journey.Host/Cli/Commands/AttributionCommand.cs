using System.CommandLine;
using System.Globalization;
using Journey.Domain.Language.Formats;
using Journey.Domain.Language.Publishing;
using Journey.Domain.Time;
using Journey.Host.Reports;
using Journey.Host.Running;
using Journey.Projections.Attribution;

namespace Journey.Host.Cli.Commands;

/// <summary>Which channels and campaigns the conversions are owed to.</summary>
internal sealed class AttributionCommand : JourneyCommand
{
    private readonly Option<string?> _store = SharedOptions.Store();

    private readonly Option<string?> _conversion = new("--conversion")
    {
        Description = $"The event that counts as a conversion. Left out: {AttributionOptions.DefaultConversion}.",
        HelpName = "EVENT",
    };

    private readonly Option<string?> _model = SharedOptions.Choice("--model", AttributionModels.Names, "Only this model. Left out: all, side by side.");
    private readonly Option<string?> _by = SharedOptions.Choice("--by", ["channel", "campaign"], "What the credit is for. Left out: channel.");
    private readonly Option<long?> _lookback = Length("--lookback", "A touch counts for conversions that come at most so much later. Left out: 30d.");
    private readonly Option<long?> _halfLife = Length("--half-life", "Time decay: a touch is worth half of one so much nearer to the conversion. Left out: 7d.");
    private readonly Option<int> _order = SharedOptions.Whole("--order", 1, 1, 3, "Markov: how many touches back a step looks.");
    private readonly Option<int> _first = SharedOptions.Whole("--first", 40, 0, 100, "Position-based: the first touch's share, in percent.");
    private readonly Option<int> _last = SharedOptions.Whole("--last", 40, 0, 100, "Position-based: the last touch's share, in percent.");
    private readonly Option<long?> _from = SharedOptions.Moment("--from", "Only conversions from this instant on.");
    private readonly Option<long?> _to = SharedOptions.Moment("--to", "Only conversions before this instant.");
    private readonly Option<string?> _currency = new("--currency") { Description = "Revenue in it is credited. Left out: the workspace's.", HelpName = "EUR" };
    private readonly Option<bool> _json = SharedOptions.Json();

    public AttributionCommand(ICommandServices services, Terminal terminal)
        : base("attribution", "Print which channels or campaigns the conversions are owed to, by several models.", services, terminal)
    {
        foreach (var option in (Option[])[_store, _conversion, _model, _by, _lookback, _halfLife, _order, _first, _last, _from, _to, _currency, _json])
        {
            Add(option);
        }
    }

    public override IReadOnlyList<CommandExample> Examples =>
    [
        new("attribution", "What each channel brought, by every model:"),
        new("attribution --model markov --order 2 --by campaign --from 2026-03-01", "Campaigns since March, by what their removal would cost:"),
        new("attribution --conversion \"Trial Started\" --lookback 7d --json", "Another conversion, for another program:"),
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        if (arguments.GetValue(_first) + arguments.GetValue(_last) > 100)
        {
            throw new CommandException(
                $"--first {arguments.GetValue(_first)} and --last {arguments.GetValue(_last)} are more than 100 together. Expected 100 at most.", ExitCodes.Usage);
        }

        await using var store = await Services.OpenAsync(SharedOptions.StoreOf(arguments, _store), StoreAccess.Read, cancellation);
        var defaultCurrency = (await DefinitionHistory.Empty.LoadAsync(store.Log, cancellation)).Latest.Workspace.DefaultCurrency;
        var options = new AttributionOptions
        {
            Models = arguments.GetValue(_model) is { } model ? [AttributionModels.From(model)!.Value] : AttributionModels.All,
            By = arguments.GetValue(_by) == "campaign" ? AttributionDimension.Campaign : AttributionDimension.Channel,
            Lookback = arguments.GetValue(_lookback) ?? 30 * Instants.Day,
            HalfLife = arguments.GetValue(_halfLife) ?? 7 * Instants.Day,
            Order = arguments.GetValue(_order),
            FirstShare = arguments.GetValue(_first) / 100.0,
            LastShare = arguments.GetValue(_last) / 100.0,
            From = arguments.GetValue(_from) ?? long.MinValue,
            To = arguments.GetValue(_to) ?? long.MaxValue,
            Currency = arguments.GetValue(_currency)?.ToUpperInvariant() ?? defaultCurrency,
        };
        var conversion = arguments.GetValue(_conversion) ?? AttributionOptions.DefaultConversion;
        var answer = AttributionAnswer.Of(
            await AttributionReading.ReadAsync(store.States, store.Log, conversion, options, defaultCurrency, cancellation), conversion, options);
        if (arguments.GetValue(_json))
        {
            JsonOutput.Write(Terminal, answer);
            return ExitCodes.Ok;
        }

        Print(answer);
        return ExitCodes.Ok;
    }

    /// <summary>One model in full; several side by side, by the conversions they credit.</summary>
    private void Print(AttributionAnswer answer)
    {
        Terminal.Out.WriteLine($"{Show.Count(answer.Conversions, "conversion")} ({Terminal.Clean(answer.Conversion)}), {answer.Revenue} {answer.Currency}"
            + string.Concat(answer.OtherCurrencies.Select(static money => $"; also {money.Amount} {money.Currency}")));
        if (answer.Models is [var one])
        {
            PrintOne(answer, one);
        }
        else
        {
            PrintSideBySide(answer);
        }

        foreach (var model in answer.Models.Where(static model => model.Note is not null))
        {
            Terminal.Out.WriteLine($"{model.Model}: {model.Note}");
        }
    }

    private void PrintOne(AttributionAnswer answer, ModelAnswer model)
    {
        var table = new TextTable().Column(answer.By).Column("conversions", Align.Right).Column($"revenue {answer.Currency}", Align.Right)
            .Column("cost", Align.Right).Column("ROI", Align.Right);
        foreach (var row in model.Rows)
        {
            table.Row(row.Name, Credit(row.Conversions), row.Revenue, row.Cost ?? "", Show.Share(row.Roi));
        }

        table.WriteTo(Terminal);
    }

    private void PrintSideBySide(AttributionAnswer answer)
    {
        var table = new TextTable().Column(answer.By);
        foreach (var model in answer.Models)
        {
            table.Column(model.Model, Align.Right);
        }

        var byModel = answer.Models.Select(static model => model.Rows.ToDictionary(static row => row.Name, static row => row.Conversions)).ToList();
        foreach (var name in answer.Models.SelectMany(static model => model.Rows).Select(static row => row.Name).Distinct())
        {
            table.Row([name, .. byModel.Select(rows => rows.TryGetValue(name, out var credit) ? Credit(credit) : "")]);
        }

        table.WriteTo(Terminal);
    }

    private static string Credit(decimal conversions) => conversions.ToString("#,0.00", CultureInfo.InvariantCulture);

    private static Option<long?> Length(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "DURATION",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (Durations.TryParse(text, out var length) && length is >= Instants.Minute and <= AttributionOptions.LookbackMax)
            {
                return length;
            }

            result.AddError($"{name}: '{text}' was given. Expected {Durations.Expected}, from 1m to 400d.");
            return null;
        },
    };
}

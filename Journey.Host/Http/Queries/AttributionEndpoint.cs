using Journey.Domain.Time;
using Journey.Host.Http.Parameters;
using Journey.Host.Reports;
using Journey.Projections.Attribution;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Journey.Host.Http.Queries;

/// <summary>Which channels and campaigns the conversions are owed to.</summary>
internal sealed class AttributionEndpoint(JourneyServices services) : IDisposable
{
    private static readonly TextParameter Conversion = new("conversion", $"The event that counts as a conversion; left out: {AttributionOptions.DefaultConversion}.");
    private static readonly ChoiceParameter Model = new("model", "Only this model; left out: all, side by side.", null, [.. AttributionModels.Names]);
    private static readonly ChoiceParameter By = new("by", "What the credit is for.", "channel", "channel", "campaign");
    private static readonly DurationParameter Lookback = new("lookback", "A touch counts for conversions that come at most so much later; left out: 30d.", AttributionOptions.LookbackMax);
    private static readonly DurationParameter HalfLife = new("halfLife", "Time decay: a touch is worth half of one so much nearer to the conversion; left out: 7d.", AttributionOptions.LookbackMax);
    private static readonly NumberParameter Order = new("order", "Markov: how many touches back a step looks.", 1, 3, 1);
    private static readonly NumberParameter First = new("first", "Position-based: the first touch's share, in percent.", 0, 100, 40);
    private static readonly NumberParameter Last = new("last", "Position-based: the last touch's share, in percent. Both together: at most 100.", 0, 100, 40);
    private static readonly TextParameter Currency = new("currency", "ISO 4217: revenue in it is credited; left out: the workspace's.", 3);

    // Every touch of every customer is read: several at once would hold every reader of the store.
    private readonly SemaphoreSlim _one = new(1, 1);

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/attribution", ReadAsync)
            .Accepting(Conversion, Model, By, Lookback, ResultEndpoints.From, ResultEndpoints.To, Currency, Order, HalfLife, First, Last)
            .WithTags("Attribution")
            .WithSummary("Which channels or campaigns the conversions are owed to, by one model or by all side by side")
            .Produces<AttributionAnswer>();

    public void Dispose() => _one.Dispose();

    private async Task<IResult> ReadAsync(HttpContext context, CancellationToken cancellation)
    {
        var request = context.Request;
        var (first, last) = (First.Of(request)!.Value, Last.Of(request)!.Value);
        if (first + last > 100)
        {
            return Problems.Parameters(new Dictionary<string, string[]> { ["last"] = ["expected first and last to be 100 at most together."] });
        }

        var defaultCurrency = services.Definitions().Workspace.DefaultCurrency;
        var options = new AttributionOptions
        {
            Models = Model.Of(request) is { } model ? [AttributionModels.From(model)!.Value] : AttributionModels.All,
            By = By.Of(request) == "campaign" ? AttributionDimension.Campaign : AttributionDimension.Channel,
            Lookback = Lookback.Of(request) ?? 30 * Instants.Day,
            HalfLife = HalfLife.Of(request) ?? 7 * Instants.Day,
            From = ResultEndpoints.From.Of(request) ?? long.MinValue,
            To = ResultEndpoints.To.Of(request) ?? long.MaxValue,
            Currency = Currency.Of(request)?.ToUpperInvariant() ?? defaultCurrency,
            Order = (int)Order.Of(request)!.Value,
            FirstShare = first / 100.0,
            LastShare = last / 100.0,
        };
        var conversion = Conversion.Of(request) ?? AttributionOptions.DefaultConversion;
        await _one.WaitAsync(cancellation);
        try
        {
            return Results.Ok(AttributionAnswer.Of(
                await AttributionReading.ReadAsync(services.State, services.Log, conversion, options, defaultCurrency, cancellation), conversion, options));
        }
        finally
        {
            _one.Release();
        }
    }
}

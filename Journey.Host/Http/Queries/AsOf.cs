using Journey.Domain.Language.Publishing;
using Journey.Domain.Time;
using Journey.Host.Http.Parameters;
using Journey.Host.Replay;
using Journey.Host.Stores;
using Microsoft.AspNetCore.Http;

namespace Journey.Host.Http.Queries;

/// <summary>Queries as of a moment: of one customer by folding that customer again, of many by folding the log up to then.</summary>
internal sealed class AsOf(JourneyServices services)
{
    /// <summary>Seconds after which a client that was turned away may come again.</summary>
    private const string RetryAfterSeconds = "5";

    public static readonly TimeParameter Parameter = new("asOf", "As it stood then: what had arrived by that moment.");

    private readonly PastReadModels _past = new(services.Log, services.State);
    private volatile DefinitionHistory _definitions = DefinitionHistory.Empty;

    /// <summary>The read models that the request asks about: the live ones where it names no moment.</summary>
    public async Task<(IReadModels? Models, IResult? Refusal)> ModelsAsync(HttpContext context, CancellationToken cancellation)
    {
        if (Parameter.Of(context.Request) is not { } moment)
        {
            return (services.State, null);
        }

        if (await _past.AtAsync(moment, cancellation) is { } models)
        {
            return (models, null);
        }

        context.Response.Headers.RetryAfter = RetryAfterSeconds;
        return (null, Problems.Of(StatusCodes.Status429TooManyRequests, "Too many moments at once",
            $"{PastReadModels.FoldsMax} moments of the past are being folded already. Come again in {RetryAfterSeconds} seconds."));
    }

    /// <summary>One customer as of a moment.</summary>
    /// <param name="address">As clients name customers.</param>
    /// <returns>Null: nobody of that name, or nothing of them had arrived by then.</returns>
    public async Task<ReplayedCustomer?> CustomerAsync(string address, long moment, CancellationToken cancellation)
    {
        if (await CustomerAddress.FindAsync(services.Ingest, address, cancellation) is not { } customer)
        {
            return null;
        }

        var source = await SourceAsync(cancellation);
        return await new CustomerReplay(source).RunAsync(customer, ReplayLimit.At(moment), null, cancellation) is { State: not null } replayed ? replayed : null;
    }

    public async Task<ReplaySource> SourceAsync(CancellationToken cancellation)
    {
        var source = await ReplaySource.LoadAsync(services.Log, services.State, _definitions, cancellation);
        _definitions = source.Definitions;
        return source;
    }

    public static IResult NotFound(string address, long moment) =>
        Problems.NotFound($"Nothing of a customer \"{address}\" had arrived by {Instants.ToIso(moment)}; expected {CustomerAddress.Expected}.");
}

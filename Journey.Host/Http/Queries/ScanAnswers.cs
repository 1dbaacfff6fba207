using Journey.Host.Http.Parameters;
using Journey.Host.Scans;
using Microsoft.AspNetCore.Http;

namespace Journey.Host.Http.Queries;

/// <summary>How a slice of history is asked for.</summary>
internal static class SliceParameters
{
    public static readonly TextParameter Channel = new("channel", "Only interactions on this channel.", 40);
    public static readonly TextParameter Segment = new("segment", "Only customers in this segment.");
    public static readonly TimeParameter From = new("from", "Only what happened from then on.");
    public static readonly TimeParameter To = new("to", "Only what happened before then.");
    public static readonly TimeParameter AsOf = new("asOf", "As it stood then: only what had arrived, and who was in the segment.");
}

/// <summary>Answers that are computed from the log.</summary>
internal static class ScanAnswers
{
    private const string Place = "row";

    public static async Task<IResult> OfAsync(Func<Task<IResult>> answer)
    {
        try
        {
            return await answer();
        }
        catch (ScanRequestException request)
        {
            return Problems.Parameters(new Dictionary<string, string[]> { [request.Parameter] = [request.Message] });
        }
        catch (ScanTooLargeException large)
        {
            return Problems.Parameters(new Dictionary<string, string[]> { [SliceParameters.From.Name] = [large.Message] });
        }
    }

    /// <summary>One page of a list that is at hand whole.</summary>
    public static Page<T> Page<T>(IReadOnlyList<T> all, HttpRequest request)
    {
        var limit = (int)PagingParameters.Limit.Of(request)!.Value;
        var from = (int)Math.Min(PagingParameters.After.Of(request).Place(Place), all.Count);
        var end = Math.Min(all.Count, from + limit);
        return new Page<T>([.. all.Skip(from).Take(limit)], end < all.Count ? PageToken.At(Place, end).Write() : null);
    }
}

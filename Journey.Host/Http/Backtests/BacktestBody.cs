using System.Text.Json;
using Journey.Domain.Time;
using Journey.Host.Backtests;
using Journey.Host.Http.Documents;
using Journey.Host.Http.Ingest;
using Journey.Host.Ingestion;
using Microsoft.AspNetCore.Http;

namespace Journey.Host.Http.Backtests;

/// <summary>A backtest as it is asked for in JSON.</summary>
/// <param name="From">ISO 8601; left out: from the first event.</param>
/// <param name="To">ISO 8601, left out itself; left out: to the end of the log.</param>
/// <param name="Sample">A number of customers, or a share such as "10%".</param>
/// <param name="Against">"live", a version's number, or what to call <paramref name="AgainstFiles"/>.</param>
/// <param name="View">"arrival" (the default) or "occurrence".</param>
/// <param name="MaxChanged">The answer says whether no more customers than these would be treated differently.</param>
public sealed record AskedBacktest(
    IReadOnlyList<SentFile>? Files, string? From, string? To, string? Sample, string? Against, IReadOnlyList<SentFile>? AgainstFiles, string? View, bool? IncludeImported, long? MaxChanged);

/// <summary>Reads the body of <c>POST /v1/backtests</c>.</summary>
/// <param name="Answer">Set: the request ends here, with this.</param>
internal sealed record BacktestBody(BacktestRequest? Request, long? MaxChanged, IResult? Answer)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public static async Task<BacktestBody> ReadAsync(HttpContext context, int bytesMax)
    {
        if (context.Request.ContentType?.Split(';')[0].Trim().ToLowerInvariant() != PublishBody.Json)
        {
            var body = await PublishBody.ReadAsync(context, null, bytesMax);
            return body.Answer is { } answer ? Ended(answer) : new(new BacktestRequest(body.Files), null, null);
        }

        var reading = await RequestBody.ReadAsync(context.Request.Body, context.Request.Headers.ContentEncoding, bytesMax, requireUtf8: true, context.RequestAborted);
        if (reading is not BodyReading.Complete { Body: var complete })
        {
            return Ended(IngestResponses.Unreadable((BodyReading.Unreadable)reading));
        }

        using (complete)
        {
            try
            {
                return Of(JsonSerializer.Deserialize<AskedBacktest>(complete.Bytes.Span, Web));
            }
            catch (JsonException malformed)
            {
                return Ended(Problems.NotReadable(
                    $"The body is not valid JSON, or a member has another type than expected: line {malformed.LineNumber + 1}, byte {malformed.BytePositionInLine + 1}."));
            }
        }
    }

    private static BacktestBody Of(AskedBacktest? asked)
    {
        var faults = new Dictionary<string, string[]>();
        if (asked?.Files is not { Count: > 0 and <= PublishBody.FilesMax } files || files.Any(file => file?.Text is null))
        {
            return Ended(Problems.NotReadable($$"""Expected {"files":[{"file":"NAME","text":"…"}]}, with 1 to {{PublishBody.FilesMax:N0}} files, each with its text."""));
        }

        var from = Moment(asked.From, "from", faults);
        var to = Moment(asked.To, "to", faults);
        var sample = default(BacktestSample);
        try
        {
            sample = asked.Sample is null ? null : BacktestSample.Parse(asked.Sample);
        }
        catch (FormatException wrong)
        {
            faults["sample"] = [wrong.Message];
        }

        if (asked.View is not (null or "arrival" or "occurrence"))
        {
            faults["view"] = ["expected arrival or occurrence."];
        }

        if (asked.MaxChanged < 0)
        {
            faults["maxChanged"] = ["expected a number of customers, 0 or more."];
        }

        return faults.Count > 0 ? Ended(Problems.Parameters(faults)) : new(
            new BacktestRequest(
                Files(files), from, to, sample, asked.Against, asked.AgainstFiles is { } others ? Files(others) : null,
                asked.View == "occurrence" ? BacktestView.Occurrence : BacktestView.Arrival, asked.IncludeImported ?? false),
            asked.MaxChanged, null);
    }

    private static IReadOnlyList<(string, ReadOnlyMemory<byte>)> Files(IReadOnlyList<SentFile> files) =>
        [.. files.Where(file => file.Text is not null).Select(file => (file.File ?? PublishBody.Unnamed, (ReadOnlyMemory<byte>)System.Text.Encoding.UTF8.GetBytes(file.Text!)))];

    private static long? Moment(string? text, string name, Dictionary<string, string[]> faults)
    {
        if (text is null)
        {
            return null;
        }

        if (Instants.TryParse(text, out var moment))
        {
            return moment;
        }

        faults[name] = ["expected a time such as 2026-03-01T12:30Z or 2026-03-01."];
        return null;
    }

    private static BacktestBody Ended(IResult answer) => new(null, null, answer);
}

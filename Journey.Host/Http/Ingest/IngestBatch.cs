using Journey.Domain.Identity;
using Journey.Host.Ingestion;
using Journey.Host.Metrics;
using Microsoft.AspNetCore.Http;

namespace Journey.Host.Http.Ingest;

/// <summary>The events of one request: those to record, and those refused.</summary>
internal sealed class IngestBatch(JourneyMetrics metrics)
{
    private readonly List<Interaction> _interactions = [];
    private List<RejectedEvent>? _rejected;
    private int _index;

    public void Add(in MappedEvent mapped)
    {
        if (mapped.Interaction is { } interaction)
        {
            _interactions.Add(interaction);
        }
        else
        {
            metrics.Refused(mapped.Refusal!.Code);
            (_rejected ??= []).Add(new RejectedEvent(_index, mapped.Id, mapped.Refusal.Code, mapped.Refusal.Reason));
        }

        _index++;
    }

    /// <param name="isBatch">False: the request was one event, so that its refusal is the request's.</param>
    public async ValueTask<IResult> RecordAsync(HttpContext context, Intake intake, bool isBatch)
    {
        if (_rejected is { } refused && !isBatch)
        {
            return IngestResponses.Refused(refused[0]);
        }

        return await intake.RecordAsync(_interactions) switch
        {
            IntakeResult.Busy => IngestResponses.Busy(context),
            IntakeResult.Failed => IngestResponses.Failed(context),
            _ => _rejected is null ? IngestResponses.Taken() : IngestResponses.Partly(_interactions.Count, _rejected),
        };
    }
}

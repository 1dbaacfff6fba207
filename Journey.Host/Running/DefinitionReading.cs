using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Language.Publishing;

namespace Journey.Host.Running;

/// <summary>Reads what was published, from the log's own stream of definitions.</summary>
public static class DefinitionReading
{
    private const int PageMax = 1_000;

    /// <summary>Takes the history to the end of the log as it is now.</summary>
    public static async Task<DefinitionHistory> LoadAsync(this DefinitionHistory history, IEventLog log, CancellationToken cancellation)
    {
        for (var after = 0L; ;)
        {
            var page = await log.ReadStreamAsync(SystemStreams.Definitions, after, PageMax, cancellation);
            if (page.AtEnd)
            {
                return history;
            }

            foreach (var recorded in page.Events)
            {
                after = recorded.Version;
                history = history.Apply(recorded);
            }
        }
    }
}

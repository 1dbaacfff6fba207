using Journey.Domain.EventLog;
using Journey.Host.Cli;
using Journey.Host.Publishing;
using Journey.Host.Stores;

namespace Journey.Host.Running;

/// <summary>The documents that a server is started with: what they say and the log does not say yet is published first.</summary>
internal static class OwnDocuments
{
    /// <exception cref="CommandException">A path is not there, a document has an error, or somebody else published at the same moment.</exception>
    public static async Task PublishAsync(
        IEventLog log, IStateStore states, IReadOnlyList<string> paths, TimeProvider clock, Terminal terminal, CancellationToken cancellation)
    {
        if (paths.Count == 0)
        {
            return;
        }

        var publisher = new Publisher(log, states, clock);
        var plan = await publisher.PlanAsync(await DocumentReading.FilesAsync(paths, cancellation), cancellation);
        if (plan.HasErrors)
        {
            DocumentReading.WriteErrors(terminal, plan.Faults);
            throw new CommandException("Nothing was published, because of the errors above.", hint: "journey validate lists warnings too.");
        }

        switch (await publisher.ApplyAsync(plan, cancellation))
        {
            case PublishAnswer.Conflict:
                throw new CommandException("Somebody else published at the same moment.", hint: "Run the command again.");
            case PublishAnswer.Published { Documents: { IsEmpty: false } published }:
                terminal.Error.WriteLine(published.Length == plan.Documents.Length
                    ? $"Published {Show.Count(published.Length, "document")}."
                    : $"Published {published.Length} of {Show.Count(plan.Documents.Length, "document")}; the others are published already.");
                break;
        }
    }
}

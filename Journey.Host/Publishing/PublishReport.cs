using System.Text.Json.Serialization;
using Journey.Domain.Language;

namespace Journey.Host.Publishing;

/// <summary>A plan, and whether it was carried out: what the API answers and what <c>--json</c> prints. The names are a contract.</summary>
/// <param name="Position">Global position of the last publication: events behind it see what was published. Null: nothing was.</param>
/// <param name="Basis">What the plan was made on: publishing with the same basis does what the plan says, or is a conflict.</param>
/// <param name="Documents">Tests left out.</param>
public sealed record PublishReport(
    bool DryRun, bool Published, long? Position, long Basis, IReadOnlyList<PublishedChange> Documents, IReadOnlyList<FaultReport> Warnings)
{
    [JsonIgnore]
    public IEnumerable<PublishedChange> Changes => Documents.Where(document => document.Change != ChangeWord(DocumentChange.Unchanged));

    public static PublishReport Of(PublishPlan plan, bool isDry, long position) => new(
        isDry,
        position > 0,
        position > 0 ? position : null,
        plan.StreamVersion,
        [.. plan.Documents.Select(planned => new PublishedChange(
            planned.Document.Kind, planned.Document.Name, planned.Document.Hash, ChangeWord(planned.Change), planned.Version, planned.Added, planned.Removed, planned.InFlight))],
        [.. plan.Faults.Where(fault => fault.Severity == FaultSeverity.Warning).Select(FaultReport.Of)]);

    private static string ChangeWord(DocumentChange change) => change.ToString().ToLowerInvariant();
}

/// <param name="Change">new, changed or unchanged.</param>
/// <param name="Version">The version that is published, or would be.</param>
/// <param name="RunsUnderWay">What becomes of them; null where there are none, or it isn't a journey that changes.</param>
public sealed record PublishedChange(string Kind, string Name, string Hash, string Change, int Version, int Added, int Removed, InFlightSummary? RunsUnderWay);

/// <param name="Severity">error or warning.</param>
/// <param name="Line">From 1, as is <paramref name="Column"/>.</param>
public sealed record FaultReport(string Code, string Severity, string File, int Line, int Column, string Message, string? Expected, string? Suggestion)
{
    public static FaultReport Of(Fault fault) => new(
        fault.Code, fault.Severity.ToString().ToLowerInvariant(), fault.At.File, fault.At.Line, fault.At.Column, fault.Message, fault.Expected, fault.Suggestion);

    public Fault ToFault() => new(
        Code, Severity == "error" ? FaultSeverity.Error : FaultSeverity.Warning, new SourcePlace(File, Line, Column), Message, Expected, Suggestion);
}

/// <summary>What came of pausing, resuming or retiring.</summary>
/// <param name="Status">active, paused or retired: as it is now.</param>
/// <param name="Changed">False: it was so already.</param>
public sealed record StatusReport(string Kind, string Name, string Status, bool Changed)
{
    public static StatusReport Of(PublishedDocument document, JourneyStatus status, bool changed) =>
        new(document.Kind, document.Name, status.ToString().ToLowerInvariant(), changed);
}

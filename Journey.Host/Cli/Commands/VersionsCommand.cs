using System.CommandLine;
using Journey.Domain.Language;
using Journey.Domain.Time;
using Journey.Host.Publishing;

namespace Journey.Host.Cli.Commands;

/// <summary>Lists what is published, or every version of one document.</summary>
internal sealed class VersionsCommand : JourneyCommand
{
    private const int HashShown = 12;

    private readonly Argument<string?> _name = new("name")
    {
        Description = "A document's name: every version of it. Left out: every document's newest.",
        HelpName = "NAME",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _store = SharedOptions.Store();
    private readonly Option<bool> _json = SharedOptions.Json();

    public VersionsCommand(ICommandServices services, Terminal terminal)
        : base("versions", "List published documents: version, hash, when, whether it is in force, and runs under way.", services, terminal)
    {
        Add(_name);
        Add(_store);
        Add(_json);
    }

    public override IReadOnlyList<CommandExample> Examples =>
    [
        new("versions --store sqlite:shop.db", "Everything that is published:"),
        new("versions abandoned-cart", "Every version of one journey, and how many runs follow it:"),
    ];

    public override IReadOnlyList<(int Code, string When)> OwnExitCodes => [(ExitCodes.Failure, "nothing of that name is published, or the store cannot be read")];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        await using var store = await Services.OpenAsync(SharedOptions.StoreOf(arguments, _store), StoreAccess.Read, cancellation);
        var publisher = new Publisher(store.Log, store.States, Terminal.Time);
        var published = await publisher.ReadAsync(cancellation);
        var rows = new List<Row>();
        if (arguments.GetValue(_name) is { } name)
        {
            var document = published.Find(name) ?? throw StatusCommand.NotPublished(name, published.Documents.Values.Select(known => known.Name));
            var runs = await publisher.RunsAsync(name, cancellation);
            rows.AddRange(document.Versions.Select(version => new Row(
                version, version == document.Latest ? document.Status : null, Publications.IsJourney(version.Kind) ? runs.GetValueOrDefault(version.Version) : null)));
        }
        else
        {
            foreach (var document in published.Documents.Values.OrderBy(document => document.Kind, StringComparer.Ordinal).ThenBy(document => document.Name, StringComparer.Ordinal))
            {
                var runs = Publications.IsJourney(document.Kind) ? (await publisher.RunsAsync(document.Name, cancellation)).Values.Sum() : (long?)null;
                rows.Add(new Row(document.Latest, document.Status, runs));
            }
        }

        Print(rows, arguments.GetValue(_json));
        return ExitCodes.Ok;
    }

    private void Print(List<Row> rows, bool json)
    {
        if (json)
        {
            JsonOutput.Write(Terminal, new
            {
                versions = rows.Select(row => new
                {
                    row.Version.Kind,
                    row.Version.Name,
                    row.Version.Version,
                    row.Version.Hash,
                    publishedAt = Instants.ToIso(row.Version.PublishedAt),
                    row.Version.Position,
                    row.Version.File,
                    status = row.Status,
                    runsUnderWay = row.Runs,
                }),
            });
            return;
        }

        var table = new TextTable().Column("kind").Column("name").Column("version", Align.Right).Column("hash").Column("published").Column("status").Column("runs", Align.Right);
        foreach (var (version, status, runs) in rows)
        {
            table.Row(
                version.Kind, version.Name, Show.Number(version.Version), version.Hash[..Math.Min(HashShown, version.Hash.Length)], Instants.ToIso(version.PublishedAt),
                status?.ToString().ToLowerInvariant() ?? "superseded", runs is { } number ? Show.Number(number) : "");
        }

        table.WriteTo(Terminal);
    }

    /// <param name="Status">Null: a newer version is in its place.</param>
    /// <param name="Runs">Null: documents of this kind have none.</param>
    private sealed record Row(Publication Version, JourneyStatus? Status, long? Runs);
}

namespace Journey.Host.Cli;

/// <param name="Head">The last position of the history.</param>
/// <param name="Copied">Events that were not there before.</param>
public sealed record CopyReport(long Head, long Copied, IReadOnlyList<CopiedPart> Parts)
{
    public bool Holds => Parts.All(part => part.Agrees);
}

/// <param name="From">Digest in the store it comes from, lower-case hex.</param>
/// <param name="To">Digest in the store it was copied to.</param>
public sealed record CopiedPart(string Name, string From, string To)
{
    public bool Agrees => From == To;
}

/// <param name="Version">That the tables have, or would have.</param>
public sealed record MigrationReport(int Version, IReadOnlyList<MigrationStep> Steps);

public sealed record MigrationStep(int Version, string Description, string Sql);

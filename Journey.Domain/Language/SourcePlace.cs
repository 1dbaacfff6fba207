namespace Journey.Domain.Language;

/// <summary>Where something stands in a file. Lines and columns count from 1.</summary>
public readonly record struct SourcePlace(string File, int Line, int Column)
{
    public override string ToString() => $"{File}:{Line}:{Column}";
}

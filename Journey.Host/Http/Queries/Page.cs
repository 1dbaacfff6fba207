namespace Journey.Host.Http.Queries;

/// <summary>One page of a list.</summary>
/// <param name="Next">Pass it as "after" for the next page; null: this is the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

using Journey.Projections.ReadModels;

namespace Journey.Host.Stores;

/// <summary>Read models to ask: as they were last committed, or as they stood at a moment.</summary>
public interface IReadModels
{
    /// <summary>Rows of a read model.</summary>
    ValueTask<IReadOnlyList<Cell[]>> QueryAsync(TableQuery query, CancellationToken cancellation = default);
}

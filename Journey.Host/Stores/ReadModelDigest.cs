using Journey.Projections.ReadModels;

namespace Journey.Host.Stores;

public static class ReadModelDigest
{
    public static string Of(TableDefinition table, IEnumerable<Cell[]> rows) => throw new NotImplementedException();

    public static string OfStates(IEnumerable<StoredState> states) => throw new NotImplementedException();
}

namespace Journey.Domain.Engine;

internal sealed class Reaction(DecisionSink sink)
{
    public DecisionSink Sink { get; } = sink;
}

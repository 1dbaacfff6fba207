using System.Collections.Immutable;

namespace Journey.Projections.Attribution;

public enum AttributionModel
{
    First,
    Last,
    LastNonDirect,
    Linear,
    TimeDecay,
    PositionBased,
    Markov,
    Shapley,
}

public static class AttributionModels
{
    public static ImmutableArray<AttributionModel> All { get; } =
    [
        AttributionModel.First, AttributionModel.Last, AttributionModel.LastNonDirect, AttributionModel.Linear,
        AttributionModel.TimeDecay, AttributionModel.PositionBased, AttributionModel.Markov, AttributionModel.Shapley,
    ];

    public static ImmutableArray<string> Names { get; } = [.. All.Select(NameOf)];

    public static string NameOf(AttributionModel model) => model switch
    {
        AttributionModel.First => "first",
        AttributionModel.Last => "last",
        AttributionModel.LastNonDirect => "last-non-direct",
        AttributionModel.Linear => "linear",
        AttributionModel.TimeDecay => "time-decay",
        AttributionModel.PositionBased => "position-based",
        AttributionModel.Markov => "markov",
        _ => "shapley",
    };

    /// <summary>Null: there is no such model.</summary>
    public static AttributionModel? From(string name) => All.IndexOf(model => NameOf(model) == name) is var index and >= 0 ? All[index] : null;

    private static int IndexOf(this ImmutableArray<AttributionModel> models, Func<AttributionModel, bool> wanted)
    {
        for (var i = 0; i < models.Length; i++)
        {
            if (wanted(models[i]))
            {
                return i;
            }
        }

        return -1;
    }
}

/// <summary>How the credit for one conversion is spread over its touches, where that can be said from its own path.</summary>
public static class PathWeights
{
    /// <param name="path">Oldest first; not empty.</param>
    /// <param name="into">One weight for each touch; they need not sum to one.</param>
    public static void Fill(AttributionModel model, ReadOnlySpan<Touch> path, long convertedAt, AttributionOptions options, Span<double> into)
    {
        into.Clear();
        switch (model)
        {
            case AttributionModel.First:
                into[0] = 1;
                break;
            case AttributionModel.Last:
                into[^1] = 1;
                break;
            case AttributionModel.LastNonDirect:
                into[LastNonDirect(path)] = 1;
                break;
            case AttributionModel.Linear:
                into.Fill(1);
                break;
            case AttributionModel.TimeDecay:
                for (var i = 0; i < path.Length; i++)
                {
                    into[i] = Math.Pow(2, -(double)(convertedAt - path[i].At) / options.HalfLife);
                }

                break;
            case AttributionModel.PositionBased:
                FillByPosition(options, into);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(model), model, "It takes all paths to say.");
        }
    }

    /// <summary>The first and the last have their shares, and those between share the rest alike. Of two, each has its share of both.</summary>
    private static void FillByPosition(AttributionOptions options, Span<double> into)
    {
        if (into.Length <= 2)
        {
            into[0] = options.FirstShare;
            into[^1] = into.Length == 1 ? 1 : options.LastShare;
            return;
        }

        into.Fill((1 - options.FirstShare - options.LastShare) / (into.Length - 2));
        into[0] = options.FirstShare;
        into[^1] = options.LastShare;
    }

    private static int LastNonDirect(ReadOnlySpan<Touch> path)
    {
        for (var i = path.Length - 1; i >= 0; i--)
        {
            if (path[i].Kind != TouchKind.Direct)
            {
                return i;
            }
        }

        return path.Length - 1;
    }
}

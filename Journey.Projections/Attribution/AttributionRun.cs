using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Journey.Domain.Language.Formats;
using Journey.Domain.Time;

namespace Journey.Projections.Attribution;

/// <summary>Takes one customer's touches and conversions after the other's, and gives every model's credit.</summary>
/// <remarks>
/// Keeps sums by name, and the chain; never the paths. Bounded: <see cref="NamesMax"/> names, those met after them count as one, <see cref="Other"/>;
/// the last <see cref="TouchesMax"/> touches of a conversion.
/// </remarks>
public sealed class AttributionRun(AttributionOptions options)
{
    public const int NamesMax = 500;
    public const int TouchesMax = 100;

    /// <summary>Conversions that no touch came before, and touches without a campaign.</summary>
    public const string None = "(none)";
    public const string Other = "(other)";

    /// <summary>A visit by a message's link comes with the click on it: within so long the two are one.</summary>
    public const long LandingMax = 30 * Instants.Minute;

    private const decimal Millionths = 1_000_000m;

    private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);
    private readonly Credits[] _credits = [.. options.Models.Select(static _ => new Credits())];
    private readonly MarkovChain _chain = new(options.Order);
    private readonly SortedDictionary<string, (long Conversions, decimal Units)> _elsewhere = new(StringComparer.Ordinal);
    private readonly List<int> _path = [];
    private readonly double[] _weights = new double[TouchesMax];
    private readonly decimal[] _shares = new decimal[TouchesMax];
    private readonly bool _hasChain = options.Models.Contains(AttributionModel.Markov);
    private long _conversions;
    private decimal _revenue;
    private long _chained;
    private decimal _chainedRevenue;

    /// <summary>Whether customers who did not convert say something too.</summary>
    public bool NeedsEverybody => _hasChain;

    /// <param name="touches">In any order; sorted in place.</param>
    /// <param name="conversions">Of the same customer.</param>
    public void Add(List<Touch> touches, IReadOnlyList<Converted> conversions)
    {
        Clean(touches);
        var path = CollectionsMarshal.AsSpan(touches);
        var credited = new bool[path.Length];
        foreach (var conversion in conversions)
        {
            if (conversion.At >= options.From && conversion.At < options.To)
            {
                Credit(path, conversion, credited);
            }
        }

        if (_hasChain)
        {
            Lose(path, credited);
        }
    }

    /// <param name="costs">By name, in the currency's minor units.</param>
    public AttributionReport Close(IReadOnlyDictionary<string, long> costs)
    {
        var markov = options.Models.IndexOf(AttributionModel.Markov);
        if (markov >= 0 && !_chain.IsTooLarge)
        {
            SpreadByChain(_credits[markov]);
        }

        return new AttributionReport(
            _conversions,
            MinorUnits.ToAmount(_revenue, options.Currency),
            options.Currency,
            [.. _elsewhere.Select(pair => new RevenueElsewhere(pair.Key, pair.Value.Conversions, MinorUnits.ToAmount(pair.Value.Units, pair.Key)))],
            [.. options.Models.Select((model, i) => model == AttributionModel.Markov && _chain.IsTooLarge
                ? new ModelledCredit(model, [], $"The paths have more than {MarkovChain.StatesMax:N0} states: ask for a lower order, a shorter period, or channels instead of campaigns.")
                : new ModelledCredit(model, Rows(_credits[i], costs), null))]);
    }

    /// <summary>Oldest first, with the landing on a page by a message's link taken for the click.</summary>
    private static void Clean(List<Touch> touches)
    {
        touches.Sort(static (a, b) => a.At != b.At ? a.At.CompareTo(b.At) : a.Position.CompareTo(b.Position));
        var kept = 0;
        for (var i = 0; i < touches.Count; i++)
        {
            var isLanding = kept > 0 && touches[i].Kind == TouchKind.Campaign && touches[kept - 1].Kind == TouchKind.Click
                && touches[kept - 1].Channel == touches[i].Channel && touches[i].At - touches[kept - 1].At <= LandingMax;
            if (!isLanding)
            {
                touches[kept++] = touches[i];
            }
        }

        touches.RemoveRange(kept, touches.Count - kept);
    }

    private void Credit(Span<Touch> touches, in Converted conversion, bool[] credited)
    {
        var units = UnitsOf(conversion);
        _conversions++;
        _revenue += units;
        var end = 0;
        while (end < touches.Length && (touches[end].At < conversion.At || (touches[end].At == conversion.At && touches[end].Position <= conversion.Position)))
        {
            end++;
        }

        var start = Math.Max(0, end - TouchesMax);
        while (start < end && touches[start].At <= conversion.At - options.Lookback)
        {
            start++;
        }

        var path = touches[start..end];
        if (path.IsEmpty)
        {
            foreach (var credits in _credits)
            {
                credits.Add(NumberOf(None), Millionths, units);
            }

            return;
        }

        credited.AsSpan(start, path.Length).Fill(true);
        Number(path);
        for (var i = 0; i < _credits.Length; i++)
        {
            Spread(options.Models[i], _credits[i], path, conversion.At, units);
        }

        if (_hasChain)
        {
            _chained++;
            _chainedRevenue += units;
            _chain.Add(CollectionsMarshal.AsSpan(_path), converts: true);
        }
    }

    private void Spread(AttributionModel model, Credits credits, Span<Touch> path, long convertedAt, decimal units)
    {
        if (model == AttributionModel.Markov)
        {
            return;
        }

        var weights = _weights.AsSpan(0, path.Length);
        if (model == AttributionModel.Shapley)
        {
            FillDistinct(weights);
        }
        else
        {
            PathWeights.Fill(model, path, convertedAt, options, weights);
        }

        var shares = _shares.AsSpan(0, path.Length);
        Allocation.Share(Millionths, weights, shares);
        for (var i = 0; i < path.Length; i++)
        {
            credits.Add(_path[i], shares[i], 0);
        }

        Allocation.Share(units, weights, shares);
        for (var i = 0; i < path.Length; i++)
        {
            credits.Add(_path[i], 0, shares[i]);
        }
    }

    /// <summary>
    /// Shapley's value, where a coalition of names is worth the conversions whose touches are all of its names: each conversion is a game of its own,
    /// won by nobody without all of its names, and so its value is shared alike by them. The values of a sum of games are the sums of their values.
    /// </summary>
    private void FillDistinct(Span<double> weights)
    {
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = _path.IndexOf(_path[i]) == i ? 1 : 0;
        }
    }

    /// <summary>Touches of the period that led to no conversion: one lost path of the customer.</summary>
    private void Lose(Span<Touch> touches, bool[] credited)
    {
        _path.Clear();
        for (var i = touches.Length - 1; i >= 0 && _path.Count < TouchesMax; i--)
        {
            if (!credited[i] && touches[i].At >= options.From && touches[i].At < options.To)
            {
                _path.Add(NumberOf(NameOf(touches[i])));
            }
        }

        if (_path.Count > 0)
        {
            _path.Reverse();
            _chain.Add(CollectionsMarshal.AsSpan(_path), converts: false);
        }
    }

    private void SpreadByChain(Credits credits)
    {
        var effects = _chain.RemovalEffects(_names.Count);
        var shares = new decimal[effects.Length];
        Allocation.Share(_chained * Millionths, effects, shares);
        for (var name = 0; name < shares.Length; name++)
        {
            credits.Add(name, shares[name], 0);
        }

        Allocation.Share(_chainedRevenue, effects, shares);
        for (var name = 0; name < shares.Length; name++)
        {
            credits.Add(name, 0, shares[name]);
        }
    }

    private decimal UnitsOf(in Converted conversion)
    {
        if (conversion.Amount is not { } amount)
        {
            return 0;
        }

        var units = MinorUnits.Of(amount, conversion.Currency);
        if (conversion.Currency == options.Currency)
        {
            return units;
        }

        var (conversions, sum) = _elsewhere.GetValueOrDefault(conversion.Currency);
        _elsewhere[conversion.Currency] = (conversions + 1, sum + units);
        return 0;
    }

    private ImmutableArray<CreditRow> Rows(Credits credits, IReadOnlyDictionary<string, long> costs)
    {
        foreach (var name in costs.Keys.Order(StringComparer.Ordinal))
        {
            // What cost something and brought nothing is worth a row.
            NumberOf(name);
        }

        var rows = new List<CreditRow>();
        foreach (var (name, number) in _names)
        {
            var (conversions, units) = credits.Of(number);
            decimal? cost = costs.TryGetValue(name, out var spent) ? spent : null;
            if (conversions != 0 || units != 0 || cost is not null)
            {
                rows.Add(new CreditRow(
                    name,
                    conversions / Millionths,
                    MinorUnits.ToAmount(units, options.Currency),
                    cost is { } known ? MinorUnits.ToAmount(known, options.Currency) : null,
                    cost is { } paid and not 0 ? (double)((units - paid) / paid) : null));
            }
        }

        return [.. rows.OrderByDescending(static row => row.Conversions).ThenByDescending(static row => row.Revenue).ThenBy(static row => row.Name, StringComparer.Ordinal)];
    }

    private void Number(Span<Touch> path)
    {
        _path.Clear();
        foreach (var touch in path)
        {
            _path.Add(NumberOf(NameOf(touch)));
        }
    }

    private string NameOf(in Touch touch) => options.By == AttributionDimension.Channel ? touch.Channel : touch.Campaign ?? None;

    private int NumberOf(string name)
    {
        if (_names.TryGetValue(name, out var number))
        {
            return number;
        }

        if (_names.Count >= NamesMax && name is not (None or Other))
        {
            return NumberOf(Other);
        }

        _names.Add(name, _names.Count);
        return _names.Count - 1;
    }

    /// <summary>One model's credit by name: millionths of conversions, and minor units.</summary>
    private sealed class Credits
    {
        private readonly List<(decimal Conversions, decimal Units)> _byName = [];

        public void Add(int name, decimal conversions, decimal units)
        {
            while (_byName.Count <= name)
            {
                _byName.Add(default);
            }

            var known = _byName[name];
            _byName[name] = (known.Conversions + conversions, known.Units + units);
        }

        public (decimal Conversions, decimal Units) Of(int name) => name < _byName.Count ? _byName[name] : default;
    }
}

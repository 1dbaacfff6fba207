namespace Journey.Projections.Attribution;

/// <summary>The paths of all customers as a Markov chain, and what each name's removal would cost: its share of the conversions that would be lost.</summary>
/// <remarks>
/// A state is the last touches of a path, up to the chain's order; from a path's end it goes to "converted" or to "lost". Removing a name turns
/// every step that would reach it into "lost". The probabilities are solved for, not simulated, to the last digits of a double.
/// Bounded: <see cref="StatesMax"/> states; with more, order by order, there is no answer.
/// </remarks>
public sealed class MarkovChain(int order)
{
    public const int StatesMax = 20_000;

    private const int SweepsMax = 100_000;
    private const double Tolerance = 1e-15;

    private readonly Dictionary<(int, int, int), int> _states = new() { [(-1, -1, -1)] = 0 };
    private readonly List<State> _all = [new State(-1)];

    /// <summary>The paths had more states than are followed.</summary>
    public bool IsTooLarge { get; private set; }

    /// <param name="path">The names touched, as numbers from 0, oldest first.</param>
    public void Add(ReadOnlySpan<int> path, bool converts)
    {
        var at = 0;
        for (var i = 0; i < path.Length && !IsTooLarge; i++)
        {
            var next = StateOf((path[i], order > 1 && i > 0 ? path[i - 1] : -1, order > 2 && i > 1 ? path[i - 2] : -1));
            _all[at].Step(next);
            at = next;
        }

        if (!IsTooLarge)
        {
            _all[at].End(converts);
        }
    }

    /// <summary>For each name, the share of conversions that would be lost without it: 1 − P(converted without it) / P(converted).</summary>
    /// <exception cref="InvalidOperationException">The chain is too large.</exception>
    public double[] RemovalEffects(int names)
    {
        if (IsTooLarge)
        {
            throw new InvalidOperationException($"The paths have more than {StatesMax} states.");
        }

        var effects = new double[names];
        var whole = ProbabilityWithout(-1);
        for (var name = 0; name < names && whole > 0; name++)
        {
            effects[name] = Math.Clamp(1 - (ProbabilityWithout(name) / whole), 0, 1);
        }

        return effects;
    }

    /// <summary>How likely a path is to convert, where nobody gets to a state of the name removed; -1: none is.</summary>
    public double ProbabilityWithout(int removed)
    {
        var chances = new double[_all.Count];
        for (var sweep = 0; sweep < SweepsMax; sweep++)
        {
            var change = 0.0;

            // Later states are nearer to the paths' ends: from there the chances flow back.
            for (var i = _all.Count - 1; i >= 0; i--)
            {
                var state = _all[i];
                if (state.Name == removed && removed >= 0)
                {
                    continue;
                }

                var chance = state.Chance(i, chances);
                change = Math.Max(change, Math.Abs(chance - chances[i]));
                chances[i] = chance;
            }

            if (change <= Tolerance)
            {
                break;
            }
        }

        return chances[0];
    }

    private int StateOf((int, int, int) touches)
    {
        if (_states.TryGetValue(touches, out var state))
        {
            return state;
        }

        if (_all.Count >= StatesMax)
        {
            IsTooLarge = true;
            return 0;
        }

        _states.Add(touches, _all.Count);
        _all.Add(new State(touches.Item1));
        return _all.Count - 1;
    }

    /// <param name="name">The latest name in it: where the removal of a name bites.</param>
    private sealed class State(int name)
    {
        private readonly Dictionary<int, long> _steps = [];
        private long _total;
        private long _converted;

        public int Name { get; } = name;

        public void Step(int to)
        {
            _steps[to] = _steps.GetValueOrDefault(to) + 1;
            _total++;
        }

        public void End(bool converts)
        {
            _converted += converts ? 1 : 0;
            _total++;
        }

        /// <summary>From here; going round on the spot changes nothing, and is left out of the reckoning.</summary>
        public double Chance(int self, double[] chances)
        {
            var sum = (double)_converted;
            var others = _total;
            foreach (var (to, count) in _steps)
            {
                if (to == self)
                {
                    others -= count;
                }
                else
                {
                    sum += count * chances[to];
                }
            }

            return others > 0 ? sum / others : 0;
        }
    }
}

using Journey.Domain.Time;
using Journey.Projections.Attribution;

namespace Journey.Tests.Projections.Attribution;

/// <summary>Markov chains and Shapley values against small cases worked by hand.</summary>
public sealed class DataDrivenTests
{
    private const int A = 0, B = 1, C = 2, D = 3;

    private static MarkovChain Chain(int order, params (int[] Path, bool Converts)[] paths)
    {
        var chain = new MarkovChain(order);
        foreach (var (path, converts) in paths)
        {
            chain.Add(path, converts);
        }

        return chain;
    }

    /// <summary>
    /// Three customers: A B converted; A lost; B converted. By hand:
    /// start → A 2/3, start → B 1/3; A → B 1/2, A → lost 1/2; B → converted 1.
    /// P = 2/3 × 1/2 × 1 + 1/3 × 1 = 2/3. Without A: 1/3, so its effect is 1 − 1/2 = 1/2. Without B: 0, so its effect is 1.
    /// </summary>
    [Test]
    public void A_first_order_chain()
    {
        var chain = Chain(1, ([A, B], true), ([A], false), ([B], true));
        Assert.That(chain.ProbabilityWithout(-1), Is.EqualTo(2.0 / 3).Within(1e-12));
        Assert.That(chain.RemovalEffects(2), Is.EqualTo(new[] { 0.5, 1 }).Within(1e-12));
    }

    /// <summary>
    /// A chain that goes round: A B converted; B A lost. To the first order a = 1/2 b and b = 1/2 + 1/2 a, so b = 2/3, a = 1/3, P = 1/2 (a + b) = 1/2.
    /// Without A: b = 1/2, P = 1/4, effect 1/2. Without B: P = 0, effect 1.
    /// To the second order the two orders of the same names are different states: only A B converts, and without either nothing does.
    /// </summary>
    [Test]
    public void The_second_order_tells_what_came_before()
    {
        (int[], bool)[] paths = [([A, B], true), ([B, A], false)];
        Assert.That(Chain(1, paths).ProbabilityWithout(-1), Is.EqualTo(0.5).Within(1e-12));
        Assert.That(Chain(1, paths).RemovalEffects(2), Is.EqualTo(new[] { 0.5, 1 }).Within(1e-12));
        Assert.That(Chain(2, paths).ProbabilityWithout(-1), Is.EqualTo(0.5).Within(1e-12));
        Assert.That(Chain(2, paths).RemovalEffects(2), Is.EqualTo(new[] { 1.0, 1 }).Within(1e-12));
    }

    /// <summary>
    /// C A B converted; D A B lost. Two touches back both paths end in "A B", which converts in half: without C or without D, P falls from 1/2 to 1/4.
    /// Three touches back, "C A B" always converts and "D A B" never: without C nothing is left, and without D nothing is lost.
    /// </summary>
    [Test]
    public void The_third_order_tells_what_came_before_that()
    {
        (int[], bool)[] paths = [([C, A, B], true), ([D, A, B], false)];
        Assert.That(Chain(2, paths).RemovalEffects(4), Is.EqualTo(new[] { 1, 1, 0.5, 0.5 }).Within(1e-12));
        Assert.That(Chain(3, paths).RemovalEffects(4), Is.EqualTo(new[] { 1.0, 1, 1, 0 }).Within(1e-12));
    }

    /// <summary>A A B converted, A lost: going round on the spot changes no probability. A → B 1/2 of what leaves A, so P = 1/2.</summary>
    [Test]
    public void Going_round_on_the_spot_changes_nothing()
    {
        var chain = Chain(1, ([A, A, B], true), ([A], false));
        Assert.That(chain.ProbabilityWithout(-1), Is.EqualTo(0.5).Within(1e-12));
        Assert.That(chain.RemovalEffects(2), Is.EqualTo(new[] { 1.0, 1 }).Within(1e-12));
    }

    [Test]
    public void The_chain_converts_as_often_as_the_paths_it_was_made_of([Range(1, 3)] int order, [Range(1, 10)] int seed)
    {
        var dice = new Random(seed);
        var paths = Enumerable.Range(0, 200).Select(_ => (Enumerable.Range(0, dice.Next(1, 9)).Select(_ => dice.Next(5)).ToArray(), dice.Next(3) == 0)).ToArray();
        var chain = Chain(order, paths);
        Assert.That(chain.ProbabilityWithout(-1), Is.EqualTo(paths.Count(static path => path.Item2) / 200.0).Within(1e-12));
        Assert.That(chain.RemovalEffects(5), Has.All.InRange(0.0, 1.0));
    }

    [Test]
    public void More_states_than_are_followed_have_no_answer()
    {
        var chain = new MarkovChain(1);
        for (var i = 0; i < MarkovChain.StatesMax - 1; i++)
        {
            chain.Add([i], converts: true);
        }

        Assert.That(chain.IsTooLarge, Is.False);
        chain.Add([MarkovChain.StatesMax], converts: true);
        Assert.That(chain.IsTooLarge, Is.True);
        Assert.That(() => chain.RemovalEffects(1), Throws.InvalidOperationException);
    }

    /// <summary>
    /// One conversion by A alone, two by A and B, three by A, B and C. A coalition is worth the conversions that its names alone bring about:
    /// v(A) = 1, v(B) = v(C) = v(BC) = 0, v(AC) = 1, v(AB) = 3, v(ABC) = 6.
    /// What A adds, in the six orders in which the names can come: ABC 1, ACB 1, BAC 3, CAB 1, BCA 6, CBA 6; on average 3.
    /// B adds: ABC 2, BAC 0, BCA 0, ACB 5, CAB 5, CBA 0; on average 2. C adds: ABC 3, BAC 3, ACB 0, CAB 0, BCA 0, CBA 0; on average 1.
    /// </summary>
    [Test]
    public void Shapley_is_the_average_of_what_a_name_adds()
    {
        Assert.That(Shapley([["A"], ["A", "B"], ["B", "A"], ["A", "B", "C"], ["C", "B", "A", "B"], ["B", "C", "A"]]),
            Is.EqualTo(new Dictionary<string, decimal> { ["A"] = 3m, ["B"] = 2m, ["C"] = 1m }));
    }

    [Test]
    public void Shapley_agrees_with_every_order_tried([Range(1, 10)] int seed)
    {
        var dice = new Random(seed);
        string[] names = ["A", "B", "C", "D"];
        var paths = Enumerable.Range(0, 12).Select(_ => Enumerable.Range(0, dice.Next(1, 6)).Select(_ => names[dice.Next(4)]).ToArray()).ToArray();
        var found = Shapley(paths);
        var orders = Orders(names).ToList();
        foreach (var name in names)
        {
            double Worth(IEnumerable<string> coalition) => paths.Count(path => path.All(coalition.Contains));
            var expected = orders.Average(order =>
            {
                var before = order.TakeWhile(other => other != name).ToList();
                return Worth([.. before, name]) - Worth(before);
            });
            Assert.That((double)found.GetValueOrDefault(name), Is.EqualTo(expected).Within(0.0001), name);
        }
    }

    private static Dictionary<string, decimal> Shapley(string[][] paths)
    {
        var run = new AttributionRun(new AttributionOptions { Models = [AttributionModel.Shapley] });
        foreach (var path in paths)
        {
            run.Add([.. path.Select(static (name, i) => new Touch(i, i, TouchKind.Visit, name, null))], [new Converted(Instants.Minute, 99, null, "EUR")]);
        }

        return run.Close(new Dictionary<string, long>()).Models.Single().Rows.ToDictionary(static row => row.Name, static row => Math.Round(row.Conversions, 4));
    }

    private static IEnumerable<string[]> Orders(string[] names) => names.Length <= 1 ? [names]
        : names.SelectMany(first => Orders([.. names.Where(name => name != first)]).Select(rest => (string[])[first, .. rest]));
}

namespace Journey.Tests.Fuzz;

[Category("Fuzz")]
public sealed class FuzzRunTests
{
    [Test]
    public void A_failure_names_its_seed_and_shows_its_input()
    {
        using (new NUnit.Framework.Internal.TestExecutionContext.IsolatedContext())
        {
            Assert.That(
                () => FuzzRun.Try(1_000_000, dice => dice.Next(10), number => Assert.That(number, Is.LessThan(9)), number => $"<{number}>"),
                Throws.InstanceOf<AssertionException>().With.Message.Match(@"FUZZ_SEED=\d+ breaks it, with the input\n<9>\n"));
        }
    }
}

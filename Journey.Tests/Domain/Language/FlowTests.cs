using Journey.Domain.Language;

namespace Journey.Tests.Domain.Language;

public sealed class FlowTests
{
    [Test]
    public void An_empty_path_leads_to_what_comes_after() => Assert.That(Flow("""
        - branch:
            - { if: 'cart.total > 3', then: [] }
            - { if: 'cart.total > 2', then: [{ set: { a: 1 } }] }
        - exit: x
        """), Is.EqualTo(new[] { "branch-1 -> 2 [2 1 2]", "branch-1.if-2.set-1 -> 2 []", "exit-1 -> -1 []" }));

    [Test]
    public void A_goto_leads_to_its_target() =>
        Assert.That(Flow("- { id: again, wait: 4h }\n- goto: again"), Is.EqualTo(new[] { "again -> 1 []", "goto-1 -> -1 [0]" }));

    [Test]
    public void A_call_has_the_path_of_its_failure_and_a_wait_for_that_of_its_timeout() => Assert.That(Flow("""
        - call: { url: 'https://example.com', onFailure: [{ set: { a: 1 } }] }
        - waitFor: [{ on: Product Viewed }]
        """), Is.EqualTo(new[] { "call-1 -> 2 [1]", "call-1.failure.set-1 -> 2 []", "wait-for-1 -> -1 [-1 -1]" }));

    [TestCase("- { id: a, set: { x: 1 } }\n- branch: [{ if: 'cart.total > 3', then: [{ goto: a }] }]", Description = "through a branch")]
    [TestCase("- { id: a, goto: b }\n- { id: b, goto: a }", Description = "through two")]
    [TestCase("- { id: a, goto: a }", Description = "to itself")]
    [TestCase("- { id: w, wait: 4h }\n- { id: a, set: { x: 1 } }\n- goto: a", Description = "the wait is outside")]
    public void A_cycle_in_which_nothing_waits_is_a_fault(string steps) => Assert.That(Codes(steps), Has.Member("J402"));

    [TestCase("- { id: a, wait: 4h }\n- goto: a")]
    [TestCase("- { id: a, set: { x: 1 } }\n- waitFor: [{ on: Product Viewed }]\n- goto: a")]
    [TestCase("- id: a\n  branch: [{ if: 'cart.total > 3', then: [{ wait: 4h }, { goto: a }] }]")]
    public void A_cycle_that_waits_is_none(string steps) => Assert.That(Codes(steps), Is.Empty);

    [TestCase("- waitFor: [{ on: Product Viewed, then: [{ exit: x }] }]\n- exit: y", ExpectedResult = "J403", Description = "without a timeout only the event leads on")]
    [TestCase("- branch: [{ if: 'cart.total > 3', then: [{ exit: x }] }, { else: [{ exit: z }] }]\n- exit: y\n- exit: y",
        ExpectedResult = "J403", Description = "only the first of a stretch")]
    [TestCase("- branch: [{ if: 'cart.total > 3', then: [{ exit: x }] }]\n- exit: y", ExpectedResult = "")]
    public string What_no_path_leads_to_is_a_warning(string steps) => string.Join(' ', Codes(steps));

    [Test]
    public void A_thousand_steps_are_allowed_and_one_more_is_not()
    {
        var thousand = string.Join('\n', Enumerable.Repeat("- wait: 4h", LanguageLimits.StepsMax));
        Assert.That((Codes(thousand), Codes(thousand + "\n- wait: 4h")), Is.EqualTo((Array.Empty<string>(), new[] { "J401" })));
    }

    private static string[] Codes(string steps) => [.. Documents.Parse(Documents.Journey(steps)).Faults.Select(fault => fault.Code)];

    private static string[] Flow(string steps) =>
        [.. JourneyCompiler.Compile(Documents.Definition(Documents.Journey(steps))).Flow.Select(flow => $"{flow.Step.Id} -> {flow.Next} [{string.Join(' ', flow.Targets)}]")];
}

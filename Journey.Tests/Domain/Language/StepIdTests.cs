using Journey.Domain.Language;

namespace Journey.Tests.Domain.Language;

public sealed class StepIdTests
{
    [Test]
    public void A_step_without_an_id_is_called_after_its_path_and_its_kind() => Assert.That(Ids("""
        - wait: 4h
        - wait: 4h
        - waitFor:
            - { on: Message Clicked, then: [{ exit: a }] }
            - { on: Message Clicked, where: event.x == 1, then: [{ exit: b }] }
          timeout: 1h
          onTimeout: [{ emit: { event: Product Viewed } }]
        - id: choice
          branch:
            - { if: 'cart.total > 3', then: [{ exit: c }] }
            - else: [{ set: { a: 1 } }]
        - split: [{ weight: 50%, name: red, then: [{ exit: d }] }, { weight: 50%, name: blue, then: [{ exit: e }] }]
        """), Is.EqualTo(new[]
    {
        "wait-1", "wait-2", "wait-for-1", "wait-for-1.on-message-clicked.exit-1", "wait-for-1.on-message-clicked-2.exit-1", "wait-for-1.timeout.emit-1",
        "choice", "choice.if-1.exit-1", "choice.else.set-1", "split-1", "split-1.red.exit-1", "split-1.blue.exit-1",
    }));

    [Test]
    public void A_step_of_another_kind_put_before_it_does_not_change_an_id() =>
        Assert.That(Ids("- wait: 4h\n- set: { a: 1 }\n- exit: x"), Is.SupersetOf(Ids("- wait: 4h\n- exit: x")));

    [Test]
    public void A_derived_id_makes_way_for_a_given_one() =>
        Assert.That(Ids("- wait: 4h\n- { id: wait-1, wait: 5h }"), Is.EqualTo(new[] { "wait-2", "wait-1" }));

    private static string[] Ids(string steps) => [.. StepTree.All(Documents.Definition(Documents.Journey(steps)).Steps).Select(step => step.Id)];
}

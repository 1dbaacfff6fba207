using Journey.Domain.Cel;

namespace Journey.Domain.Language;

/// <summary>Every expression of a journey or rule: what it may look at is what these name.</summary>
public static class JourneyPrograms
{
    public static IEnumerable<CelProgram> Of(CompiledJourney journey)
    {
        var definition = journey.Definition;
        Condition?[] conditions =
        [
            definition.Audience, definition.Guard, definition.Goal?.Where,
            .. definition.Enter.Select(trigger => trigger.Where),
            .. definition.Exits.Select(exit => exit.Condition),
            .. journey.Flow.SelectMany(flow => ConditionsOf(flow.Step)),
        ];
        ValueExpression?[] values = [definition.Key, .. journey.Flow.SelectMany(flow => ValuesOf(flow.Step))];
        return conditions.OfType<Condition>().Select(condition => condition.Program)
            .Concat(values.OfType<ValueExpression>().Select(value => value.Program));
    }

    private static IEnumerable<Condition?> ConditionsOf(Step step) => step switch
    {
        Step.Wait wait => [wait.ResetWhere],
        Step.WaitFor waitFor => waitFor.Events.Select(awaited => awaited.Where),
        Step.Branch branch => branch.Arms.Select(arm => arm.If),
        _ => [],
    };

    private static IEnumerable<ValueExpression?> ValuesOf(Step step) => step switch
    {
        Step.Wait wait => [wait.Until],
        Step.Set set => set.Traits.Select(assignment => assignment.Expression),
        Step.Emit emit => emit.Properties.Select(assignment => assignment.Expression),
        _ => [],
    };
}

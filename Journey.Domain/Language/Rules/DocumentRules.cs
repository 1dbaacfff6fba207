using FluentValidation;
using Journey.Domain.Identity;

namespace Journey.Domain.Language.Rules;

/// <summary>What a journey or rule has to hold beyond its shape.</summary>
internal sealed class JourneyRules : AbstractValidator<JourneyDefinition>
{
    public JourneyRules()
    {
        RuleFor(journey => journey.Holdout).LessThan(1)
            .Says(journey => FaultTexts.HoldoutEverybody.At(journey.At, [journey.Holdout * 100], "a share below 100%"));
        RuleFor(journey => journey.Reentry).Must(reentry => reentry.Mode != ReentryMode.Once || reentry.CooldownMs == 0)
            .Says(journey => FaultTexts.CooldownUnused.At(journey.At, expected: "`mode: after-exit`"));
        RuleFor(journey => journey.Limits).Must(limits => limits.Quiet is null || limits.Quiet.From != limits.Quiet.To)
            .Says(journey => FaultTexts.NeverQuiet.At(journey.At, [journey.Limits.Quiet!.From.ToString("HH:mm")]));
        this.Each(journey => StepTree.All(journey.Steps).OfType<Step.Start>().Where(start => start.Journey == journey.Name)
            .Select(start => FaultTexts.StartsItself.At(start.At, [journey.Name])));
        this.Each(journey => StepTree.All(journey.Steps).Where(step => journey.IsRule && (step is Step.Wait or Step.WaitFor))
            .Select(step => FaultTexts.RuleWaits.At(step.At, expected: "a `journey` for what waits")));
        RuleForEach(journey => StepTree.All(journey.Steps)).SetInheritanceValidator(step =>
        {
            step.Add(new SplitRules());
            step.Add(new SendRules());
            step.Add(new CallRules());
        }).OverridePropertyName("steps");
    }
}

internal sealed class FunnelRules : AbstractValidator<FunnelDefinition>
{
    public FunnelRules() =>
        this.Each(funnel => funnel.Stages.GroupBy(stage => stage.Name).Where(group => group.Count() > 1)
            .Select(group => FaultTexts.StageTwice.At(group.Last().At, [group.Key])));
}

internal sealed class WorkspaceRules : AbstractValidator<WorkspaceDefinition>
{
    public WorkspaceRules()
    {
        this.Each(workspace => workspace.Settings.EventAliases.Where(alias => workspace.Settings.EventAliases.ContainsKey(alias.Value))
            .OrderBy(alias => alias.Key, StringComparer.Ordinal)
            .Select(alias => FaultTexts.AliasChain.At(workspace.At, [alias.Key, alias.Value])));
        this.Each(workspace => workspace.Settings.Stages.SelectMany(stage => stage.Value.Select(name => (Name: name, Stage: stage.Key))).GroupBy(pair => pair.Name)
            .Where(group => group.Count() > 1)
            .Select(group => FaultTexts.EventInTwoStages.At(workspace.At, [group.Key, group.First().Stage, group.Last().Stage])));
        RuleFor(workspace => workspace.Settings.Identity.Priority)
            .Must(kinds => kinds[0] == IdentifierKind.UserId && kinds.Distinct().Count() == kinds.Length)
            .Says(workspace => FaultTexts.WrongPriority.At(workspace.At, expected: "`priority: [userId, …]`"));
        this.Each(workspace => workspace.Settings.Identity.Blocked
            .SelectMany(kind => kind.Value.Where(pattern => pattern.Trim('*').Length == 0).Select(pattern => (Kind: IdentifierNames.Of(kind.Key), Pattern: pattern)))
            .OrderBy(blocked => blocked.Kind, StringComparer.Ordinal)
            .Select(blocked => FaultTexts.BlocksEverything.At(workspace.At, [blocked.Pattern, blocked.Kind])));
    }
}

internal sealed class TestRules : AbstractValidator<TestDefinition>
{
    public TestRules() =>
        this.Each(test => test.Expect.Where(expectation => test.Expect.Any(other => Contradict(expectation, other))).Select(expectation =>
            FaultTexts.Contradiction.At(expectation.At, [expectation switch { Expectation.NothingSent => "nothing-sent", Expectation.NoTask => "no-task", _ => "no-run" }])));

    private static bool Contradict(Expectation absence, Expectation other) => absence.Customer == other.Customer && (absence, other) switch
    {
        (Expectation.NothingSent, Expectation.Sent { Count: not 0 }) => true,
        (Expectation.NoTask, Expectation.Task { Count: not 0 }) => true,
        (Expectation.NoRun, Expectation.Run { Count: not 0 }) => true,
        _ => false,
    };
}

using FluentValidation;
using Journey.Domain.Language.Formats;

namespace Journey.Domain.Language.Rules;

internal sealed class SplitRules : AbstractValidator<Step.Split>
{
    /// <summary>Weights such as 33.3% are decimal; their sum as doubles may be off by this much.</summary>
    private const double Tolerance = 1e-9;

    public SplitRules()
    {
        RuleFor(split => split.Arms).Must(arms => Math.Abs(arms.Sum(arm => arm.Weight) - 1) < Tolerance)
            .Says(split => FaultTexts.WeightsOff.At(split.At, [split.Arms.Sum(arm => arm.Weight) * 100], "100%"));
        this.Each(split => split.Arms.GroupBy(arm => arm.Name).Where(group => group.Count() > 1).Select(group => FaultTexts.RepeatedPath.At(split.At, [group.Key])));
    }
}

internal sealed class SendRules : AbstractValidator<Step.Send>
{
    public SendRules() =>
        this.Each(send => send.Channels.GroupBy(channel => channel.Name).Where(group => group.Count() > 1).Select(group => FaultTexts.RepeatedChannel.At(send.At, [group.Key])));
}

internal sealed class CallRules : AbstractValidator<Step.Call>
{
    public CallRules() => RuleFor(call => call.TimeoutMs).LessThanOrEqualTo(LanguageLimits.CallTimeoutMaxMs)
        .Says(call => FaultTexts.CallTooSlow.At(call.At, [Durations.Format(LanguageLimits.CallTimeoutMaxMs)]));
}

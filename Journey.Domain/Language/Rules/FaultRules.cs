using FluentValidation;
using FluentValidation.Results;

namespace Journey.Domain.Language.Rules;

/// <summary>Lets a rule of FluentValidation answer with a fault of ours: code, place and text together.</summary>
internal static class FaultRules
{
    public static IRuleBuilderOptions<T, TProperty> Says<T, TProperty>(this IRuleBuilderOptions<T, TProperty> rule, Func<T, Fault> fault) =>
        rule.WithState((subject, _) => fault(subject));

    /// <summary>Reports every fault that the function finds.</summary>
    public static void Each<T>(this AbstractValidator<T> validator, Func<T, IEnumerable<Fault>> find) =>
        validator.RuleFor(subject => subject).Custom((subject, context) =>
        {
            foreach (var fault in find(subject))
            {
                context.AddFailure(new ValidationFailure(fault.Code, fault.Message) { CustomState = fault });
            }
        });

    public static void Report<T>(this IValidator<T> validator, T subject, FaultList faults)
    {
        foreach (var failure in validator.Validate(subject).Errors)
        {
            faults.Add((Fault)failure.CustomState);
        }
    }
}

namespace Journey.Domain.Cel;

/// <summary>Is told what the parts of an expression were while it was evaluated.</summary>
public interface ICelTrace
{
    /// <summary>
    /// Reports a variable with its fields, a call, or a comparison, inner ones first. What was skipped, because the answer
    /// was known without it, is not reported; within a macro there is one report for every element.
    /// </summary>
    void Saw(int offset, string source, in CelValue value);
}

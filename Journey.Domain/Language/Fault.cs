namespace Journey.Domain.Language;

public enum FaultSeverity
{
    /// <summary>The document can be published; what it says is probably not what was meant.</summary>
    Warning,

    /// <summary>The document cannot be used.</summary>
    Error,
}

/// <summary>Something wrong in a document: where, what was expected, and what was probably meant.</summary>
/// <param name="Code">Stable, "J101": documented in docs/reference/faults.md.</param>
/// <param name="Message">A sentence that says what is wrong.</param>
/// <param name="Expected">What would have been right, where that can be said.</param>
/// <param name="Suggestion">The near miss: "Order Completed" for "Order Complete".</param>
public sealed record Fault(string Code, FaultSeverity Severity, SourcePlace At, string Message, string? Expected = null, string? Suggestion = null)
{
    /// <summary>file:line:column: code: message (expected …; did you mean `…`?).</summary>
    public override string ToString()
    {
        var text = $"{At}: {Code}: {Message}";
        if (Expected is not null)
        {
            text += $" Expected {Expected}.";
        }

        return Suggestion is null ? text : $"{text} Did you mean `{Suggestion}`?";
    }
}

using System.Collections.Immutable;

namespace Journey.Domain.Templates;

/// <summary>What became of rendering. A missing value is an answer; so is a template that asked for too much.</summary>
public abstract record RenderResult
{
    private RenderResult() { }

    /// <param name="MissingPaths">
    /// Values that were to be printed and are not there or null, by their path ("customer.firstName", "cart.lines.0.name"), in the order of
    /// their first use, <see cref="Template.MissingPathsMax"/> at most. They print as nothing. What is only asked about (<c>#if</c>, <c>#each</c>) is not missing.
    /// </param>
    public sealed record Rendered(string Text, ImmutableArray<string> MissingPaths) : RenderResult;

    /// <summary>The text or the work went over its bound, or a value could not be used as the template wants it.</summary>
    public sealed record Refused(string Reason) : RenderResult;
}

/// <summary>How values are written into the text around them.</summary>
public enum TemplateEncoding
{
    /// <summary>As they are: text messages, subjects, titles, data.</summary>
    None,

    /// <summary>HTML-encoded, so that a customer's name cannot become markup. <c>{{{triple}}}</c> writes a value as it is.</summary>
    Html,

    /// <summary>Percent-encoded: a value fills one part of an address and cannot begin another.</summary>
    Url,
}

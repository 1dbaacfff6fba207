using Journey.Domain.Language;

namespace Journey.Domain.Templates;

/// <summary>What one template says on one channel.</summary>
/// <param name="Channel">Null: on every channel that has no text of its own.</param>
/// <param name="Subject">Never HTML-encoded; null where the channel knows no subject.</param>
/// <param name="Body">HTML-encoded when it was written as HTML.</param>
public sealed record MessageTemplate(string Name, string? Channel, Template? Subject, Template Body, SourcePlace At)
{
    /// <summary>"text/html" or "text/plain".</summary>
    public string ContentType => Body.Encoding == TemplateEncoding.Html ? "text/html" : "text/plain";
}

/// <summary>One file of the template folder, as read.</summary>
/// <param name="FileName">Without the folder: it says the template's name, its channel and its kind.</param>
public sealed record TemplateFile(string FileName, string Text);

using Journey.Domain.Events;
using Journey.Domain.Language.Publishing;

namespace Journey.Domain.Identity;

/// <summary>The identity rules in force, from the workspaces that the log has published so far.</summary>
public sealed class IdentityRulesFold
{
    private DefinitionHistory _workspaces = DefinitionHistory.Empty;

    public IdentityRules Rules { get; private set; } = IdentityRules.Default;

    /// <summary>Takes events in position order; those that publish or retire no workspace change nothing.</summary>
    public void Apply(in RecordedEvent recorded)
    {
        // A journey's text need not be compiled to know the workspace.
        if (recorded.Kind == EventKind.Definition && recorded.Json.Span.IndexOf("\"kind\":\"workspace\""u8) >= 0)
        {
            _workspaces = _workspaces.Apply(recorded);
            Rules = _workspaces.Latest.Workspace.Identity;
        }
    }
}

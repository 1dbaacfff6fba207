namespace Journey.Domain.Identity;

public static class IdentifierRules
{
    /// <summary>The identifier as it is stored and compared; null if it identifies nobody.</summary>
    public static Identifier? Normalize(IdentifierKind kind, string? raw) => throw new NotImplementedException();
}

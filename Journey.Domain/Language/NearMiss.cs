using Journey.Domain.Cel;

namespace Journey.Domain.Language;

/// <summary>What a mistyped name probably was meant to be.</summary>
public static class NearMiss
{
    public static string? Of(string name, IEnumerable<string> known) => CelSuggestions.For(name, known).FirstOrDefault();
}

using System.Text;
using Journey.Domain.Language;

namespace Journey.Tests.Domain.Language;

/// <summary>Writes docs/reference/faults.md from the texts.</summary>
internal static class FaultsPage
{
    private static readonly (string Prefix, string Title)[] Families =
        [("J1", "Structure"), ("J2", "Conditions and templates"), ("J3", "References"), ("J4", "Journeys, rules and funnels"), ("J5", "Workspace and tests")];

    public static string Write()
    {
        var page = new StringBuilder("""
            # Faults

            What `journey validate` reports, by code. Each fault names file, line and column, says what was expected where that can be said,
            and suggests what was probably meant. An error keeps a document from being published; a warning does not. Codes are stable.

            This page is written from the texts themselves (`FaultTexts.cs`), and a test keeps them together.

            """.ReplaceLineEndings("\n"));
        foreach (var (prefix, title) in Families)
        {
            page.Append($"\n## {title}\n");
            foreach (var text in FaultTexts.All.Where(text => text.Code.StartsWith(prefix, StringComparison.Ordinal)))
            {
                page.Append($"\n### {text.Code}: {text.Title}\n\n{(text.Severity == FaultSeverity.Error ? "Error" : "Warning")}. {text.Help}\n");
                if (Example(text.Code) is { } example)
                {
                    page.Append($"\n```text\n{example}\n```\n");
                }
            }
        }

        return page.ToString();
    }

    /// <summary>The message as the smallest document shows it, where that is short enough to read.</summary>
    private static string? Example(string code)
    {
        const int lengthMax = 300;
        var example = FaultCases.All.FirstOrDefault(example => example.Code == code);
        var fault = example is null ? null : DocumentParser.Parse([("shop.yaml", example.Utf8)]).Faults.FirstOrDefault(fault => fault.Code == code)?.ToString();
        return fault?.Length <= lengthMax ? fault : null;
    }
}

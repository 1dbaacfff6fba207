using Journey.Domain.Language;
using Journey.Host.Cli;

namespace Journey.Host.Publishing;

/// <summary>One document in a file that somebody wants to look at before it is published.</summary>
internal static class DraftFile
{
    /// <param name="kind">segment or funnel: what the document has to be.</param>
    /// <exception cref="CommandException">There is no such file, or no such document in it; its errors are printed.</exception>
    public static async Task<T> ReadAsync<T>(string file, string kind, DefinitionSet published, Terminal terminal, CancellationToken cancellation) where T : Definition
    {
        var set = DocumentParser.Parse(await DocumentReading.FilesAsync([file], cancellation), new DocumentParserOptions { Published = published });
        if (set.HasErrors)
        {
            DocumentReading.WriteErrors(terminal, set.Faults);
            throw new CommandException($"{file} has errors, listed above.", ExitCodes.Failure);
        }

        if (set.Of<T>().ToArray() is [var draft])
        {
            return draft;
        }

        var got = set.Documents.Length == 0 ? "none" : string.Join(", ", set.Documents.Select(static document => document.Kind));
        throw new CommandException($"{file}: expected one {kind} document; got {got}.", ExitCodes.Usage);
    }
}

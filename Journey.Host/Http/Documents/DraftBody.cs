using Journey.Domain.Language;
using Journey.Host.Ingestion;
using Journey.Host.Publishing;
using Microsoft.AspNetCore.Http;

namespace Journey.Host.Http.Documents;

/// <summary>One document that somebody wants to look at before it is published.</summary>
internal static class DraftBody
{
    /// <param name="kind">segment or funnel: what the document has to be.</param>
    /// <returns>The document, or the answer that says what is wrong with it.</returns>
    public static async Task<(T? Draft, IResult? Answer)> ReadAsync<T>(HttpContext context, string kind, IngestLimits limits, DefinitionSet published) where T : Definition
    {
        var body = await PublishBody.ReadAsync(context, null, limits.RequestBytesMax);
        if (body.Answer is not null)
        {
            return (null, body.Answer);
        }

        var set = DocumentParser.Parse(body.Files, new DocumentParserOptions { Published = published });
        if (set.HasErrors)
        {
            return (null, Problems.Of(StatusCodes.Status422UnprocessableEntity, "The document has errors", "Nothing was computed.",
                ("faults", set.Faults.Select(FaultReport.Of).ToArray())));
        }

        return set.Documents is [{ Definition: T draft }]
            ? (draft, null)
            : (null, Problems.NotReadable($"Expected one {kind} document; got {(set.Documents.Length == 0 ? "none" : string.Join(", ", set.Documents.Select(static document => document.Kind)))}."));
    }
}

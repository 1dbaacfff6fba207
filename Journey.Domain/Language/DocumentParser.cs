using System.Collections.Immutable;
using System.Text;
using Journey.Domain.Language.Reading;
using Journey.Domain.Language.Rules;
using Journey.Domain.Language.Yaml;

namespace Journey.Domain.Language;

/// <summary>From files to documents and faults: everything that is wrong, at once. Never throws, whatever the bytes.</summary>
public static class DocumentParser
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="files">Names as people know them, for the places of faults, and contents.</param>
    public static DocumentSet Parse(IEnumerable<(string File, ReadOnlyMemory<byte> Utf8)> files, DocumentParserOptions? options = null)
    {
        options ??= DocumentParserOptions.Default;
        var documents = new List<ParsedDocument>();
        var faults = new List<FaultList>();
        foreach (var (file, utf8) in files)
        {
            var ofFile = new FaultList();
            faults.Add(ofFile);
            foreach (var source in Sources(file, utf8.Span, options, ofFile))
            {
                var document = new ParsedDocument(source);
                documents.Add(document);
                faults.Add(document.Faults);
            }
        }

        // Which traits are personal is known from the workspace, and conditions are checked against it.
        foreach (var document in documents.Where(document => document.Kind == "workspace"))
        {
            document.Read(Workspace.Default);
        }

        var workspace = documents.Select(document => document.Definition).OfType<WorkspaceDefinition>().FirstOrDefault()?.Settings
            ?? options.Published?.Workspace ?? Workspace.Default;
        foreach (var document in documents)
        {
            document.Read(workspace);
        }

        ReferenceRules.Report(documents, workspace, options.Published);
        var finished = documents.Select(document => (Parsed: document, Document: document.ToDocument())).ToArray();
        var byList = finished.ToDictionary(pair => pair.Parsed.Faults, pair => pair.Document.Faults);
        return new([.. finished.Select(pair => pair.Document)], [.. faults.SelectMany(list => byList.TryGetValue(list, out var ordered) ? ordered : [.. list.Faults])]);
    }

    public static DocumentSet Parse(string file, string text, DocumentParserOptions? options = null) => Parse([(file, Encoding.UTF8.GetBytes(text))], options);

    /// <summary>One document by itself, as it is read back from the log: what it refers to is not looked up.</summary>
    internal static Document ParseAlone(string file, string text, Workspace workspace)
    {
        var document = new ParsedDocument(new(file, LineFeeds(text), 1));
        document.Read(workspace);
        return document.ToDocument();
    }

    private static List<SourceText> Sources(string file, ReadOnlySpan<byte> utf8, DocumentParserOptions options, FaultList faults)
    {
        var start = new SourcePlace(file, 1, 1);
        if (utf8.Length > options.FileBytesMax)
        {
            faults.Add(FaultTexts.FileTooLarge.At(start, [utf8.Length, options.FileBytesMax]));
            return [];
        }

        string text;
        try
        {
            text = LineFeeds(Strict.GetString(utf8).TrimStart('\ufeff'));
        }
        catch (DecoderFallbackException e)
        {
            faults.Add(FaultTexts.NotUtf8.At(PlaceOfByte(file, utf8, e.Index), [e.Index]));
            return [];
        }

        var sources = Split(file, text);
        if (sources.Count == 0)
        {
            faults.Add(FaultTexts.Empty.At(start));
        }
        else if (sources.Count > LanguageLimits.DocumentsMax)
        {
            faults.Add(FaultTexts.TooManyDocuments.At(sources[LanguageLimits.DocumentsMax].Start, [LanguageLimits.DocumentsMax]));
            sources.RemoveRange(LanguageLimits.DocumentsMax, sources.Count - LanguageLimits.DocumentsMax);
        }

        return sources;
    }

    /// <summary>The same text has the same hash on every machine.</summary>
    internal static string LineFeeds(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');

    /// <summary>Cuts at lines that start with <c>---</c>: YAML lets such a line stand nowhere else, and a fault in one document then leaves the others readable.</summary>
    private static List<SourceText> Split(string file, string text)
    {
        var sources = new List<SourceText>();
        var (start, firstLine, line) = (0, 1, 1);
        for (var at = 0; at < text.Length; line++)
        {
            var lineEnd = text.IndexOf('\n', at);
            lineEnd = lineEnd < 0 ? text.Length : lineEnd;
            if (text.AsSpan(at, lineEnd - at) is ['-', '-', '-', .. var rest] && (rest.IsEmpty || rest[0] is ' ' or '\t') && at > 0)
            {
                Add(start, at, firstLine);
                (start, firstLine) = (at, line);
            }

            at = lineEnd + 1;
        }

        Add(start, text.Length, firstLine);
        return sources;

        void Add(int from, int to, int firstLine)
        {
            var part = text[from..to];
            if (part.Split('\n').Any(line => line.AsSpan().Trim() is not ("" or "---" or "...") && !line.AsSpan().TrimStart().StartsWith('#')))
            {
                sources.Add(new(file, part, firstLine));
            }
        }
    }

    private static SourcePlace PlaceOfByte(string file, ReadOnlySpan<byte> utf8, int index)
    {
        var before = utf8[..Math.Clamp(index, 0, utf8.Length)];
        return new(file, before.Count((byte)'\n') + 1, before.Length - before.LastIndexOf((byte)'\n'));
    }
}

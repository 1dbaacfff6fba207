using Journey.Domain.Language;
using Journey.Domain.Templates;

namespace Journey.Host.Dispatch;

/// <summary>Reads the folder that <c>--templates</c> names. Read once, at start: a changed file counts from the next start.</summary>
public static class TemplateFolder
{
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static TemplateLibraryParse Load(string folder)
    {
        var files = Directory.GetFiles(folder).Where(IsWanted).Take(TemplateLibrary.FilesMax + 1).ToArray();
        var tooLong = files.Where(file => new FileInfo(file).Length > Template.SourceLengthMax * 4L).ToArray();
        var parse = TemplateLibrary.Parse(files.Except(tooLong).Select(file => new TemplateFile(Path.GetFileName(file), File.ReadAllText(file))));
        return parse with { Faults = [.. tooLong.Select(file => TemplateFaults.FileTooLong(new SourcePlace(Path.GetFileName(file), 1, 1), Template.SourceLengthMax * 4)), .. parse.Faults] };
    }

    // An editor's leftovers and a readme are nobody's template.
    private static bool IsWanted(string file) =>
        Path.GetFileName(file) is var name && !name.StartsWith('.') && !name.EndsWith('~') && !name.StartsWith("README", StringComparison.OrdinalIgnoreCase);
}

using System.Collections.Frozen;

namespace Journey.Host.Http.Pages;

/// <summary>One file of the dashboard, and what is laid beside it for browsers that take it compressed.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="IsImmutable">Its name says what it holds, so that it never changes.</param>
internal sealed record DashboardFile(string Path, string ContentType, bool IsImmutable, bool HasBrotli, bool HasGzip)
{
    /// <summary>Changes with the file: for the few whose names stay the same.</summary>
    public string Tag { get; } = $"\"{new FileInfo(Path).Length:x}-{File.GetLastWriteTimeUtc(Path).Ticks:x}\"";
}

/// <summary>The dashboard as the build made it, beside the program. Read once: nothing else is ever served from disk.</summary>
internal sealed class DashboardFiles
{
    /// <summary>The folder beside the program.</summary>
    public const string Folder = "dashboard";

    private const string Page = "index.html";

    private static readonly FrozenDictionary<string, string> ContentTypes = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".json"] = "application/json",
        [".woff2"] = "font/woff2",
        [".ttf"] = "font/ttf",
        [".wasm"] = "application/wasm",
    }.ToFrozenDictionary();

    private readonly FrozenDictionary<string, DashboardFile> _files;

    private DashboardFiles(FrozenDictionary<string, DashboardFile> files) => _files = files;

    /// <summary>Its one page, whatever the address; null: the dashboard was not built.</summary>
    public DashboardFile? Index => _files.GetValueOrDefault(Page);

    /// <param name="path">With slashes, and none in front.</param>
    public DashboardFile? Find(string path) => _files.GetValueOrDefault(path);

    public static DashboardFiles Beside(string program)
    {
        var root = System.IO.Path.Combine(program, Folder);
        if (!Directory.Exists(root))
        {
            return new DashboardFiles(FrozenDictionary<string, DashboardFile>.Empty);
        }

        var all = Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).ToHashSet(StringComparer.Ordinal);
        return new DashboardFiles(all
            .Where(file => ContentTypes.ContainsKey(Path.GetExtension(file)))
            .ToFrozenDictionary(
                file => Path.GetRelativePath(root, file).Replace('\\', '/'),
                file => new DashboardFile(
                    file, ContentTypes[Path.GetExtension(file)], Path.GetFileName(Path.GetDirectoryName(file)) == "assets", all.Contains($"{file}.br"), all.Contains($"{file}.gz")),
                StringComparer.Ordinal));
    }
}

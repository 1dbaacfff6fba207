using System.Text.Json;

namespace Journey.Tests.Host.Http.Pages;

/// <summary>What a browser loads for the overview, as the build's own manifest tells it.</summary>
public sealed class DashboardSizeTests
{
    private const int GzippedBytesMax = 250_000;

    private static readonly string Files = Path.Combine(AppContext.BaseDirectory, "dashboard");

    [Test]
    public void The_overview_with_its_charts_and_its_font_is_small()
    {
        using var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(Approved.Repository, "Journey.Host/obj/dashboard/www/.vite/manifest.json")));
        var files = new HashSet<string> { "index.html", "before-paint.js", "icon.svg" };
        Add(manifest.RootElement, "index.html", files);
        Add(manifest.RootElement, "src/charts/drawing.ts", files);

        // Of the font's two parts a browser takes the second only where a text has a letter beyond Latin 1.
        files.RemoveWhere(file => file.Contains("latin-ext", StringComparison.Ordinal));
        var sizes = files.ToDictionary(file => file, Size);
        Assert.That(sizes.Values.Sum(), Is.LessThan(GzippedBytesMax), string.Join('\n', sizes.Select(size => $"{size.Value,8:N0} {size.Key}")));
    }

    [Test]
    public void Editor_and_graph_are_loaded_when_they_are_opened()
    {
        using var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(Approved.Repository, "Journey.Host/obj/dashboard/www/.vite/manifest.json")));
        var atOnce = new HashSet<string>();
        Add(manifest.RootElement, "index.html", atOnce);
        var editor = manifest.RootElement.GetProperty("src/editor/monaco.ts").GetProperty("file").GetString();
        Assert.Multiple(() =>
        {
            Assert.That(editor, Is.Not.Null);
            Assert.That(atOnce, Does.Not.Contain(editor!));
            Assert.That(atOnce.Max(Size), Is.LessThan(60_000));
        });
    }

    /// <summary>A chunk with all that it needs at once, and not what it loads later.</summary>
    private static void Add(JsonElement manifest, string chunk, HashSet<string> files)
    {
        var entry = manifest.GetProperty(chunk);
        if (!files.Add(entry.GetProperty("file").GetString()!))
        {
            return;
        }

        foreach (var list in new[] { "css", "assets" })
        {
            if (entry.TryGetProperty(list, out var named))
            {
                files.UnionWith(named.EnumerateArray().Select(file => file.GetString()!));
            }
        }

        if (entry.TryGetProperty("imports", out var imports))
        {
            foreach (var import in imports.EnumerateArray())
            {
                Add(manifest, import.GetString()!, files);
            }
        }
    }

    private static long Size(string file)
    {
        var path = Path.Combine(Files, file);
        return new FileInfo(File.Exists($"{path}.gz") ? $"{path}.gz" : path).Length;
    }
}

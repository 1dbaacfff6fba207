namespace Journey.Host.Cli;

/// <summary>YAML documents named on the command line, by file or by folder.</summary>
public static class DocumentFiles
{
    /// <summary>Where mappings of imports lie, and what belongs to them, beside the documents of a folder.</summary>
    private const string Mappings = "mappings";

    /// <summary>Files as given; of a folder every .yaml and .yml in it and below, in the order of their names.</summary>
    /// <param name="withMappings">False: passes over what lies in a folder called mappings below a given folder. A file named itself is never passed over.</param>
    /// <exception cref="CommandException">A path is not there, or a folder holds no document.</exception>
    public static IReadOnlyList<string> Find(IEnumerable<string> paths, bool withMappings = false)
    {
        var files = new List<string>();
        foreach (var path in paths)
        {
            if (File.Exists(path))
            {
                files.Add(path);
                continue;
            }

            if (!Directory.Exists(path))
            {
                throw new CommandException($"{path}: there is no such file or folder.", ExitCodes.Usage);
            }

            var found = Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
                .Where(file => Path.GetExtension(file) is ".yaml" or ".yml" && (withMappings || !IsOfMappings(Path.GetRelativePath(path, file))))
                .Order(StringComparer.Ordinal)
                .ToArray();
            files.AddRange(found.Length > 0 ? found : throw new CommandException($"{path}: the folder holds no .yaml or .yml file.", ExitCodes.Usage));
        }

        return [.. files.Distinct(StringComparer.Ordinal)];
    }

    private static bool IsOfMappings(string below) => below.Split(Path.DirectorySeparatorChar).SkipLast(1).Contains(Mappings, StringComparer.Ordinal);
}

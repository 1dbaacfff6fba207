namespace Journey.Tests;

/// <summary>Real and realistic input that is not part of the repository: in the folder <c>shared/data</c> beside it, or beside a folder above it.</summary>
public static class DataSets
{
    public static string Find(string file)
    {
        for (var folder = new DirectoryInfo(Approved.Repository); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "shared", "data", file);
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new FileNotFoundException($"No folder shared/data beside the repository, or above it, holds {file}.");
    }
}

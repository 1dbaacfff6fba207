namespace Journey.Tests.Host.Cli;

/// <summary>A folder of a test's own, gone afterwards.</summary>
public sealed class TemporaryFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("journey-test-").FullName;

    public string Store => $"sqlite:{File("journey.db")}";

    public string File(string name) => Path.Combine(_path, name);

    /// <summary>Writes a text and answers its path.</summary>
    public string Write(string name, string text)
    {
        System.IO.File.WriteAllText(File(name), text);
        return File(name);
    }

    public string WriteGzip(string name, string text)
    {
        using var file = new StreamWriter(new System.IO.Compression.GZipStream(System.IO.File.Create(File(name)), System.IO.Compression.CompressionLevel.Fastest));
        file.Write(text);
        return File(name);
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}

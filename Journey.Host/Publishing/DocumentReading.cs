using Journey.Domain.Language;
using Journey.Host.Cli;

namespace Journey.Host.Publishing;

/// <summary>Documents from files and folders named on the command line, checked together.</summary>
internal static class DocumentReading
{
    /// <summary>The files' names and contents.</summary>
    /// <exception cref="CommandException">A path is not there, or a folder holds no document.</exception>
    public static async Task<IReadOnlyList<(string File, ReadOnlyMemory<byte> Utf8)>> FilesAsync(IEnumerable<string> paths, CancellationToken cancellation)
    {
        var files = new List<(string, ReadOnlyMemory<byte>)>();
        foreach (var file in DocumentFiles.Find(paths))
        {
            files.Add((file, await File.ReadAllBytesAsync(file, cancellation)));
        }

        return files;
    }

    /// <summary>A line for each error, where results are not.</summary>
    public static void WriteErrors(Terminal terminal, IEnumerable<Fault> faults)
    {
        foreach (var fault in faults.Where(fault => fault.Severity == FaultSeverity.Error))
        {
            terminal.Error.WriteLine(Terminal.Clean(fault.ToString()));
        }
    }
}

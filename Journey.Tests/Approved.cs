using System.Runtime.CompilerServices;

namespace Journey.Tests;

/// <summary>Compares a text with the approved one beside the test: <c>Class.Method.verified.txt</c>.</summary>
/// <remarks>With APPROVE=1 in the environment the received text becomes the approved one.</remarks>
public static class Approved
{
    private const string AcceptVariable = "APPROVE";

    public static void Matches(string received, [CallerFilePath] string testFile = "", [CallerMemberName] string method = "")
    {
        var file = Path.Combine(Path.GetDirectoryName(testFile)!, $"{Path.GetFileNameWithoutExtension(testFile)}.{method}.verified.txt");
        MatchesFile(received, file);
    }

    /// <summary>Compares with any file of the repository: a generated page, a schema.</summary>
    public static void MatchesFile(string received, string file)
    {
        var text = received.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        if (Environment.GetEnvironmentVariable(AcceptVariable) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
            return;
        }

        var approved = File.Exists(file) ? File.ReadAllText(file).ReplaceLineEndings("\n") : "";
        if (approved != text)
        {
            Assert.Fail($"{Path.GetFileName(file)} is not what was approved; run with {AcceptVariable}=1 to accept.\n{Difference(approved.Split('\n'), text.Split('\n'))}");
        }
    }

    /// <summary>The folder that holds the solution, found from this file.</summary>
    public static string Repository => Path.GetDirectoryName(Path.GetDirectoryName(ThisFile()))!;

    /// <summary>The lines that differ, between the common start and the common end.</summary>
    private static string Difference(string[] approved, string[] received)
    {
        const int linesMax = 60;
        var start = 0;
        while (start < approved.Length && start < received.Length && approved[start] == received[start])
        {
            start++;
        }

        var (approvedEnd, receivedEnd) = (approved.Length, received.Length);
        while (approvedEnd > start && receivedEnd > start && approved[approvedEnd - 1] == received[receivedEnd - 1])
        {
            approvedEnd--;
            receivedEnd--;
        }

        var lines = approved[start..approvedEnd].Select(line => "- " + line).Take(linesMax).Concat(received[start..receivedEnd].Select(line => "+ " + line).Take(linesMax));
        return $"from line {start + 1}:\n{string.Join('\n', lines)}";
    }

    private static string ThisFile([CallerFilePath] string file = "") => file;
}

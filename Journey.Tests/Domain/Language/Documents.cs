using System.Text;
using Journey.Domain.Language;

namespace Journey.Tests.Domain.Language;

/// <summary>Parses texts of tests, and finds the samples.</summary>
internal static class Documents
{
    public static DocumentSet Parse(string text) => DocumentParser.Parse("test.yaml", text);

    public static string[] Lines(DocumentSet set) => [.. set.Faults.Select(fault => fault.ToString())];

    /// <summary>A journey around these steps, each line of them indented as a list under <c>steps</c>.</summary>
    public static string Journey(string steps) =>
        $"journey: some\nenter: {{ on: Product Viewed }}\nsteps:\n{string.Join('\n', steps.Trim('\n').Split('\n').Select(line => "  " + line))}\n";

    public static JourneyDefinition Definition(string text)
    {
        var set = Parse(text);
        Assert.That(Lines(set), Is.Empty);
        return set.Of<JourneyDefinition>().First();
    }

    public static (string File, ReadOnlyMemory<byte> Utf8)[] Samples() =>
    [
        .. Directory.GetFiles(Path.Combine(Approved.Repository, "Journey.Host", "Samples"), "*.yaml").Order(StringComparer.Ordinal)
            .Select(file => (Path.GetFileName(file), (ReadOnlyMemory<byte>)File.ReadAllBytes(file))),
    ];

    public static ReadOnlyMemory<byte> Utf8(string text) => Encoding.UTF8.GetBytes(text);
}

using System.Text;
using Journey.Domain.Language;
using Journey.Tests.Domain.Language;

namespace Journey.Tests.Fuzz;

/// <summary>The parser and the rules: whatever the bytes, faults within their bound, and no exception.</summary>
[Category("Fuzz")]
public sealed class DocumentFuzzTests
{
    private static readonly byte[][] Samples = [.. Documents.Samples().Select(sample => sample.Utf8.ToArray())];

    [Test]
    public void Mutated_samples_never_throw() => FuzzRun.Try(900, dice => Mutate(Samples[dice.Next(Samples.Length)], Samples[dice.Next(Samples.Length)], dice), Check, Show);

    [Test]
    public void Values_in_the_wrong_places_never_throw() => FuzzRun.Try(600, Rearranged, Check, Show);

    [Test]
    public void Any_bytes_never_throw() => FuzzRun.Try(
        600,
        dice =>
        {
            var bytes = new byte[dice.Next(400)];
            dice.NextBytes(bytes);
            return bytes;
        },
        Check,
        Show);

    private static void Check(byte[] input)
    {
        var set = DocumentParser.Parse([("fuzz.yaml", input)]);
        Assert.That(set.Documents.Select(document => document.Faults.Length), Is.All.LessThanOrEqualTo(LanguageLimits.FaultsMax + 1));
        Assert.That(set.Faults.Where(fault => fault.At.Line < 1 || fault.At.Column < 1), Is.Empty);
    }

    private static string Show(byte[] input) => $"{Convert.ToBase64String(input)} (base64)\n{Encoding.UTF8.GetString(input)}";

    /// <summary>A sample that is still YAML, mostly: what stands behind its keys is exchanged.</summary>
    private static byte[] Rearranged(Random dice)
    {
        var lines = Encoding.UTF8.GetString(Samples[dice.Next(Samples.Length)]).Split('\n');
        for (var edits = dice.Next(1, 8); edits > 0; edits--)
        {
            var (to, from) = (dice.Next(lines.Length), dice.Next(lines.Length));
            var (key, value) = (lines[to].IndexOf(": ", StringComparison.Ordinal), lines[from].IndexOf(": ", StringComparison.Ordinal));
            if (key >= 0 && value >= 0)
            {
                lines[to] = lines[to][..key] + lines[from][value..];
            }
        }

        return Encoding.UTF8.GetBytes(string.Join('\n', lines));
    }

    private static byte[] Mutate(byte[] sample, byte[] other, Random random)
    {
        var bytes = sample.ToList();
        for (var edits = random.Next(1, 6); edits > 0 && bytes.Count > 4; edits--)
        {
            var at = random.Next(bytes.Count);
            var length = random.Next(1, Math.Min(60, bytes.Count - at + 1));
            switch (random.Next(6))
            {
                case 0:
                    bytes.RemoveRange(at, Math.Min(length, bytes.Count - at));
                    break;
                case 1:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(length, bytes.Count - at)));
                    break;
                case 2:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 3:
                    bytes.Insert(at, "{}[]:,-#&*!|>'\"%@`\t\n="u8[random.Next(21)]);
                    break;
                case 4:
                    var from = random.Next(other.Length);
                    bytes.InsertRange(at, other.Skip(from).Take(length));
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }

        return [.. bytes];
    }
}

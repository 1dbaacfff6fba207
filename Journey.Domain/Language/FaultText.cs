using System.Globalization;

namespace Journey.Domain.Language;

/// <summary>One kind of fault: its stable code, its text, and what the reference says of it.</summary>
/// <param name="Title">A few words, for the reference and for lists.</param>
/// <param name="Message">A sentence; {0}, {1} … are what the place fills in.</param>
/// <param name="Help">For the reference: why it is a fault and what to do.</param>
public sealed record FaultText(string Code, FaultSeverity Severity, string Title, string Message, string Help)
{
    /// <summary>The longest piece of a document that a message repeats, in characters.</summary>
    private const int QuotedMax = 200;

    internal Fault At(SourcePlace place, ReadOnlySpan<object?> values = default, string? expected = null, string? suggestion = null)
    {
        var shown = new object?[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            shown[i] = values[i] is string text ? Shorten(text) : values[i];
        }

        return new(Code, Severity, place, string.Format(CultureInfo.InvariantCulture, Message, shown), expected, suggestion);
    }

    /// <summary>One line, not too long: a fault is read in a terminal.</summary>
    private static string Shorten(string text)
    {
        var line = text.AsSpan().Trim();
        var end = line.IndexOfAny('\r', '\n');
        var cut = end >= 0 || line.Length > QuotedMax;
        line = end >= 0 ? line[..end].TrimEnd() : line;
        line = line.Length > QuotedMax ? line[..QuotedMax] : line;
        return cut ? $"{line}…" : line.ToString();
    }
}

/// <summary>The faults of one document, or of one file before it has any; bounded, so that a bad file stays readable.</summary>
internal sealed class FaultList
{
    private readonly List<Fault> _faults = [];
    private readonly HashSet<Fault> _seen = [];

    public bool HasErrors { get; private set; }

    /// <summary>Nothing more is kept, so nothing more needs to be looked for.</summary>
    public bool IsFull => _faults.Count > LanguageLimits.FaultsMax;

    public IReadOnlyList<Fault> Faults => _faults;

    public void Add(Fault fault)
    {
        HasErrors |= fault.Severity == FaultSeverity.Error;
        if (IsFull || !_seen.Add(fault))
        {
            return;
        }

        _faults.Add(_faults.Count < LanguageLimits.FaultsMax ? fault : FaultTexts.TooManyFaults.At(fault.At, [LanguageLimits.FaultsMax]));
    }
}

using Journey.Domain.Time;

namespace Journey.Domain.Language;

/// <summary>The bounds of documents, in one place. What is beyond one is a fault, never a crash.</summary>
public static class LanguageLimits
{
    /// <summary>The largest file, in bytes of UTF-8; the default of <see cref="DocumentParserOptions.FileBytesMax"/>.</summary>
    public const int FileBytesMax = 1024 * 1024;

    /// <summary>How deep mappings and lists may nest.</summary>
    public const int DepthMax = 64;

    /// <summary>How many values one document may hold, with every alias written out.</summary>
    public const int ValuesMax = 100_000;

    /// <summary>How many documents may share a file.</summary>
    public const int DocumentsMax = 1_000;

    /// <summary>How many steps a journey may have, nested ones included.</summary>
    public const int StepsMax = 1_000;

    /// <summary>How many faults one document reports before the rest is left out.</summary>
    public const int FaultsMax = 200;

    /// <summary>The longest name of a document, in characters.</summary>
    public const int NameLengthMax = 100;

    /// <summary>The longest id of a step, in characters.</summary>
    public const int StepIdLengthMax = 64;

    /// <summary>The longest event name, in characters.</summary>
    public const int EventNameLengthMax = 200;

    /// <summary>The longest free text, in characters.</summary>
    public const int TextLengthMax = 10_000;

    /// <summary>The largest number that a count may be.</summary>
    public const int CountMax = 1_000_000;

    /// <summary>The longest duration of any kind: ten years.</summary>
    public const long DurationMaxMs = 3_650 * Instants.Day;

    /// <summary>How far back the functions over history see: the state keeps no more.</summary>
    public const long HistoryKeptMs = 400 * Instants.Day;

    /// <summary>The longest that a webhook may take.</summary>
    public const long CallTimeoutMaxMs = 2 * Instants.Minute;
}

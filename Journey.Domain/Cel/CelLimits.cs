namespace Journey.Domain.Cel;

/// <summary>The bounds of expressions and of their evaluation, in one place.</summary>
public static class CelLimits
{
    /// <summary>The longest expression, in UTF-16 characters. A condition of a page is a program, and belongs elsewhere.</summary>
    public const int SourceMax = 16 * 1024;

    /// <summary>How deep an expression may nest. Evaluation recurses as deep, and the stack of a pool thread must hold it.</summary>
    public const int DepthMax = 250;

    /// <summary>How many elements the macros of one evaluation may visit in all; more is an error.</summary>
    public const int StepsMax = 1_000_000;

    /// <summary>How many elements one comparison of lists or maps may visit; more is an error.</summary>
    public const int ComparisonsMax = 1_000_000;

    /// <summary>How long a string, byte sequence or list may get by adding; more is an error.</summary>
    public const int SizeMax = 1_000_000;

    /// <summary>How many characters of a value a trace shows.</summary>
    public const int TextMax = 1_000;

    /// <summary>The longest regular expression, in UTF-16 characters.</summary>
    public const int PatternMax = 1_000;

    /// <summary>How many states a regular expression may need with its counted repetitions written out.</summary>
    public const int PatternStatesMax = 10_000;

    /// <summary>How many alternatives a fault suggests.</summary>
    public const int CandidatesMax = 3;

    /// <summary>How many faults one expression reports.</summary>
    public const int FaultsMax = 100;
}

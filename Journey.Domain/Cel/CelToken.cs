namespace Journey.Domain.Cel;

internal enum CelTokenKind : byte
{
    End,
    Identifier,

    /// <summary>A name in backticks, for fields that are no identifiers.</summary>
    QuotedIdentifier,
    Literal,

    /// <summary>A decimal or hexadecimal integer, whose sign decides about its range.</summary>
    Integer,
    Punctuation,
}

/// <summary>A piece of the source. Punctuation and keywords are told apart by their text.</summary>
internal sealed record CelToken(CelTokenKind Kind, int Offset, int Length, string Text, CelValue Value)
{
    public int End => Offset + Length;

    public bool Is(string punctuation) => Kind == CelTokenKind.Punctuation && Text == punctuation;

    /// <summary>How messages call it.</summary>
    public override string ToString() => Kind == CelTokenKind.End ? "the end of the expression" : $"'{Text}'";
}

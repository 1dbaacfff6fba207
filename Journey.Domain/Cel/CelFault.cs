using System.Collections.Immutable;

namespace Journey.Domain.Cel;

/// <summary>What is wrong with an expression. The names are stable.</summary>
public enum CelFaultKind
{
    Syntax,
    UnknownVariable,
    UnknownFunction,
    UnknownField,
    WrongArguments,
    TypeMismatch,
    PersonalData,
    TooDeep,
    TooLong,
}

/// <summary>A fault and its place; offset and length count UTF-16 characters of the source.</summary>
public sealed record CelFault(CelFaultKind Kind, int Offset, int Length, string Message)
{
    /// <summary>Gets the names that may have been meant, the nearest first.</summary>
    public ImmutableArray<string> Candidates { get; init; } = [];

    public bool Equals(CelFault? other) =>
        other is not null && Kind == other.Kind && Offset == other.Offset && Length == other.Length
        && Message == other.Message && Candidates.AsSpan().SequenceEqual(other.Candidates.AsSpan());

    public override int GetHashCode() => (Offset * 397) ^ (int)Kind;

    public override string ToString() => Candidates.IsEmpty
        ? $"{Offset}: {Kind}: {Message}"
        : $"{Offset}: {Kind}: {Message} Did you mean {string.Join(" or ", Candidates.Select(name => $"'{name}'"))}?";
}

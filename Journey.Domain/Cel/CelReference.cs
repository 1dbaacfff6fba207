using System.Collections.Immutable;

namespace Journey.Domain.Cel;

/// <summary>What an expression reaches outside itself, with its place, so that the host can check names and know what to keep.</summary>
public abstract record CelReference(int Offset, int Length)
{
    /// <summary>A root variable and the fields read from it, as far as they are written out.</summary>
    public sealed record Variable(string Root, ImmutableArray<string> Path, int Offset, int Length) : CelReference(Offset, Length);

    /// <summary>A call of a host function.</summary>
    public sealed record Call(string Function, ImmutableArray<CelArgument> Arguments, int Offset, int Length) : CelReference(Offset, Length);
}

/// <summary>An argument of a call; its value is known where it is a literal.</summary>
public sealed record CelArgument(int Offset, int Length, CelValue? Constant);

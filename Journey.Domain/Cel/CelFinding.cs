using System.Collections.Immutable;

namespace Journey.Domain.Cel;

/// <summary>One part of an expression that made it what it was: <c>cart.total >= 50</c> was false, with 42 on its left.</summary>
/// <param name="Source">The part as written.</param>
/// <param name="Operator">A comparison's operator or a function's name; empty for a plain value.</param>
/// <param name="Operands">A comparison's two sides, a function's arguments, or the value itself.</param>
/// <param name="Value">What the part came to.</param>
/// <param name="IsNegated">An odd number of <c>!</c> stands before it.</param>
public sealed record CelFinding(string Source, string Operator, ImmutableArray<CelOperand> Operands, CelValue Value, bool IsNegated);

/// <param name="IsLiteral">Written out, rather than read from the facts.</param>
/// <param name="Value">Null: it was never evaluated, because the answer was known without it.</param>
public sealed record CelOperand(string Source, bool IsLiteral, CelValue? Value);

/// <summary>What an expression read, by its place in the source: variables with their fields, calls, comparisons, inner ones first.</summary>
public readonly record struct CelSeen(int Offset, string Source, CelValue Value);

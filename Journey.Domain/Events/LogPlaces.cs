namespace Journey.Domain.Events;

/// <summary>Places between recorded events: where a simulation puts what the log does not hold.</summary>
/// <remarks>
/// A recorded event's place is its position. What is added right behind position 17 has 17 in the low 40 bits and its turn, from 1, above them:
/// unique, and never a position that a log could reach. In order they are by <see cref="Order"/>.
/// </remarks>
public static class LogPlaces
{
    /// <summary>The last position that has room behind it: about a million million events.</summary>
    public const long PositionMax = (1L << PositionBits) - 1;

    /// <summary>How many places there are behind one position.</summary>
    public const int BehindMax = (1 << 22) - 1;

    private const int PositionBits = 40;
    private const int TurnBits = 22;

    /// <param name="turn">1 to <see cref="BehindMax"/>.</param>
    public static long Behind(long position, int turn) => position is >= 0 and <= PositionMax && turn is >= 1 and <= BehindMax
        ? ((long)turn << PositionBits) | position
        : throw new ArgumentOutOfRangeException(nameof(turn), turn, $"There is no place {turn:N0} behind position {position:N0}.");

    /// <summary>The recorded position at or right before a place.</summary>
    public static long Recorded(long place) => place & PositionMax;

    /// <summary>What places are compared by. Recorded positions alone keep the order they have.</summary>
    public static long Order(long place) => ((place & PositionMax) << TurnBits) | (place >> PositionBits);
}

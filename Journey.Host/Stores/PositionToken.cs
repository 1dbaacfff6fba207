using System.Globalization;
using Journey.Domain.EventLog;

namespace Journey.Host.Stores;

/// <summary>Checkpoints of the logs whose positions are all there is to know of a place: the position in decimal.</summary>
internal static class PositionToken
{
    public static Checkpoint Of(long position) => position == 0
        ? Checkpoint.Start
        : new Checkpoint(position.ToString(CultureInfo.InvariantCulture));

    /// <exception cref="ArgumentException">Another adapter made the checkpoint.</exception>
    public static long Position(Checkpoint checkpoint) => checkpoint.Token is null
        ? 0
        : long.TryParse(checkpoint.Token, NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            ? position
            : throw new ArgumentException($"'{checkpoint.Token}' is not a checkpoint of this log.", nameof(checkpoint));
}

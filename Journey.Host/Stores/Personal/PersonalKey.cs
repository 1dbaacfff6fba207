namespace Journey.Host.Stores.Personal;

/// <summary>A customer's key, unwrapped.</summary>
/// <param name="stream">Whose it is.</param>
/// <param name="erasures">How many times keys had been forgotten when it was read: see <see cref="PersonalKeys.Forget"/>.</param>
internal sealed class PersonalKey(long stream, byte[] bytes, long erasures)
{
    public long Stream { get; } = stream;

    public byte[] Bytes { get; } = bytes;

    public long Erasures { get; } = erasures;
}

using System.Security.Cryptography;

namespace Journey.Host.Stores.Personal;

/// <summary>Random nonces, drawn from the system many at a time: one call for each of them took longer than sealing an event. For one thread at a time.</summary>
/// <remarks>
/// Every one is handed out once and has 96 random bits of its own, so they are as little likely to repeat under one key as if each were drawn
/// when it is needed: a customer would have to have four thousand million events before the odds reach one in four thousand million.
/// They are not counted, and not made from an event's position: what was undone is numbered again, and a nonce that comes twice opens both.
/// </remarks>
internal sealed class Nonces
{
    private const int DrawnAtOnce = 512;

    private readonly byte[] _drawn = new byte[DrawnAtOnce * PayloadSeal.NonceBytes];
    private int _used = DrawnAtOnce * PayloadSeal.NonceBytes;

    /// <param name="into">Its first <see cref="PayloadSeal.NonceBytes"/> are filled.</param>
    public void Next(Span<byte> into)
    {
        if (_used == _drawn.Length)
        {
            RandomNumberGenerator.Fill(_drawn);
            _used = 0;
        }

        _drawn.AsSpan(_used, PayloadSeal.NonceBytes).CopyTo(into);
        _used += PayloadSeal.NonceBytes;
    }
}

using System.Security.Cryptography;
using System.Text;

namespace Journey.Host.Stores;

/// <summary>The keys that senders authenticate with. Only their SHA-256 is kept: a stolen store gives nobody the right to write.</summary>
public interface IWriteKeyStore
{
    /// <param name="key">The key itself, in full.</param>
    /// <param name="name">1 to <see cref="WriteKey.NameMax"/> characters: the source of the events sent with it.</param>
    /// <returns>False: the key, or a key of that name not yet revoked, is there already.</returns>
    ValueTask<bool> AddAsync(string key, string name, CancellationToken cancellation = default);

    /// <returns>False: no key of that name is in force.</returns>
    ValueTask<bool> RevokeAsync(string name, CancellationToken cancellation = default);

    /// <summary>All keys, the revoked ones too, oldest first.</summary>
    ValueTask<IReadOnlyList<WriteKey>> ListAsync(CancellationToken cancellation = default);

    /// <summary>The key in force that this is; null: unknown or revoked.</summary>
    ValueTask<WriteKey?> FindAsync(string key, CancellationToken cancellation = default);
}

/// <param name="Hash">SHA-256 of the key, lower-case hex.</param>
/// <param name="CreatedAt">Unix milliseconds.</param>
/// <param name="RevokedAt">Unix milliseconds; null: in force.</param>
public sealed record WriteKey(string Hash, string Name, long CreatedAt, long? RevokedAt)
{
    public const int NameMax = 100;

    public static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}

using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Journey.Host.Stores.Personal;

/// <summary>The key that wraps customers' keys: given from outside, or else one that the store keeps itself.</summary>
/// <remarks>
/// A key that lies in the store protects nothing from whoever has the file; erasing works all the same, since that destroys the customer's own key.
/// The wrapped form is a nonce (12 bytes), the tag (16) and the ciphertext; the stream's number is authenticated with it.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "It lives as long as its store, and the cipher's handle frees itself.")]
internal sealed class MasterKey
{
    public const int Bytes = 32;
    public const int WrappedBytes = PayloadSeal.Overhead + Bytes;
    public const string Variable = "JOURNEY_MASTER_KEY";
    public const string FileVariable = "JOURNEY_MASTER_KEY_FILE";

    private const string OwnKey = "personal_master_key";
    private const string CheckKey = "personal_master_check";
    private const string PlaceholderKey = "personal_placeholders";

    /// <summary>In the place of a stream's number, for what belongs to no stream.</summary>
    private const long NoStream = 0;

    private readonly Lock _gate = new();
    private readonly AesGcm _cipher;
    private readonly Nonces _nonces = new();

    private MasterKey(byte[] key) => _cipher = new AesGcm(key, PayloadSeal.TagBytes);

    /// <summary>The secret that placeholders of addresses are made with: one for the store, since one person may have several streams.</summary>
    public byte[] PlaceholderSecret(IPersonalRows writer)
    {
        if (writer.Find(PlaceholderKey) is { } stored)
        {
            return Unwrap(NoStream, Convert.FromBase64String(stored));
        }

        var secret = RandomNumberGenerator.GetBytes(Bytes);
        writer.Put(PlaceholderKey, Convert.ToBase64String(Wrap(NoStream, secret)));
        return secret;
    }

    /// <summary>The key that the environment gives; null: none.</summary>
    /// <exception cref="StoreException">It is given, and is no key.</exception>
    public static byte[]? FromEnvironment()
    {
        var text = Environment.GetEnvironmentVariable(Variable);
        var from = Variable;
        if (string.IsNullOrWhiteSpace(text) && Environment.GetEnvironmentVariable(FileVariable) is { Length: > 0 } path)
        {
            from = FileVariable;
            try
            {
                text = File.ReadAllText(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new StoreException($"${FileVariable}: the key cannot be read: {e.Message}");
            }
        }

        return string.IsNullOrWhiteSpace(text) ? null : Parse(text.Trim(), from);
    }

    /// <summary>The master key of a store, which is given one where it has none yet; customers' keys are wrapped anew where it changes from the store's own to a given one.</summary>
    /// <exception cref="StoreFormatException">Another key than the store's was given, or none where it needs one.</exception>
    public static MasterKey Of(IPersonalRows rows, byte[]? given, bool canWrite)
    {
        var own = rows.Find(OwnKey);
        var check = rows.Find(CheckKey);
        if (check is not null)
        {
            return CheckGiven(rows.Place, given, check);
        }

        if (!canWrite)
        {
            return new MasterKey(own is null ? new byte[Bytes] : Convert.FromBase64String(own));
        }

        if (given is null)
        {
            if (own is null)
            {
                own = Convert.ToBase64String(RandomNumberGenerator.GetBytes(Bytes));
                rows.Put(OwnKey, own);
            }

            return new MasterKey(Convert.FromBase64String(own));
        }

        var key = new MasterKey(given);
        rows.Together(() =>
        {
            if (own is not null)
            {
                Rewrap(rows, new MasterKey(Convert.FromBase64String(own)), key);
                rows.Remove(OwnKey);
            }

            rows.Put(CheckKey, Convert.ToBase64String(key.Wrap(NoStream, new byte[Bytes])));
        });
        return key;
    }

    public byte[] Wrap(long stream, ReadOnlySpan<byte> key)
    {
        var wrapped = new byte[WrappedBytes];
        lock (_gate)
        {
            _nonces.Next(wrapped);
            PayloadSeal.Seal(_cipher, key, BitConverter.GetBytes(stream), wrapped);
        }

        return wrapped;
    }

    /// <exception cref="CryptographicException">It was wrapped by another key, or is damaged.</exception>
    public byte[] Unwrap(long stream, ReadOnlySpan<byte> wrapped)
    {
        var key = new byte[Bytes];
        lock (_gate)
        {
            PayloadSeal.Open(_cipher, wrapped, BitConverter.GetBytes(stream), key);
        }

        return key;
    }

    private static MasterKey CheckGiven(string place, byte[]? given, string check)
    {
        if (given is null)
        {
            throw new StoreFormatException(
                $"{place} has its personal data under a master key that is kept outside of it. Set {Variable} (base64), or {FileVariable} to a file that holds it.");
        }

        var key = new MasterKey(given);
        try
        {
            key.Unwrap(NoStream, Convert.FromBase64String(check));
            return key;
        }
        catch (CryptographicException)
        {
            throw new StoreFormatException($"{place} has its personal data under another master key than the one given in {Variable} or {FileVariable}.");
        }
    }

    private static void Rewrap(IPersonalRows rows, MasterKey from, MasterKey to)
    {
        if (rows.Find(PlaceholderKey) is { } secret)
        {
            rows.Put(PlaceholderKey, Convert.ToBase64String(to.Wrap(NoStream, from.Unwrap(NoStream, Convert.FromBase64String(secret)))));
        }

        foreach (var (stream, wrapped) in rows.Keys())
        {
            rows.ReplaceKey(stream, to.Wrap(stream, from.Unwrap(stream, wrapped)));
        }
    }

    private static byte[] Parse(string text, string from)
    {
        var key = new byte[Bytes];
        return Convert.TryFromBase64String(text, key, out var length) && length == Bytes
            ? key
            : throw new StoreException($"${from}: expected {Bytes} random bytes in base64, as `openssl rand -base64 32` prints them.");
    }
}

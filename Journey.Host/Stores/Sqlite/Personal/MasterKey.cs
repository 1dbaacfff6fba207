using System.Security.Cryptography;

namespace Journey.Host.Stores.Sqlite.Personal;

/// <summary>The key that wraps customers' keys: given from outside, or else one that the store keeps itself.</summary>
/// <remarks>
/// A key that lies in the store protects nothing from whoever has the file; erasing works all the same, since that destroys the customer's own key.
/// The wrapped form is a nonce (12 bytes), the tag (16) and the ciphertext; the stream's number is authenticated with it.
/// </remarks>
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

    private readonly byte[] _key;

    private MasterKey(byte[] key) => _key = key;

    /// <summary>The secret that placeholders of addresses are made with: one for the store, since one person may have several streams.</summary>
    public byte[] PlaceholderSecret(SqliteDatabase writer)
    {
        if (Meta(writer, PlaceholderKey) is { } stored)
        {
            return Unwrap(NoStream, Convert.FromBase64String(stored));
        }

        var secret = RandomNumberGenerator.GetBytes(Bytes);
        Put(writer, PlaceholderKey, Convert.ToBase64String(Wrap(NoStream, secret)));
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
    public static MasterKey Of(SqliteDatabase database, byte[]? given, bool canWrite)
    {
        var own = Meta(database, OwnKey);
        var check = Meta(database, CheckKey);
        if (check is not null)
        {
            return CheckGiven(database, given, check);
        }

        if (!canWrite)
        {
            return new MasterKey(own is null ? new byte[Bytes] : Convert.FromBase64String(own));
        }

        if (given is null)
        {
            own ??= Put(database, OwnKey, Convert.ToBase64String(RandomNumberGenerator.GetBytes(Bytes)));
            return new MasterKey(Convert.FromBase64String(own));
        }

        var key = new MasterKey(given);
        database.Execute("BEGIN IMMEDIATE");
        if (own is not null)
        {
            Rewrap(database, new MasterKey(Convert.FromBase64String(own)), key);
            database.Prepare("DELETE FROM meta WHERE key = ?1").Bind(1, OwnKey).Run();
        }

        Put(database, CheckKey, Convert.ToBase64String(key.Wrap(NoStream, new byte[Bytes])));
        database.Execute("COMMIT");
        return key;
    }

    public byte[] Wrap(long stream, ReadOnlySpan<byte> key)
    {
        var wrapped = new byte[WrappedBytes];
        PayloadSeal.Seal(_key, key, BitConverter.GetBytes(stream), wrapped);
        return wrapped;
    }

    /// <exception cref="CryptographicException">It was wrapped by another key, or is damaged.</exception>
    public byte[] Unwrap(long stream, ReadOnlySpan<byte> wrapped)
    {
        var key = new byte[Bytes];
        PayloadSeal.Open(_key, wrapped, BitConverter.GetBytes(stream), key);
        return key;
    }

    private static MasterKey CheckGiven(SqliteDatabase database, byte[]? given, string check)
    {
        if (given is null)
        {
            throw new StoreFormatException(
                $"{database.Path} has its personal data under a master key that is kept outside of it. Set {Variable} (base64), or {FileVariable} to a file that holds it.");
        }

        var key = new MasterKey(given);
        try
        {
            key.Unwrap(NoStream, Convert.FromBase64String(check));
            return key;
        }
        catch (CryptographicException)
        {
            throw new StoreFormatException($"{database.Path} has its personal data under another master key than the one given in {Variable} or {FileVariable}.");
        }
    }

    private static void Rewrap(SqliteDatabase database, MasterKey from, MasterKey to)
    {
        if (Meta(database, PlaceholderKey) is { } secret)
        {
            database.Prepare("UPDATE meta SET value = ?2 WHERE key = ?1")
                .Bind(1, PlaceholderKey)
                .Bind(2, Convert.ToBase64String(to.Wrap(NoStream, from.Unwrap(NoStream, Convert.FromBase64String(secret)))))
                .Run();
        }

        var rows = new List<(long Stream, byte[] Wrapped)>();
        var all = database.Prepare("SELECT stream, wrapped FROM personal_keys WHERE wrapped IS NOT NULL");
        while (all.Step())
        {
            rows.Add((all.Integer(0), all.Bytes(1).ToArray()));
        }

        all.Reset();
        foreach (var (stream, wrapped) in rows)
        {
            database.Prepare("UPDATE personal_keys SET wrapped = ?2 WHERE stream = ?1")
                .Bind(1, stream)
                .Bind(2, to.Wrap(stream, from.Unwrap(stream, wrapped)))
                .Run();
        }
    }

    private static byte[] Parse(string text, string from)
    {
        var key = new byte[Bytes];
        return Convert.TryFromBase64String(text, key, out var length) && length == Bytes
            ? key
            : throw new StoreException($"${from}: expected {Bytes} random bytes in base64, as `openssl rand -base64 32` prints them.");
    }

    private static string? Meta(SqliteDatabase database, string key)
    {
        var statement = database.Prepare("SELECT value FROM meta WHERE key = ?1").Bind(1, key);
        var value = statement.Step() ? statement.Text(0) : null;
        statement.Reset();
        return value;
    }

    private static string Put(SqliteDatabase database, string key, string value)
    {
        database.Prepare("INSERT INTO meta (key, value) VALUES (?1, ?2)").Bind(1, key).Bind(2, value).Run();
        return value;
    }
}

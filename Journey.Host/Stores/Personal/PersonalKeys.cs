using System.Security.Cryptography;

namespace Journey.Host.Stores.Personal;

/// <summary>The keys of customers' personal data, unwrapped, for the writer and all readers of one store.</summary>
/// <remarks>Bounded: <see cref="CachedMax"/>; what is not kept is read and unwrapped again. No key that was destroyed is kept or taken up again.</remarks>
internal sealed class PersonalKeys(MasterKey master)
{
    public const int CachedMax = 131_072;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, PersonalKey> _keys = [];
    private long _erasures;

    public PayloadCiphers Ciphers { get; } = new();

    /// <summary>How many times keys were forgotten: whoever keeps something that an erasure must not leave behind looks here.</summary>
    public long Erasures => Interlocked.Read(ref _erasures);

    /// <summary>On the writer's connection: the secret that placeholders are made with.</summary>
    public byte[] PlaceholderSecret(IPersonalRows writer) => master.PlaceholderSecret(writer);

    /// <summary>Whether the key of a stream is at hand.</summary>
    public bool Knows(long stream)
    {
        lock (_gate)
        {
            return _keys.ContainsKey(stream);
        }
    }

    /// <summary>The key of a stream; null: it was erased, or never had one.</summary>
    public PersonalKey? Find(IPersonalRows rows, long stream)
    {
        long erasures;
        lock (_gate)
        {
            if (_keys.TryGetValue(stream, out var known))
            {
                return known;
            }

            erasures = _erasures;
        }

        if (Read(rows, stream, out _) is not { } bytes)
        {
            return null;
        }

        var key = new PersonalKey(stream, bytes, erasures);
        lock (_gate)
        {
            // Read before an erasure and kept after it, a key would outlive the row that held it.
            if (erasures == _erasures)
            {
                Keep(key);
            }
        }

        return key;
    }

    /// <summary>On the writer's connection: the key of a stream, made now where it has none yet; null: it was erased, and gets no other.</summary>
    public PersonalKey? FindOrMake(IPersonalRows writer, long stream)
    {
        lock (_gate)
        {
            if (_keys.TryGetValue(stream, out var known))
            {
                return known;
            }
        }

        var bytes = Read(writer, stream, out var isThere);
        if (!isThere)
        {
            bytes = RandomNumberGenerator.GetBytes(MasterKey.Bytes);
            writer.AddKey(stream, master.Wrap(stream, bytes));
        }

        if (bytes is null)
        {
            return null;
        }

        lock (_gate)
        {
            // Only this thread destroys keys, so that none was since it was read.
            var key = new PersonalKey(stream, bytes, _erasures);
            Keep(key);
            return key;
        }
    }

    /// <summary>On the writer's connection: destroys the key of a stream, for good.</summary>
    /// <param name="at">Unix milliseconds.</param>
    /// <returns>False: it was destroyed before.</returns>
    public bool Destroy(IPersonalRows writer, long stream, long at)
    {
        var destroyed = writer.DestroyKey(stream, at);
        Forget();
        return destroyed;
    }

    /// <summary>After an erasure, or a rollback: nothing remembered can be trusted.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            _keys.Clear();
            Ciphers.Forget(++_erasures);
        }
    }

    private byte[]? Read(IPersonalRows rows, long stream, out bool isThere)
    {
        isThere = rows.TryFindKey(stream, out var wrapped);
        try
        {
            return wrapped is not null ? master.Unwrap(stream, wrapped) : null;
        }
        catch (CryptographicException)
        {
            throw new StoreFormatException($"{rows.Place}: a customer's key does not open with the store's master key. Restore both from the same backup.");
        }
    }

    private void Keep(PersonalKey key)
    {
        if (_keys.Count >= CachedMax)
        {
            _keys.Clear();
        }

        _keys[key.Stream] = key;
    }
}

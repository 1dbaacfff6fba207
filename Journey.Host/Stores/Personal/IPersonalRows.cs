using Journey.Domain.Events;

namespace Journey.Host.Stores.Personal;

/// <summary>What a store keeps of personal data beside the events, as one connection sees it.</summary>
/// <remarks>Wrapped: only the <see cref="MasterKey"/> opens what is read here.</remarks>
internal interface IPersonalRows
{
    /// <summary>What messages call the store.</summary>
    string Place { get; }

    /// <returns>Null: there is nothing under that name.</returns>
    string? Find(string name);

    /// <summary>Adds, or replaces.</summary>
    void Put(string name, string value);

    void Remove(string name);

    /// <summary>Everything done inside it is there, or nothing.</summary>
    void Together(Action work);

    /// <param name="wrapped">Null: the key was destroyed, and the stream gets no other.</param>
    /// <returns>False: the stream never had one.</returns>
    bool TryFindKey(long stream, out byte[]? wrapped);

    void AddKey(long stream, byte[] wrapped);

    void ReplaceKey(long stream, byte[] wrapped);

    /// <param name="at">Unix milliseconds.</param>
    /// <returns>False: it was destroyed before.</returns>
    bool DestroyKey(long stream, long at);

    /// <summary>All keys that are not destroyed.</summary>
    IReadOnlyList<(long Stream, byte[] Wrapped)> Keys();

    /// <summary>The stream of published documents, in order: which fields are personal is said there.</summary>
    IReadOnlyList<RecordedEvent> Definitions(PersonalKeys keys);
}

using System.Net.Http.Headers;
using System.Text;
using Journey.Host.Stores;
using Microsoft.AspNetCore.Http;

namespace Journey.Host.Ingestion;

/// <summary>Who may send: write keys, or, on a loopback address without any, everybody on this machine.</summary>
/// <param name="openWithoutKeys">The server listens on loopback only.</param>
public sealed class SenderKeys(IWriteKeyStore? store, bool openWithoutKeys, TimeProvider time)
{
    /// <summary>The source of events that came with any key while none was defined.</summary>
    public const string OpenSource = "segment";

    /// <summary>How long an answer may be reused: a revoked key goes on working for as long.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(1);

    private volatile Known? _known;

    /// <summary>No key is in force, and any is taken.</summary>
    public async ValueTask<bool> IsOpenAsync(CancellationToken cancellation = default) => (await RefreshAsync(cancellation)).IsOpen;

    /// <returns>The source of events sent with this key; null: the key is not known.</returns>
    public async ValueTask<string?> SourceOfAsync(string? key, CancellationToken cancellation = default)
    {
        var known = await RefreshAsync(cancellation);
        if (known.IsOpen)
        {
            return OpenSource;
        }

        return string.IsNullOrEmpty(key) || !known.SourceByHash.TryGetValue(WriteKey.HashOf(key), out var source) ? null : source;
    }

    /// <summary>The key in the Authorization header: the user of Basic, or a Bearer token. Null: none.</summary>
    public static string? InHeader(HttpRequest request)
    {
        if (!AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header) || header.Parameter is not { Length: > 0 } parameter)
        {
            return null;
        }

        if (header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
        {
            return parameter;
        }

        var decoded = new byte[parameter.Length];
        if (!header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) || !Convert.TryFromBase64String(parameter, decoded, out var length))
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(decoded, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return (colon < 0 ? text : text[..colon]) is { Length: > 0 } user ? user : null;
    }

    private async ValueTask<Known> RefreshAsync(CancellationToken cancellation)
    {
        if (_known is { } known && time.GetElapsedTime(known.ReadAt) < KeptFor)
        {
            return known;
        }

        var inForce = store is null ? [] : (await store.ListAsync(cancellation)).Where(key => key.RevokedAt is null).ToList();
        known = new Known(
            inForce.ToDictionary(key => key.Hash, key => key.Name),
            IsOpen: openWithoutKeys && inForce.Count == 0,
            time.GetTimestamp());
        _known = known;
        return known;
    }

    private sealed record Known(Dictionary<string, string> SourceByHash, bool IsOpen, long ReadAt);
}

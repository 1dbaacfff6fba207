using System.Buffers.Text;
using System.Text.Json;

namespace Journey.Host.Http.Parameters;

/// <summary>Where a page ended: a few numbers by name. Opaque to clients, and not to be relied upon by them.</summary>
internal sealed record PageToken(IReadOnlyDictionary<string, long> Places)
{
    private const int LengthMax = 8_192;

    public static PageToken First { get; } = new(new Dictionary<string, long>());

    public static PageToken At(string name, long place) => new(new Dictionary<string, long> { [name] = place });

    public long Place(string name) => Places.GetValueOrDefault(name);

    public string Write() => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(Places));

    public static bool TryRead(string text, out PageToken token)
    {
        token = First;
        if (text.Length > LengthMax || !Base64Url.IsValid(text))
        {
            return false;
        }

        try
        {
            var places = JsonSerializer.Deserialize<Dictionary<string, long>>(Base64Url.DecodeFromChars(text));
            if (places is null || places.Values.Any(place => place < 0))
            {
                return false;
            }

            token = new PageToken(places);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

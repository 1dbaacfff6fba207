using System.Text;

namespace Journey.Projections.Customers;

/// <summary>Short texts that come again and again (categories, products, currencies, sessions) as one object each: a history holds few different ones.</summary>
/// <remarks>A small table for each thread, in which a text may push out another: what is not found is made anew, so that the answer is always right.</remarks>
internal static class SharedTexts
{
    public const int BytesMax = 64;

    private const int Places = 8_192;

    [ThreadStatic]
    private static string?[]? t_texts;

    public static string Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            return "";
        }

        ref var place = ref (t_texts ??= new string?[Places])[Hash(utf8) & (Places - 1)];
        if (place is { } known && Ascii.Equals(utf8, known))
        {
            return known;
        }

        return place = Encoding.UTF8.GetString(utf8);
    }

    private static uint Hash(ReadOnlySpan<byte> utf8)
    {
        var hash = 2_166_136_261u;
        foreach (var one in utf8)
        {
            hash = (hash ^ one) * 16_777_619;
        }

        return hash ^ (hash >> 15);
    }
}

using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Journey.Domain.Personal;

/// <summary>Names of members of a JSON object that are looked for.</summary>
internal sealed class MemberNames
{
    private const int LengthsMax = 64;

    private readonly ImmutableArray<byte[]> _names;
    private readonly ulong _lengths;

    public MemberNames(IEnumerable<string> names)
    {
        _names = [.. names.Order(StringComparer.Ordinal).Select(Encoding.UTF8.GetBytes)];
        foreach (var name in _names)
        {
            _lengths |= Length(name.Length);
        }
    }

    /// <param name="reader">At a member's name.</param>
    public bool Holds(ref Utf8JsonReader reader)
    {
        // Nearly every name is none of these, and most of them are told by their length. One with escapes is longer as it stands than it is.
        if (!reader.ValueIsEscaped && (_lengths & Length(reader.ValueSpan.Length)) == 0)
        {
            return false;
        }

        foreach (var name in _names)
        {
            if (reader.ValueTextEquals(name))
            {
                return true;
            }
        }

        return false;
    }

    private static ulong Length(int length) => 1ul << Math.Min(length, LengthsMax - 1);
}

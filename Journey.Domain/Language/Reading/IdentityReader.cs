using System.Collections.Immutable;
using System.Globalization;
using Journey.Domain.Identity;
using Journey.Domain.Language.Yaml;

namespace Journey.Domain.Language.Reading;

/// <summary>Reads a workspace's <c>identity</c>.</summary>
internal static class IdentityReader
{
    public static IdentityRules Of(YamlMapping? identity)
    {
        var defaults = IdentityRules.Default;
        if (identity is null)
        {
            return defaults;
        }

        var named = identity.Texts("priority").Select(IdentifierNames.KindOf).OfType<IdentifierKind>().ToImmutableArray();
        return new IdentityRules
        {
            // Kinds that the document leaves out come after those it names, in the usual order.
            Priority = [.. named, .. defaults.Priority.Except(named)],
            Limits = Limits(identity.Mapping("limits"), defaults),
            Blocked = (identity.Mapping("blocked")?.Entries ?? [])
                .Select(entry => (Kind: IdentifierNames.KindOf(entry.Key), Patterns: identity.Mapping("blocked")!.Texts(entry.Key)))
                .Where(static entry => entry.Kind is not null)
                .ToImmutableDictionary(static entry => entry.Kind!.Value, static entry => entry.Patterns),
            SharedChannels = identity.Has("sharedChannels") ? [.. identity.Texts("sharedChannels")] : defaults.SharedChannels,
        };
    }

    private static ImmutableDictionary<IdentifierKind, int> Limits(YamlMapping? limits, IdentityRules defaults)
    {
        var all = defaults.Limits;
        foreach (var entry in limits?.Entries ?? [])
        {
            if (IdentifierNames.KindOf(entry.Key) is { } kind && entry.Value is YamlScalar scalar
                && int.TryParse(scalar.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit))
            {
                all = all.SetItem(kind, limit);
            }
        }

        return all;
    }
}

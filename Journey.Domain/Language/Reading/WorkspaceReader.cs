using System.Collections.Immutable;
using Journey.Domain.Language.Yaml;

namespace Journey.Domain.Language.Reading;

/// <summary>Reads segments, funnels and workspaces.</summary>
internal static class WorkspaceReader
{
    private const long DefaultFunnelMs = 30 * Time.Instants.Day;

    public static SegmentDefinition Segment(YamlMapping document, ReadContext context) =>
        new(document.Text("segment") ?? "", document.Text("description"), document.At, context.RequiredCondition(document, "where"));

    public static FunnelDefinition Funnel(YamlMapping document, ReadContext context) =>
        new(document.Text("funnel") ?? "", document.Text("description"), document.At, [.. document.Items("stages").Select(stage => Stage(stage, context))],
            document.Duration("within") ?? DefaultFunnelMs, document.Flag("open") ?? false);

    public static WorkspaceDefinition Workspace(YamlMapping document)
    {
        var defaults = Language.Workspace.Default;
        var carts = document.Mapping("carts");
        var sessions = document.Mapping("sessions");
        var settings = new Workspace
        {
            CartAbandonedAfter = carts?.Duration("abandonedAfter") ?? defaults.CartAbandonedAfter,
            BrowseAbandonedAfter = carts?.Duration("browseAbandonedAfter") ?? defaults.BrowseAbandonedAfter,
            CheckoutAbandonedAfter = carts?.Duration("checkoutAbandonedAfter") ?? defaults.CheckoutAbandonedAfter,
            CartExpiresAfter = carts?.Duration("expiresAfter") ?? defaults.CartExpiresAfter,
            RecoveryWindow = carts?.Duration("recoveryWindow") ?? defaults.RecoveryWindow,
            SessionGap = sessions?.Duration("gap") ?? defaults.SessionGap,
            SessionGapByChannel = Gaps(sessions?.Mapping("gapByChannel")),
            AllowedLateness = document.Duration("allowedLateness") ?? defaults.AllowedLateness,
            DefaultZone = document.Text("zone") ?? defaults.DefaultZone,
            DefaultCurrency = document.Text("currency") ?? defaults.DefaultCurrency,
            OptInChannels = document.Has("optInChannels") ? [.. document.Texts("optInChannels")] : defaults.OptInChannels,
            EventNames = document.Texts("eventNames"),
            Identity = IdentityReader.Of(document.Mapping("identity")),
            TraitSources = document.Texts("traitSources"),
            EventAliases = (document.Mapping("eventAliases")?.Entries ?? [])
                .ToImmutableDictionary(entry => entry.Key, entry => (entry.Value as YamlScalar)?.Text ?? "", StringComparer.Ordinal),
            ConversionEvent = document.Text("conversion") ?? defaults.ConversionEvent,
            // The usual personal traits stay personal whatever a document says.
            PersonalTraits = defaults.PersonalTraits.Union(document.Texts("personalTraits")),
            Stages = (document.Mapping("stages")?.Entries ?? []).ToImmutableSortedDictionary(entry => entry.Key, entry => Names(entry.Value), StringComparer.Ordinal),
        };
        return new(document.Text("workspace") ?? "", document.Text("description"), document.At, settings);
    }

    private static FunnelStage Stage(YamlValue stage, ReadContext context)
    {
        if (stage is not YamlMapping mapping)
        {
            var name = context.Event(stage as YamlScalar);
            return new(name, name, null, stage.At);
        }

        var on = context.Event(mapping.Scalar("on"));
        return new(mapping.Text("name") ?? on, on, context.Condition(mapping, "where"), mapping.At);
    }

    private static ImmutableDictionary<string, long> Gaps(YamlMapping? gaps) => (gaps?.Entries ?? [])
        .Where(entry => gaps!.Duration(entry.Key) is not null)
        .ToImmutableDictionary(entry => entry.Key, entry => gaps!.Duration(entry.Key)!.Value, StringComparer.Ordinal);

    private static ImmutableArray<string> Names(YamlValue value) => value is YamlSequence sequence ? [.. sequence.Items.OfType<YamlScalar>().Select(scalar => scalar.Text)] : [];
}

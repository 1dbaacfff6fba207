using System.Collections.Immutable;
using Journey.Domain.Language;

namespace Journey.Domain.Personal;

/// <summary>Which fields of an event hold personal data: what is sealed with the customer's key when the event is appended.</summary>
/// <remarks>
/// Every identifier under <c>ids</c>; the personal traits under <c>traits</c> and <c>context.traits</c>, and properties called so;
/// <c>context.ip</c>, and what names a device under <c>context.device</c>. Conditions may read none of them.
/// </remarks>
public sealed class PersonalFields
{
    /// <summary>Names that are personal as traits, and as properties of an event mean a product, or a page.</summary>
    public static ImmutableHashSet<string> HarmlessProperties { get; } = ["name", "title", "avatar"];

    /// <summary>Identifiers and addresses that senders also put among properties and traits.</summary>
    public static ImmutableHashSet<string> IdentifierProperties { get; } = ["loyaltyCard", "loyalty_card", "recipient"];

    /// <summary>Members of <c>context.device</c> that tell one device from all others.</summary>
    public static ImmutableHashSet<string> DeviceMembers { get; } = ["id", "advertisingId", "token"];

    private PersonalFields(ImmutableHashSet<string> traits)
    {
        Names = traits.Union(IdentifierProperties);
        Traits = new MemberNames(Names);
        Properties = new MemberNames(Names.Except(HarmlessProperties));
    }

    /// <summary>Those of a workspace without a document.</summary>
    public static PersonalFields Default { get; } = Of(new Workspace());

    /// <summary>Names of personal traits.</summary>
    public ImmutableHashSet<string> Names { get; }

    internal MemberNames Traits { get; }

    internal MemberNames Properties { get; }

    internal static MemberNames Device { get; } = new(DeviceMembers);

    public static PersonalFields Of(Workspace workspace) => new(workspace.PersonalTraits);
}

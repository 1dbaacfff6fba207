using Journey.Domain.EventLog;
using Journey.Domain.Identity;

namespace Journey.Host.Stores;

/// <summary>What no store takes, whatever stands behind it: the limits of an <see cref="Interaction"/>.</summary>
internal static class InteractionRules
{
    /// <exception cref="ArgumentException">It breaks a limit; the message says which.</exception>
    public static void Check(Interaction interaction)
    {
        AppendRules.CheckText(interaction.Source, "source");
        AppendRules.CheckText(interaction.Id, "id");
        AppendRules.CheckText(interaction.Name, "name");
        if (interaction.Identifiers.IsDefaultOrEmpty)
        {
            throw new ArgumentException($"The interaction {interaction.Id} has no identifier; at least one was expected.", nameof(interaction));
        }

        if (interaction.Payload.Length > AppendRules.PayloadBytesMax)
        {
            throw new ArgumentException(
                $"The payload of {interaction.Id} has {interaction.Payload.Length:N0} bytes; at most {AppendRules.PayloadBytesMax:N0} are stored.", nameof(interaction));
        }
    }
}

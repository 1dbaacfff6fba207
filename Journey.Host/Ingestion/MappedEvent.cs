using Journey.Domain.Identity;

namespace Journey.Host.Ingestion;

/// <summary>One event of a request, understood or refused: exactly one of the two is set.</summary>
/// <param name="Id">The sender's id, where it could be read: so that a refusal names its event.</param>
public readonly record struct MappedEvent(Interaction? Interaction, Refusal? Refusal, string? Id)
{
    public static MappedEvent Taken(Interaction interaction) => new(interaction, null, interaction.Id);

    public static MappedEvent Refused(Refusal refusal, string? id = null) => new(null, refusal, id);
}

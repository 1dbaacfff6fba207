using System.Buffers;
using System.Text.Json;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Domain.Personal;

namespace Journey.Domain.Engine;

/// <summary>What <c>run.entry</c> keeps of the event that a run entered by.</summary>
internal static class EntryProperties
{
    /// <summary>The event's properties without personal ones; empty where there is none, or more than <see cref="EngineLimits.EntryBytesMax"/>.</summary>
    public static ReadOnlyMemory<byte> Of(in RecordedEvent basis, Workspace workspace)
    {
        using var json = JsonDocument.Parse(basis.Json);
        if (!json.RootElement.TryGetProperty("properties"u8, out var properties) || properties.ValueKind != JsonValueKind.Object)
        {
            return default;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var property in properties.EnumerateObject())
            {
                if (PersonalFields.HarmlessProperties.Contains(property.Name)
                    || !(workspace.PersonalTraits.Contains(property.Name) || PersonalFields.IdentifierProperties.Contains(property.Name)))
                {
                    property.WriteTo(writer);
                }
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenCount <= EngineLimits.EntryBytesMax ? buffer.WrittenMemory : default;
    }
}

using System.Collections.Immutable;
using System.Text.Json;
using Journey.Domain.Personal;

namespace Journey.Domain.Identity;

/// <summary>The identifiers that an interaction came with, as its payload keeps them under <c>ids</c>.</summary>
/// <remarks>
/// <c>"ids": {"userId": "u1", "email": "a@b.it", "alias": {"anonymousId": "x"}}</c>. Two of one kind are an array of strings.
/// The identity tables are rebuilt from these, so everything that was given to resolution has to stand here.
/// </remarks>
public static class PayloadIds
{
    private const string Property = "ids";
    private const string AliasProperty = "alias";

    /// <summary>Writes the property <c>ids</c> into an object that the writer is in; nothing if there are none.</summary>
    public static void Write(Utf8JsonWriter writer, ImmutableArray<Identifier> identifiers, ImmutableArray<Identifier> alias)
    {
        if (identifiers.IsDefaultOrEmpty && alias.IsDefaultOrEmpty)
        {
            return;
        }

        writer.WriteStartObject(Property);
        WriteKinds(writer, identifiers);
        if (!alias.IsDefaultOrEmpty)
        {
            writer.WriteStartObject(AliasProperty);
            WriteKinds(writer, alias);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    /// <param name="json">A payload's JSON. Values that identify nobody are left out.</param>
    /// <param name="withErased">Also the placeholders of those that were erased: they identify nobody, and may be counted.</param>
    public static (ImmutableArray<Identifier> Identifiers, ImmutableArray<Identifier> Alias) Read(ReadOnlySpan<byte> json, bool withErased = false)
    {
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return ([], []);
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIds = reader.ValueTextEquals(Property);
            reader.Read();
            if (isIds && reader.TokenType == JsonTokenType.StartObject)
            {
                var identifiers = ImmutableArray.CreateBuilder<Identifier>();
                var alias = ImmutableArray.CreateBuilder<Identifier>();
                ReadKinds(ref reader, identifiers, alias, withErased);
                return (identifiers.ToImmutable(), alias.ToImmutable());
            }

            reader.Skip();
        }

        return ([], []);
    }

    private static void WriteKinds(Utf8JsonWriter writer, ImmutableArray<Identifier> identifiers)
    {
        if (identifiers.IsDefaultOrEmpty)
        {
            return;
        }

        foreach (var kind in identifiers.GroupBy(identifier => identifier.Kind))
        {
            var values = kind.Select(identifier => identifier.Value).Distinct(StringComparer.Ordinal).ToArray();
            writer.WritePropertyName(IdentifierNames.Of(kind.Key));
            if (values.Length == 1)
            {
                writer.WriteStringValue(values[0]);
                continue;
            }

            writer.WriteStartArray();
            foreach (var value in values)
            {
                writer.WriteStringValue(value);
            }

            writer.WriteEndArray();
        }
    }

    private static void ReadKinds(ref Utf8JsonReader reader, ImmutableArray<Identifier>.Builder into, ImmutableArray<Identifier>.Builder? alias, bool withErased)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            if (alias is not null && name == AliasProperty && reader.TokenType == JsonTokenType.StartObject)
            {
                ReadKinds(ref reader, alias, null, withErased);
            }
            else if (IdentifierNames.KindOf(name) is { } kind)
            {
                ReadValues(ref reader, kind, into, withErased);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static void ReadValues(ref Utf8JsonReader reader, IdentifierKind kind, ImmutableArray<Identifier>.Builder into, bool withErased)
    {
        var inArray = reader.TokenType == JsonTokenType.StartArray;
        while (!inArray || (reader.Read() && reader.TokenType != JsonTokenType.EndArray))
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                if (withErased && reader.ValueSpan.Length > 0 && Redaction.IsPlaceholder(reader.ValueSpan))
                {
                    into.Add(new Identifier(kind, reader.GetString()!));
                }
                else if (IdentifierRules.Normalize(kind, reader.GetString()) is { } identifier)
                {
                    into.Add(identifier);
                }
            }
            else
            {
                reader.Skip();
            }

            if (!inArray)
            {
                return;
            }
        }
    }
}

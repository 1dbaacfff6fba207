using System.Collections.Immutable;
using System.Text.Json;
using Journey.Domain.Identity;

namespace Journey.Host.Ingestion;

/// <summary>Whose event it is: the identifiers found in one message, normalized, one of each kind, the first one found.</summary>
internal sealed class EventIdentity
{
    private readonly ImmutableArray<Identifier>.Builder _found = ImmutableArray.CreateBuilder<Identifier>(4);

    /// <summary>The first fault among the identifiers that must be right; null: none.</summary>
    public Refusal? Fault { get; private set; }

    public ImmutableArray<Identifier> Found => _found.ToImmutable();

    public bool IsEmpty => _found.Count == 0;

    /// <summary>An identifier in its own place: anything but text, a number or nothing is a fault.</summary>
    public void Require(JsonElement value, IdentifierKind kind, string name)
    {
        if (value.IsAbsent())
        {
            return;
        }

        if (value.ValueKind is not (JsonValueKind.String or JsonValueKind.Number))
        {
            Fault ??= Refusal.IdNotText(name);
        }
        else if (value.Text() is { } text)
        {
            Require(text, kind, name);
        }
    }

    public void Require(string? text, IdentifierKind kind, string name)
    {
        if (text?.Length > IngestLimits.IdLengthMax)
        {
            Fault ??= Refusal.IdTooLong(name);
        }
        else
        {
            Add(text, kind);
        }
    }

    /// <summary>An identifier found in passing, among traits or properties: what isn't one is left alone.</summary>
    public void Notice(JsonElement value, IdentifierKind kind)
    {
        if (value.Text() is { Length: <= IngestLimits.IdLengthMax } text)
        {
            Add(text, kind);
        }
    }

    /// <summary>Email, phone and loyalty card, wherever a sender keeps what it knows of the person.</summary>
    public void NoticePerson(JsonElement person)
    {
        if (person.ValueKind == JsonValueKind.Object)
        {
            Notice(person.Member("email"), IdentifierKind.Email);
            Notice(person.Member("phone"), IdentifierKind.Phone);
            Notice(person.Member("loyaltyCard"), IdentifierKind.LoyaltyCard);
            Notice(person.Member("loyalty_card"), IdentifierKind.LoyaltyCard);
        }
    }

    private void Add(string? text, IdentifierKind kind)
    {
        if (IdentifierRules.Normalize(kind, text) is not { } identifier)
        {
            return;
        }

        foreach (var known in _found)
        {
            if (known.Kind == kind)
            {
                return;
            }
        }

        _found.Add(identifier);
    }
}

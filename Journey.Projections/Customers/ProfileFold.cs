using System.Collections.Immutable;
using System.Text.Json;
using Journey.Domain.Engine;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Projections.Deliveries;

namespace Journey.Projections.Customers;

/// <summary>What events tell of who the customer is: identifiers, traits, consent, scores.</summary>
internal sealed class ProfileFold(Vocabulary vocabulary)
{
    private bool _seesAddresses = true;

    public void Apply(CustomerState state, in RecordedEvent recorded, EventMeaning meaning, Workspace workspace, FoldOutput output)
    {
        var payload = recorded.Json.Span;
        if (meaning == EventMeaning.Identified || (recorded.Flags & EventFlags.LinksIdentity) != 0 || payload.IndexOf("\"traits\""u8) >= 0)
        {
            // Where a message went is no word on where to write to from now on.
            _seesAddresses = !DeliveryFold.IsReaction(meaning);
            ReadPerson(payload, new Said(state.Profile, recorded.OccurredAt, recorded.Source, workspace.TraitSources));
        }

        switch (meaning)
        {
            case EventMeaning.ConsentGranted:
                Consent(state, recorded, ConsentState.Granted);
                break;
            case EventMeaning.ConsentRevoked:
                Consent(state, recorded, ConsentState.Revoked);
                break;
            case EventMeaning.Unsubscribed or EventMeaning.MessageComplained:
                // Who asks for no more on a channel, or calls it spam, withdraws every purpose on it.
                state.Profile.Set(vocabulary.Name(MediumOf(recorded)).Text, Profile.Every, ConsentState.Revoked, recorded.OccurredAt, recorded.Source);
                break;
            case EventMeaning.StoreVisited:
                state.Lifetime.LastStore = JsonScan.Property(payload, "store"u8) ?? JsonScan.Property(payload, "store_id"u8) ?? state.Lifetime.LastStore;
                break;
            case EventMeaning.NpsAnswered:
                Score(state, recorded, Customers.Score.NetPromoter, output);
                break;
            case EventMeaning.CsatAnswered:
                Score(state, recorded, Customers.Score.Satisfaction, output);
                break;
            case EventMeaning.SurveyAnswered when JsonScan.Property(payload, "survey"u8) is { } survey:
                Score(state, recorded, survey, output);
                break;
        }
    }

    /// <summary>A journey's <c>set</c> step.</summary>
    public void SetTraits(CustomerState state, in RecordedEvent recorded, Workspace workspace)
    {
        _seesAddresses = true;
        var json = new Utf8JsonReader(recorded.Json.Span);
        if (JsonScan.EnterObject(ref json, "properties"u8))
        {
            ReadMembers(ref json, recorded.Json.Span, new Said(state.Profile, recorded.OccurredAt, recorded.Source, workspace.TraitSources));
        }
    }

    private void Consent(CustomerState state, in RecordedEvent recorded, ConsentState consent)
    {
        var payload = recorded.Json.Span;
        var channel = JsonScan.Property(payload, "channel"u8) is { Length: > 0 } named ? ContactChannel.From(named).Name : Profile.Every;
        var purpose = JsonScan.Property(payload, "purpose"u8) is { Length: > 0 } wanted ? wanted : Profile.Every;
        state.Profile.Set(vocabulary.Name(channel).Text, vocabulary.Name(purpose).Text, consent, recorded.OccurredAt, recorded.Source);
    }

    /// <summary>An answer on the scale of its survey; anything else is no answer.</summary>
    private static void Score(CustomerState state, in RecordedEvent recorded, string survey, FoldOutput output)
    {
        var isNps = survey.Equals(Customers.Score.NetPromoter, StringComparison.OrdinalIgnoreCase);
        if (!isNps && !survey.Equals(Customers.Score.Satisfaction, StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        var kind = isNps ? Customers.Score.NetPromoter : Customers.Score.Satisfaction;
        if (JsonScan.AmountOf(JsonScan.Property(recorded.Json.Span, "score"u8)) is not { } score || !Customers.Score.IsOnScale(kind, score))
        {
            return;
        }

        var profile = state.Profile;
        if (isNps)
        {
            profile.Nps = profile.Nps.With(score, recorded.OccurredAt);
        }
        else
        {
            profile.Csat = profile.Csat.With(score, recorded.OccurredAt);
        }

        Customers.Score.Count(kind, score, recorded.OccurredAt, recorded.Channel.Name, output.Changes);
    }

    /// <summary>The channel that an event about a message is about.</summary>
    public static string MediumOf(in RecordedEvent recorded) =>
        recorded.Name.StartsWith("Email", StringComparison.Ordinal) ? ContactChannel.Email.Name
        : recorded.Name.StartsWith("SMS", StringComparison.Ordinal) ? ContactChannel.Sms.Name
        : recorded.Name.StartsWith("Push", StringComparison.Ordinal) ? ContactChannel.Push.Name
        : JsonScan.Property(recorded.Json.Span, "channel"u8) is { Length: > 0 } channel ? ContactChannel.From(channel).Name
        : recorded.Channel.Name;

    private void ReadPerson(ReadOnlySpan<byte> payload, in Said said)
    {
        var json = new Utf8JsonReader(payload);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            return;
        }

        ReadMembers(ref json, payload, said);
    }

    /// <summary>Inside an object: takes up the members that say who somebody is.</summary>
    private void ReadMembers(ref Utf8JsonReader json, ReadOnlySpan<byte> payload, in Said said)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("ids"u8))
            {
                json.Read();
                ReadIds(ref json, said.Profile, said.At);
            }
            else if (json.ValueTextEquals("traits"u8))
            {
                json.Read();
                ReadTraits(ref json, payload, said);
            }
            else if (json.ValueTextEquals("context"u8))
            {
                json.Read();
                ReadContext(ref json, payload, said);
            }
            else
            {
                json.Read();
                json.Skip();
            }
        }
    }

    private void ReadIds(ref Utf8JsonReader json, Profile profile, long at)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var email = json.ValueTextEquals("email"u8);
            var phone = json.ValueTextEquals("phone"u8);
            var device = json.ValueTextEquals("deviceId"u8);
            var knows = email || phone || json.ValueTextEquals("userId"u8) || json.ValueTextEquals("loyaltyCard"u8);
            json.Read();
            if (JsonScan.Text(ref json) is { Length: > 0 } id)
            {
                SeeAddress(profile, email, phone, device, id, at);
                profile.IsKnown |= knows;
                profile.HasEmail |= email;
                profile.HasPhone |= phone;
                profile.HasPush |= device;
            }
        }
    }

    private void ReadTraits(ref Utf8JsonReader json, ReadOnlySpan<byte> payload, in Said said)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = vocabulary.Name(json.GetString()!).Text;
            json.Read();
            if (_seesAddresses && json.TokenType == JsonTokenType.String && name is "email" or "phone" && json.GetString() is { Length: > 0 } address)
            {
                said.Profile.Addresses.See(name == "email" ? "email" : "sms", address, said.At);
            }

            ReadTrait(ref json, payload, said, name);
        }

        var profile = said.Profile;
        profile.HasEmail |= IsText(profile.Find("email"));
        profile.HasPhone |= IsText(profile.Find("phone"));
        profile.IsKnown |= profile.HasEmail || profile.HasPhone;
    }

    /// <summary>A message goes where the trait says; an identifier is the address only where there is no trait.</summary>
    private void SeeAddress(Profile profile, bool email, bool phone, bool device, string id, long at)
    {
        var channel = email && profile.Find("email") is null ? "email" : phone && profile.Find("phone") is null ? "sms" : device ? "push" : null;
        if (_seesAddresses && channel is not null)
        {
            profile.Addresses.See(channel, id, at);
        }
    }

    private void ReadContext(ref Utf8JsonReader json, ReadOnlySpan<byte> payload, in Said said)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("traits"u8))
            {
                json.Read();
                ReadTraits(ref json, payload, said);
            }
            else if (json.ValueTextEquals("timezone"u8) || json.ValueTextEquals("locale"u8))
            {
                var name = vocabulary.Name(json.GetString()!).Text;
                json.Read();
                ReadTrait(ref json, payload, said, name);
            }
            else
            {
                json.Read();
                json.Skip();
            }
        }
    }

    private static void ReadTrait(ref Utf8JsonReader json, ReadOnlySpan<byte> payload, in Said said, string name)
    {
        var start = (int)json.TokenStartIndex;
        json.Skip();
        said.Profile.Set(name, said.At, payload[start..(int)json.BytesConsumed], said.Source, said.Ranked);
    }

    /// <summary>Whose words they are, when and by whom said, and which sources outrank which.</summary>
    private readonly record struct Said(Profile Profile, long At, string Source, ImmutableArray<string> Ranked);

    private static bool IsText(byte[]? value) => value is { Length: > 2 } && value[0] == '"';
}

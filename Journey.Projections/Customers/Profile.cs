using System.Collections.Immutable;
using System.Text.Json;
using Journey.Domain.Engine;
using Journey.Domain.Personal;

namespace Journey.Projections.Customers;

/// <summary>A trait as last said: the newest <paramref name="At"/> wins, and of two at the same instant the one that arrived later.</summary>
/// <remarks>Where the workspace ranks sources, the better source's word stands whatever its time, and time decides among equals.</remarks>
/// <param name="Json">The value's JSON text, UTF-8.</param>
/// <param name="Source">Who said it: a write key's name, an import, <c>journey</c> for a <c>set</c> step.</param>
public readonly record struct Trait(string Name, long At, byte[] Json, string Source);

/// <param name="Channel">A channel's name, or <c>*</c> for every one.</param>
/// <param name="Purpose">A purpose, or <c>*</c> for every one.</param>
/// <param name="Source">Who said it.</param>
public readonly record struct Consent(string Channel, string Purpose, ConsentState State, long At, string Source);

/// <summary>Who the customer is, as far as senders told.</summary>
/// <remarks>Bounded: <see cref="TraitsMax"/> traits of at most <see cref="TraitBytesMax"/> bytes of JSON each, <see cref="ConsentsMax"/> consents; what comes beyond is not kept.
/// Of what was ever said on consent the latest <see cref="ConsentHistoryMax"/> words are kept.</remarks>
public sealed class Profile
{
    public const int TraitsMax = 64;
    public const int TraitBytesMax = 1_024;
    public const int ConsentsMax = 64;
    public const int ConsentHistoryMax = 48;
    public const string Every = "*";

    private readonly List<Trait> _traits = [];
    private readonly List<Consent> _consents = [];
    private readonly List<Consent> _consentHistory = [];

    public IReadOnlyList<Trait> Traits => _traits;

    public IReadOnlyList<Consent> Consents => _consents;

    /// <summary>Every word on consent that is kept, by the time it was said; of one time in the order of arrival.</summary>
    public IReadOnlyList<Consent> ConsentHistory => _consentHistory;

    public Score Nps { get; internal set; }

    public Score Csat { get; internal set; }

    /// <summary>The addresses in use, and whether they may be.</summary>
    public Addresses Addresses { get; } = new();

    /// <summary>A user id, an email, a phone or a loyalty card was seen: more than a browser.</summary>
    public bool IsKnown { get; set; }

    public bool HasEmail { get; set; }

    public bool HasPhone { get; set; }

    public bool HasPush { get; set; }

    public byte[]? Find(string name)
    {
        foreach (var trait in _traits)
        {
            if (trait.Name == name)
            {
                return trait.Json;
            }
        }

        return null;
    }

    /// <summary>A trait that is a text; null where it is anything else.</summary>
    public string? Text(string name)
    {
        if (Find(name) is not { } value || value[0] != '"')
        {
            return null;
        }

        var json = new Utf8JsonReader(value);
        return json.Read() ? json.GetString() : null;
    }

    /// <summary>The trait of that name (<c>country</c>, <c>city</c>), or else the one inside the trait <c>address</c>.</summary>
    public string? Place(string name) => Text(name) ?? (Find("address") is { } address ? JsonScan.Member(address, name) : null);

    /// <param name="ranked">Sources, the best first: see <see cref="Trait"/>. Those that are not in it come after, and are equals.</param>
    public void Set(string name, long at, ReadOnlySpan<byte> json, string source, ImmutableArray<string> ranked)
    {
        if (json.Length > TraitBytesMax)
        {
            return;
        }

        for (var i = 0; i < _traits.Count; i++)
        {
            if (_traits[i].Name == name)
            {
                var better = Rank(_traits[i].Source, ranked) - Rank(source, ranked);
                if (better > 0 || (better == 0 && at >= _traits[i].At))
                {
                    _traits[i] = new Trait(name, at, json.SequenceEqual(_traits[i].Json) ? _traits[i].Json : json.ToArray(), source);
                }

                return;
            }
        }

        if (_traits.Count < TraitsMax)
        {
            _traits.Add(new Trait(name, at, json.ToArray(), source));
        }
    }

    public void Set(string channel, string purpose, ConsentState state, long at, string source)
    {
        Remember(new Consent(channel, purpose, state, at, source));
        var index = _consents.FindIndex(c => c.Channel == channel && c.Purpose == purpose);
        if (index >= 0)
        {
            if (at < _consents[index].At)
            {
                return;
            }

            _consents.RemoveAt(index);
        }

        if (_consents.Count < ConsentsMax)
        {
            _consents.Add(new Consent(channel, purpose, state, at, source));
        }
    }

    /// <summary>The newest word on this channel and purpose, or on every one of them.</summary>
    public ConsentState ConsentTo(string channel, string purpose)
    {
        var state = ConsentState.Unknown;
        var newest = long.MinValue;
        foreach (var consent in _consents)
        {
            if ((consent.Channel == channel || consent.Channel == Every) && (consent.Purpose == purpose || consent.Purpose == Every)
                && consent.At >= newest)
            {
                state = consent.State;
                newest = consent.At;
            }
        }

        return state;
    }

    /// <summary>Lets go of personal traits. Of one that is an object (an address) the parts stay that conditions may read.</summary>
    internal void Erase(IReadOnlySet<string> personal, Redaction redaction)
    {
        Addresses.Forget();
        for (var i = _traits.Count - 1; i >= 0; i--)
        {
            if (!personal.Contains(_traits[i].Name))
            {
                continue;
            }

            if (_traits[i].Json[0] == '{')
            {
                redaction.PartValue(_traits[i].Json);
                _traits[i] = _traits[i] with { Json = redaction.Redacted.ToArray() };
            }
            else
            {
                _traits.RemoveAt(i);
            }
        }
    }

    internal void Restore(Trait trait) => _traits.Add(trait);

    internal void Restore(Consent consent) => _consents.Add(consent);

    internal void RestoreHistory(Consent consent) => _consentHistory.Add(consent);

    private static int Rank(string source, ImmutableArray<string> ranked) =>
        ranked.IsEmpty || ranked.IndexOf(source) is < 0 ? int.MaxValue / 2 : ranked.IndexOf(source);

    private void Remember(in Consent word)
    {
        var place = _consentHistory.Count;
        while (place > 0 && _consentHistory[place - 1].At > word.At)
        {
            place--;
        }

        _consentHistory.Insert(place, word);
        if (_consentHistory.Count > ConsentHistoryMax)
        {
            _consentHistory.RemoveAt(0);
        }
    }
}

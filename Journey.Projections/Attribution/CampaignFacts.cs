using System.Text.Json;
using Journey.Projections.Customers;

namespace Journey.Projections.Attribution;

/// <summary>Where an interaction says that its customer comes from, read in one pass over its payload.</summary>
/// <remarks>
/// By order: <c>context.campaign</c> as Segment has it (name, source, medium), <c>utm_campaign</c>, <c>utm_source</c> and <c>utm_medium</c> among
/// the properties, and the same in the query of the page's address.
/// </remarks>
internal sealed class CampaignFacts
{
    public string? Name { get; private set; }

    public string? Source { get; private set; }

    public string? Medium { get; private set; }

    public string? Referrer { get; private set; }

    public string? Url { get; private set; }

    public bool HasCampaign => Name is not null || Source is not null || Medium is not null;

    /// <summary>A link from elsewhere: a page of another host led here.</summary>
    public bool IsReferred => HostOf(Referrer) is { } from && from != HostOf(Url);

    /// <summary>Whether a payload can say anything of a campaign at all: most don't, and are not parsed.</summary>
    public static bool MayTell(ReadOnlySpan<byte> payload) => payload.IndexOf("utm_"u8) >= 0 || payload.IndexOf("\"campaign\""u8) >= 0;

    public static bool MayRefer(ReadOnlySpan<byte> payload) => payload.IndexOf("\"referrer\""u8) >= 0;

    public void Read(ReadOnlySpan<byte> payload)
    {
        Name = Source = Medium = Referrer = Url = null;
        var json = new Utf8JsonReader(payload);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var (properties, context) = (json.ValueTextEquals("properties"u8), json.ValueTextEquals("context"u8));
            json.Read();
            if ((properties || context) && json.TokenType == JsonTokenType.StartObject)
            {
                ReadPart(ref json, context);
            }
            else
            {
                json.Skip();
            }
        }

        if (!HasCampaign)
        {
            ReadQuery(Url);
        }
    }

    private void ReadPart(ref Utf8JsonReader json, bool isContext)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var part = isContext && json.ValueTextEquals("campaign"u8) ? Part.Campaign : isContext && json.ValueTextEquals("page"u8) ? Part.Page : Part.None;
            if (part != Part.None)
            {
                json.Read();
                ReadObject(ref json, part);
            }
            else
            {
                Take(ref json, isContext ? Part.None : Part.Properties);
            }
        }
    }

    private void ReadObject(ref Utf8JsonReader json, Part part)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            Take(ref json, part);
        }
    }

    private void Take(ref Utf8JsonReader json, Part part)
    {
        var member = json.ValueSpan;
        json.Read();
        switch (part)
        {
            case Part.Campaign when member.SequenceEqual("name"u8): Name = Text(ref json) ?? Name; break;
            case Part.Campaign when member.SequenceEqual("source"u8): Source = Text(ref json) ?? Source; break;
            case Part.Campaign when member.SequenceEqual("medium"u8): Medium = Text(ref json) ?? Medium; break;
            case Part.Properties when member.SequenceEqual("utm_campaign"u8): Name ??= Text(ref json); break;
            case Part.Properties when member.SequenceEqual("utm_source"u8): Source ??= Text(ref json); break;
            case Part.Properties when member.SequenceEqual("utm_medium"u8): Medium ??= Text(ref json); break;
            case Part.Properties or Part.Page when member.SequenceEqual("referrer"u8): Referrer ??= Text(ref json); break;
            case Part.Properties or Part.Page when member.SequenceEqual("url"u8): Url ??= LongText(ref json); break;
            default: json.Skip(); break;
        }
    }

    private void ReadQuery(string? url)
    {
        var query = url?.IndexOf('?', StringComparison.Ordinal) is { } start and >= 0 ? url.AsSpan(start + 1) : default;
        foreach (var range in query.Split('&'))
        {
            var pair = query[range];
            var equals = pair.IndexOf('=');
            var value = equals > 0 ? Uri.UnescapeDataString(pair[(equals + 1)..].ToString().Replace('+', ' ')).Trim() : "";
            value = value.Split('#')[0];
            if (value.Length is 0 or > JsonScan.TextMax)
            {
                continue;
            }

            switch (pair[..equals])
            {
                case "utm_campaign": Name = value; break;
                case "utm_source": Source = value; break;
                case "utm_medium": Medium = value; break;
            }
        }
    }

    private static string? HostOf(string? url) =>
        url is { Length: > 0 } && Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Host.Length > 0 ? uri.Host : null;

    private static string? Text(ref Utf8JsonReader json) => JsonScan.Text(ref json)?.Trim() is { Length: > 0 } text ? text : null;

    // An address is longer than what is kept of a text, and its end is what says where it comes from.
    private static string? LongText(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.String)
        {
            return json.GetString();
        }

        json.Skip();
        return null;
    }

    private enum Part : byte { None, Properties, Campaign, Page }
}

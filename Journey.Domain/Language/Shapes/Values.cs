using System.Collections.Immutable;
using System.Globalization;
using Journey.Domain.Events;
using Journey.Domain.Language.Formats;
using Journey.Domain.Language.Yaml;
using Journey.Domain.Time;

namespace Journey.Domain.Language.Shapes;

/// <summary>The kinds of single values, one by one.</summary>
internal static class Values
{
    private const string NamePattern = "^[A-Za-z0-9][A-Za-z0-9_-]*$";
    private const string ChannelPattern = "^[a-z0-9][a-z0-9-]{0,39}$";

    public static readonly ImmutableArray<string> KnownChannels =
        ["email", "sms", "push", "in-app", "whatsapp", "web", "app", "store", "call-center", "social", "chat", "kiosk", "webhook"];

    public static readonly ScalarShape Text = OfText("Text", "a text", FaultTexts.BadText, LanguageLimits.TextLengthMax);
    public static readonly ScalarShape Title = OfText("Title", "a text of at most 200 characters", FaultTexts.BadText, 200);
    public static readonly ScalarShape EventName = OfText("EventName", "the name of an event", FaultTexts.BadText, LanguageLimits.EventNameLengthMax);
    public static readonly ScalarShape Condition = OfText("Condition", "a condition such as cart.total > 50", FaultTexts.BadText, LanguageLimits.FileBytesMax);
    public static readonly ScalarShape Expression = OfText("Expression", "an expression", FaultTexts.BadText, LanguageLimits.FileBytesMax);
    public static readonly ScalarShape Template = OfText("Template", "a text, perhaps with {{ }} in it", FaultTexts.BadText, LanguageLimits.TextLengthMax);
    public static readonly ScalarShape Documents = OfText("Documents", "a journey or a rule as a block of text", FaultTexts.BadText, LanguageLimits.FileBytesMax);

    public static readonly ScalarShape Name = Named("Name", "a name such as abandoned-cart", LanguageLimits.NameLengthMax);
    public static readonly ScalarShape StepId = Named("StepId", "an id such as first-reminder", LanguageLimits.StepIdLengthMax);

    /// <summary>As steps are told apart: given ids, and derived ones with dots in them.</summary>
    public static readonly ScalarShape StepReference = OfText("StepReference", "the id of a step", FaultTexts.BadText, LanguageLimits.TextLengthMax);

    public static readonly ScalarShape Duration =
        new("Duration", Durations.Expected, FaultTexts.BadDuration, scalar => Durations.TryParse(scalar.Text, out _), ["string"]) { Pattern = Durations.Pattern };

    public static readonly ScalarShape Share =
        new("Share", Shares.Expected, FaultTexts.BadShare, scalar => Shares.TryParse(scalar.Text, out _), ["string", "number"]) { Pattern = Shares.Pattern };

    public static readonly ScalarShape TimeOfDay =
        new("TimeOfDay", "a time of day such as \"09:00\"", FaultTexts.BadTimeOfDay,
            scalar => LocalTimes.TryParseTimeOfDay(scalar.Text, out _), ["string"]) { Pattern = LocalTimes.TimeOfDayPattern };

    public static readonly ScalarShape Weekday =
        new("Weekday", "mon, tue, wed, thu, fri, sat or sun", FaultTexts.BadWeekday,
            scalar => LocalTimes.TryParseWeekday(scalar.Text, out _), ["string"]) { Known = () => LocalTimes.WeekdayNames };

    public static readonly ScalarShape Zone =
        new("Zone", "an IANA time zone such as Europe/Rome", FaultTexts.BadZone, scalar => LocalTimes.IsZone(scalar.Text), ["string"]) { Known = () => LocalTimes.ZoneIds };

    public static readonly ScalarShape CustomerZone =
        new("CustomerZone", "customer, or an IANA time zone such as Europe/Rome", FaultTexts.BadZone,
            scalar => scalar.Text == LocalTimes.CustomerZone || LocalTimes.IsZone(scalar.Text), ["string"])
        {
            Known = () => LocalTimes.ZoneIds.Prepend(LocalTimes.CustomerZone),
        };

    public static readonly ScalarShape Currency =
        new("Currency", "an ISO 4217 code such as EUR", FaultTexts.BadCurrency,
            scalar => Currencies.Codes.Contains(scalar.Text), ["string"]) { Pattern = "^[A-Z]{3}$", Known = () => Currencies.Codes };

    public static readonly ScalarShape Channel =
        new("Channel", "a channel such as email", FaultTexts.BadChannel, scalar => IsChannel(scalar.Text), ["string"]) { Pattern = ChannelPattern, Known = () => KnownChannels };

    public static readonly ScalarShape Timestamp =
        new("Timestamp", "a time such as 2026-03-01T10:00Z", FaultTexts.BadTimestamp, scalar => Instants.TryParse(scalar.Text, out _), ["string"]);

    public static readonly ScalarShape Flag =
        new("Flag", "true or false", FaultTexts.BadFlag, scalar => scalar is { IsPlain: true, Text: "true" or "false" }, ["boolean"]);

    public static readonly ScalarShape Url =
        new("Url", "a web address such as https://example.com/hook", FaultTexts.BadUrl, scalar => IsUrl(scalar.Text), ["string"]) { Pattern = "^https?://[^\\s/{]" };

    public static ScalarShape Count(long min, long max) =>
        new($"Count{min}To{max}", string.Create(CultureInfo.InvariantCulture, $"a whole number from {min:N0} to {max:N0}"),
            FaultTexts.BadCount, scalar => IsCount(scalar, min, max), ["integer"])
        {
            Bounds = (min, max),
        };

    public static ChoiceShape OneOf(params ImmutableArray<string> values) => new(values);

    public static ListShape OneOrMore(Shape item, int max) => new(item, 1, max, OrOne: true);

    public static ListShape ListOf(Shape item, int max, int min = 1) => new(item, min, max);

    public static bool IsName(string text, int lengthMax) =>
        text.Length >= 1 && text.Length <= lengthMax && char.IsAsciiLetterOrDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private static ScalarShape Named(string name, string what, int lengthMax) =>
        new(name, what, FaultTexts.BadName, scalar => IsName(scalar.Text, lengthMax), ["string", "integer"]) { Pattern = NamePattern, LengthMax = lengthMax };

    private static ScalarShape OfText(string name, string what, FaultText fault, int lengthMax) =>
        new(name, what, fault, scalar => !scalar.IsNull && !string.IsNullOrWhiteSpace(scalar.Text) && scalar.Text.Length <= lengthMax,
            ["string", "number", "boolean"]) { LengthMax = lengthMax };

    private static bool IsChannel(string text) => text.Length > 0 && text[0] != '-' && ContactChannel.From(text).Name == text;

    private static bool IsCount(YamlScalar scalar, long min, long max) =>
        long.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max;

    private static bool IsUrl(string text)
    {
        if (text.Length > 2_000 || !Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http") || uri.Host.Length == 0)
        {
            return false;
        }

        // A template in the host would let a customer's data choose whom the engine talks to.
        var hostAt = text.IndexOf("//", StringComparison.Ordinal) + 2;
        var pathAt = text.AsSpan(hostAt).IndexOfAny('/', '?', '#');
        return !text.AsSpan(hostAt, pathAt < 0 ? text.Length - hostAt : pathAt).Contains("{{", StringComparison.Ordinal);
    }
}

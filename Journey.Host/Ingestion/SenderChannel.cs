using System.Text.Json;
using Journey.Domain.Events;

namespace Journey.Host.Ingestion;

/// <summary>Which channel a Segment message came by.</summary>
/// <remarks>The first of these that says something: <c>context.channel</c>, <c>properties.channel</c>; the kind of call (a screen is an app's);
/// the device and its system; the library; a page or a user agent. A server library that says nothing more is "server".</remarks>
internal static class SenderChannel
{
    private static readonly ContactChannel Server = ContactChannel.From("server");

    private static readonly string[] AppLibraries =
        ["ios", "android", "react-native", "flutter", "kotlin", "swift", "xamarin", "unity", "cordova", "maui"];

    private static readonly string[] WebLibraries = ["analytics.js", "analytics-next", "analytics-browser"];

    public static ContactChannel Of(SegmentCall call, string name, JsonElement context, JsonElement properties)
    {
        // What consent is about is said in its properties too; it is not where it was given.
        var isConsent = name is EventNames.ConsentGranted or EventNames.ConsentRevoked;
        if ((Stated(context) ?? (isConsent ? null : Stated(properties))) is { } stated)
        {
            return ContactChannel.From(stated);
        }

        var library = context.Member("library").Member("name").Text();
        if (call == SegmentCall.Screen || IsAppDevice(context) || IsAny(library, AppLibraries))
        {
            return ContactChannel.App;
        }

        if (call == SegmentCall.Page || IsAny(library, WebLibraries)
            || context.Member("page").ValueKind == JsonValueKind.Object || context.Member("userAgent").Text() is not null)
        {
            return ContactChannel.Web;
        }

        return library is null ? ContactChannel.Unknown : Server;
    }

    private static string? Stated(JsonElement parent) =>
        parent.Member("channel") is { ValueKind: JsonValueKind.String } channel ? channel.Text() : null;

    private static bool IsAppDevice(JsonElement context) =>
        context.Member("device").Member("type").Text()?.ToLowerInvariant() is "ios" or "android"
        || context.Member("os").Member("name").Text()?.ToLowerInvariant() is "ios" or "ipados" or "watchos" or "tvos" or "android"
            && context.Member("userAgent").IsAbsent();

    private static bool IsAny(string? library, string[] parts) =>
        library is not null && parts.Any(part => library.Contains(part, StringComparison.OrdinalIgnoreCase));
}

using System.Text.Json.Nodes;

namespace Journey.Host.Http.Ingest;

/// <summary>What Segment's browser SDK fetches before it sends: where to, and that it need not load anything else.</summary>
internal static class SegmentSettings
{
    public static JsonObject For(string writeKey, string scheme, string host) => new()
    {
        ["integrations"] = new JsonObject
        {
            ["Segment.io"] = new JsonObject
            {
                ["apiKey"] = writeKey,
                ["apiHost"] = $"{host}/v1",
                ["protocol"] = scheme,
                ["unbundledIntegrations"] = new JsonArray(),
                ["addBundledMetadata"] = true,
                ["maybeBundledConfigIds"] = new JsonObject(),
                ["versionSettings"] = new JsonObject { ["version"] = "4.4.7", ["componentTypes"] = new JsonArray("browser") },
            },
        },
        ["plan"] = new JsonObject
        {
            ["track"] = AllEnabled(),
            ["identify"] = AllEnabled(),
            ["group"] = AllEnabled(),
        },
        ["edgeFunction"] = new JsonObject(),
        ["analyticsNextEnabled"] = true,
        ["middlewareSettings"] = new JsonObject(),
        ["enabledMiddleware"] = new JsonObject(),

        // The SDK's own telemetry would go to Segment's servers.
        ["metrics"] = new JsonObject { ["sampleRate"] = 0 },
        ["legacyVideoPluginsEnabled"] = false,
        ["remotePlugins"] = new JsonArray(),
    };

    private static JsonObject AllEnabled() => new() { ["__default"] = new JsonObject { ["enabled"] = true, ["integrations"] = new JsonObject() } };
}

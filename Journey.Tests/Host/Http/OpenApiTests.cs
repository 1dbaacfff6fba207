using System.Text.Json;

namespace Journey.Tests.Host.Http;

public sealed class OpenApiTests
{
    private JsonElement _document;

    [OneTimeSetUp]
    public async Task Read()
    {
        await using var server = await ServerUnderTest.StartAsync();
        _document = await server.GetAsync("/openapi/v1.json");
    }

    [Test]
    public void Every_path_of_the_surface_is_described() =>
        Assert.That(_document.GetProperty("paths").EnumerateObject().Select(path => path.Name), Is.EquivalentTo(new[]
        {
            "/v1/track", "/v1/identify", "/v1/page", "/v1/screen", "/v1/group", "/v1/alias", "/v1/batch", "/v1/import", "/v1/projects/{key}/settings",
            "/v1/events", "/v1/customers", "/v1/customers/{id}", "/v1/customers/{id}/timeline", "/v1/customers/{id}/carts", "/v1/customers/{id}/runs",
            "/v1/customers/{id}/segments", "/v1/customers/{id}/export", "/v1/customers/{id}/erase",
            "/v1/customers/{id}/identities", "/v1/customers/{id}/unmerge", "/v1/sessions", "/v1/customers/{id}/why", "/v1/journeys/{name}/runs", "/v1/carts", "/v1/journeys", "/v1/journeys/{name}",
            "/v1/maps", "/v1/maps/variants", "/v1/maps/customers", "/v1/maps/export", "/v1/segments", "/v1/segments/{name}", "/v1/segments/{name}/customers",
            "/v1/segments/preview", "/v1/funnels", "/v1/funnels/{name}", "/v1/funnels/preview",
            "/v1/journeys/{name}/pause", "/v1/journeys/{name}/resume", "/v1/journeys/{name}/retire",
            "/v1/journeys/{name}/versions", "/v1/journeys/{name}/versions/{version}", "/v1/journeys/{name}/diff", "/v1/tests", "/v1/schema",
            "/v1/deliveries", "/v1/deliveries/dead-letters", "/v1/deliveries/dead-letters/{id}/retry", "/v1/projections", "/v1/overview", "/v1/live",
            "/health/live", "/health/ready", "/metrics",
            "/v1/projections/{name}/rebuild", "/v1/rebuilds", "/v1/rebuilds/{id}", "/v1/rebuilds/{id}/pause", "/v1/rebuilds/{id}/resume", "/v1/rebuilds/{id}/cancel",
            "/v1/deliveries/{id}", "/v1/deliveries/stats", "/v1/carts/stats", "/v1/journeys/{name}/results", "/v1/runs", "/v1/attribution",
            "/v1/poison", "/v1/poison/{position}", "/v1/poison/{position}/skip", "/v1/poison/{position}/retry", "/v1/hosts",
        }));

    [Test]
    public void Every_operation_has_a_summary_a_tag_and_a_typed_answer()
    {
        foreach (var (name, operation) in Operations())
        {
            Assert.Multiple(() =>
            {
                Assert.That(operation.TryGetProperty("summary", out _), Is.True, name);
                Assert.That(operation.GetProperty("tags").GetArrayLength(), Is.EqualTo(1), name);
                Assert.That(operation.GetProperty("responses").EnumerateObject().First(response => response.Name[0] == '2').Value.GetProperty("content").EnumerateObject().Any(), Is.True, name);
            });
        }
    }

    [Test]
    public void Errors_are_problem_details()
    {
        foreach (var (name, operation) in Operations())
        {
            foreach (var response in operation.GetProperty("responses").EnumerateObject().Where(response => response.Name[0] == '4'))
            {
                Assert.That(response.Value.GetProperty("content").TryGetProperty("application/problem+json", out _), Is.True, $"{name} {response.Name}");
            }
        }
    }

    [Test]
    public void Parameters_are_described_with_their_bounds()
    {
        var limit = _document.GetProperty("paths").GetProperty("/v1/carts").GetProperty("get").GetProperty("parameters").EnumerateArray()
            .Single(parameter => parameter.GetProperty("name").GetString() == "limit");
        var schema = limit.GetProperty("schema");
        Assert.That(
            (limit.GetProperty("in").GetString(), schema.GetProperty("minimum").GetInt32(), schema.GetProperty("maximum").GetInt32(), schema.GetProperty("default").GetInt32()),
            Is.EqualTo(("query", 1, 1_000, 100)));
    }

    private IEnumerable<(string Name, JsonElement Operation)> Operations() =>
        from path in _document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select ($"{operation.Name} {path.Name}", operation.Value);
}

using System.Text;
using Journey.Host.Ingestion;

namespace Journey.Tests.Host.Ingestion;

public sealed class FormBodyTests
{
    private const string Json = """{"event":"È","n":">>>???"}""";

    private static readonly string Base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(Json));

    public static IEnumerable<TestCaseData> Bodies()
    {
        yield return new TestCaseData($"data={Uri.EscapeDataString(Json)}").SetArgDisplayNames("escaped JSON");
        yield return new TestCaseData($"data={Uri.EscapeDataString(Base64)}").SetArgDisplayNames("escaped base64");
        yield return new TestCaseData($"data={Base64}").SetArgDisplayNames("base64 with its + and = unescaped");
        yield return new TestCaseData($"data={Base64.TrimEnd('=').Replace('+', '-').Replace('/', '_')}").SetArgDisplayNames("base64url without padding");
        yield return new TestCaseData($"v=1&data={Uri.EscapeDataString(Base64)}&callback=x").SetArgDisplayNames("among other fields");
        yield return new TestCaseData(Json).SetArgDisplayNames("JSON that calls itself a form");
    }

    [TestCaseSource(nameof(Bodies))]
    public void The_json_is_found(string body) =>
        Assert.That(Encoding.UTF8.GetString(FormBody.Json(Encoding.UTF8.GetBytes(body))!), Is.EqualTo(Json));

    [TestCase("")]
    [TestCase("payload=e30")]
    [TestCase("data=%%%")]
    [TestCase("data=not base64!")]
    public void A_form_without_json_has_none(string body) => Assert.That(FormBody.Json(Encoding.UTF8.GetBytes(body)), Is.Null);
}

using System.Text;
using Journey.Host.Dispatch;

namespace Journey.Tests.Host.Dispatch;

public sealed class WebhookSecretTests
{
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"test": 2432232314}""");

    // Not of our making: secret, id, time, body and signature of the signing test in standard-webhooks/standard-webhooks, the same in its C# and Go libraries.
    [Test]
    public void The_published_example_is_signed_as_published() =>
        Assert.That(
            WebhookSecret.Parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, Body),
            Is.EqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));

    [Test]
    public void A_signature_among_others_is_found()
    {
        var (old, current) = (Secret(24), Secret(32));
        var header = $"{current.Sign("id", 1, Body)} {old.Sign("id", 1, Body)}";

        Assert.That(old.Verify("id", 1, Body, header), Is.True);
        Assert.That(current.Verify("id", 1, Body, header), Is.True);
        Assert.That(Secret(40).Verify("id", 1, Body, header), Is.False);
    }

    [Test]
    public void Another_id_time_or_body_is_not_what_was_signed()
    {
        var secret = Secret(24);
        var signature = secret.Sign("id", 1, Body);

        Assert.That(secret.Verify("other", 1, Body, signature), Is.False);
        Assert.That(secret.Verify("id", 2, Body, signature), Is.False);
        Assert.That(secret.Verify("id", 1, [], signature), Is.False);
    }

    [TestCase(WebhookSecret.BytesMin - 1, false)]
    [TestCase(WebhookSecret.BytesMin, true)]
    [TestCase(WebhookSecret.BytesMax, true)]
    [TestCase(WebhookSecret.BytesMax + 1, false)]
    public void A_secret_has_24_to_64_bytes(int bytes, bool allowed) =>
        Assert.That(() => Secret(bytes), allowed ? Throws.Nothing : Throws.TypeOf<FormatException>());

    [TestCase("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "a secret begins with whsec_.")]
    [TestCase("whsec_not base 64!", "a secret is whsec_ and the base 64 of 24 to 64 bytes.")]
    [TestCase("whsec_", "a secret is whsec_ and the base 64 of 24 to 64 bytes.")]
    public void What_is_no_secret_is_refused_without_repeating_it(string text, string message) =>
        Assert.That(() => WebhookSecret.Parse(text), Throws.TypeOf<FormatException>().With.Message.EqualTo(message));

    [Test]
    public void A_secret_does_not_print_itself() => Assert.That($"{Secret(24)}", Is.EqualTo("whsec_…"));

    private static WebhookSecret Secret(int bytes) => WebhookSecret.Parse("whsec_" + Convert.ToBase64String(Enumerable.Repeat((byte)bytes, bytes).ToArray()));
}

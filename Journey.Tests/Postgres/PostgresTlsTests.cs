using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Journey.Host.Stores;
using Journey.Host.Stores.Postgres;
using Journey.Tests.Host.Stores;

namespace Journey.Tests.Postgres;

/// <summary>A server that takes encrypted connections only, with a certificate that it has signed itself.</summary>
[NonParallelizable]
public sealed class PostgresTlsTests
{
    private PostgresCluster _server = null!;
    private string _database = "";

    [OneTimeSetUp]
    public void Start()
    {
        _server = PostgresCluster.Start();
        _database = _server.CreateDatabase();
        _server.Encrypt(Signed("127.0.0.1"), Signed("127.0.0.1"));
    }

    [OneTimeTearDown]
    public void Stop() => _server.Delete();

    [Test]
    public async Task An_encrypted_connection_whose_certificate_is_checked_carries_a_store()
    {
        await using var store = Open("sslmode=verify-full", _server.Certificate);
        await store.AppendAsync(Sample.Request("a", "1"));
        Assert.That(_server.Ask<bool>(_database, "SELECT bool_and(s.ssl) FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) WHERE a.application_name = 'journey'"), Is.True);
    }

    [Test]
    public void A_certificate_that_nobody_known_has_signed_is_refused_and_what_to_look_at_is_said() => Assert.That(
        () => Open("sslmode=verify-full", _server.OtherCertificate),
        Throws.InstanceOf<StoreUnreachableException>().With.Message.Contains("the encrypted connection could not be made").And.Message.Contains("sslrootcert"));

    [Test]
    public void A_connection_that_is_not_encrypted_is_refused_where_the_server_wants_it_encrypted() => Assert.That(
        () => Open("sslmode=disable", null), Throws.InstanceOf<StoreUnreachableException>().With.Message.Contains("pg_hba.conf"));

    private PostgresStore Open(string mode, string? root) => PostgresStore.Open(
        PostgresAddress.Parse($"{_server.Address(_database)}?{mode}{(root is null ? "" : $"&sslrootcert={Uri.EscapeDataString(root)}")}"), PostgresDatabase.Small);

    private static X509Certificate2 Signed(string host)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Parse(host));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}

using System.IO.Compression;
using System.Text;
using Journey.Host.Ingestion;

namespace Journey.Tests.Host.Ingestion;

public sealed class RequestBodyTests
{
    [Test]
    public async Task A_body_of_the_limit_is_read_whole_and_one_byte_more_is_not()
    {
        var inside = await LengthAsync(new byte[100_000], null, 100_000);
        var beyond = await LengthAsync(new byte[100_001], null, 100_000);
        Assert.That((inside, beyond), Is.EqualTo(((int?)100_000, (int?)null)));
    }

    [TestCase("gzip")]
    [TestCase("deflate")]
    [TestCase("br")]
    public async Task A_compressed_body_is_measured_by_what_it_unfolds_to(string encoding)
    {
        var inside = await LengthAsync(Compress(new byte[100_000], encoding), encoding, 100_000);
        var beyond = await LengthAsync(Compress(new byte[100_001], encoding), encoding, 100_000);
        Assert.That((inside, beyond), Is.EqualTo(((int?)100_000, (int?)null)));
    }

    [Test]
    public async Task A_bomb_is_left_after_the_limit()
    {
        using var bomb = new MemoryStream(Compress(new byte[64 << 20], "gzip"));
        var reading = await RequestBody.ReadAsync(bomb, "gzip", 1 << 20, requireUtf8: true, default);
        Assert.Multiple(() =>
        {
            Assert.That((reading as BodyReading.Unreadable)?.Fault, Is.EqualTo(BodyFault.TooLarge));
            Assert.That(bomb.Position, Is.LessThan(bomb.Length));
        });
    }

    [TestCase("gzip", "not gzip at all", BodyFault.Corrupt)]
    [TestCase("zstd", "{}", BodyFault.UnknownEncoding)]
    public async Task What_cannot_be_unpacked_is_said_to_be_so(string encoding, string body, BodyFault fault)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(body));
        var reading = await RequestBody.ReadAsync(stream, encoding, 1_000, requireUtf8: true, default);
        Assert.That((reading as BodyReading.Unreadable)?.Fault, Is.EqualTo(fault));
    }

    [Test]
    public async Task What_is_not_utf8_is_corrupt()
    {
        using var stream = new MemoryStream([0x22, 0xff, 0x22]);
        var reading = await RequestBody.ReadAsync(stream, null, 100, requireUtf8: true, default);
        Assert.That((reading as BodyReading.Unreadable)?.Fault, Is.EqualTo(BodyFault.Corrupt));
    }

    /// <returns>Null: too large.</returns>
    private static async Task<int?> LengthAsync(byte[] body, string? encoding, int max)
    {
        using var stream = new MemoryStream(body);
        switch (await RequestBody.ReadAsync(stream, encoding, max, requireUtf8: true, default))
        {
            case BodyReading.Complete { Body: var complete }:
                using (complete)
                {
                    return complete.Bytes.Length;
                }

            case BodyReading.Unreadable { Fault: BodyFault.TooLarge }:
                return null;
            case var other:
                throw new AssertionException($"Unexpected: {other}");
        }
    }

    private static byte[] Compress(byte[] content, string encoding)
    {
        using var result = new MemoryStream();
        using (Stream stream = encoding switch
        {
            "gzip" => new GZipStream(result, CompressionLevel.Fastest),
            "deflate" => new ZLibStream(result, CompressionLevel.Fastest),
            _ => new BrotliStream(result, CompressionLevel.Fastest),
        })
        {
            stream.Write(content);
        }

        return result.ToArray();
    }
}
